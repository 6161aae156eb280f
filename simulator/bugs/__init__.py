"""Planted bugs: each was one of ZooKeeper's or is a classic, in a few lines."""
