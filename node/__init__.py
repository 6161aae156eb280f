"""The quorum server: Apache ZooKeeper, spoken in Python."""

VERSION = "0.1.0"
