"""A lab: its nodes, files, ports, where they run, and how they are now."""
