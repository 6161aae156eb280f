"""What happened, kept: the nodes' events and the lab's own, as one run."""
