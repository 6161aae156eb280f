"""Faults: set in the nodes, written down in the lab, told until things settle."""
