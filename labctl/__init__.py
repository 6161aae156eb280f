"""The lab: brings ensembles up, breaks them, and tells what happens and why."""

__version__ = "0.1.0"
