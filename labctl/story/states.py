"""The states of a server, as ZooKeeper calls them."""

LOOKING, FOLLOWING, LEADING, OBSERVING = "LOOKING", "FOLLOWING", "LEADING", "OBSERVING"
