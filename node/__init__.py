"""The quorum server: Apache ZooKeeper, spoken in Python."""
