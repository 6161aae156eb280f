"""How long a leader and its learners wait for each other: initLimit and syncLimit."""

from typing import NamedTuple


class Limits(NamedTuple):
    """The length of a tick in milliseconds, and two limits in ticks."""

    tick_ms: int
    init_limit: int
    sync_limit: int
