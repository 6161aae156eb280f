"""What a lab injects into a node: faults of its links, its disk, its clock, its power.

A node takes fault commands only if `quorumlab.lab` names its lab; otherwise nothing
of this stands between a port and its connections.  The machines never import it.
"""
