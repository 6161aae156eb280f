"""What every checker raises: a promise was broken, and which."""


class Violation(AssertionError):
    """A promise of the protocol was broken."""
