"""Reading logs: any ZooKeeper's, line by line, explained."""
