"""How long a leader and its learners bear with one another."""

from typing import NamedTuple


class Timing(NamedTuple):
    """A role's patience: one tick in milliseconds, two limits in ticks."""

    tick_ms: int
    init_limit: int
    sync_limit: int
