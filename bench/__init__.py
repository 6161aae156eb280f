"""Measurements: ours and Java ZooKeeper 3.8.0, by the same ruler in one run."""
