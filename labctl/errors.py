"""A problem that a person can solve: one line, one hint, one exit code."""

from labctl.words.phrase import Phrase

DONE = 0  # or: the question's answer is yes
ASKED_FALSE = 1  # the question's answer is no; a node ended by itself
USAGE = 2
ENVIRONMENT = 3  # no engine, a port is taken, permission, disk
NO_MATCH = 4  # nothing matches the target, or there is no such lab
CONFLICT = 5  # the lab that exists is another one, or somebody works on it
TIMED_OUT = 6
PARTLY = 7
BROKEN = 8  # the simulator saw a promise of the protocol broken
INCONCLUSIVE = 9  # what was seen does not suffice for a verdict
BUG = 70
INTERRUPTED = 130


class LabError(Exception):
    """What went wrong, what to do about it, and how the command exits."""

    def __init__(self, message: Phrase, hint: Phrase | None, code: int) -> None:
        """Keep the parts; `main` puts them into words."""
        super().__init__(message.key)
        self.message = message
        self.hint = hint
        self.code = code
