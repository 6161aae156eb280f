"""What a planted bug is: a name, a sentence, and what stands in place of what."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

Swap = tuple[Any, str, Any]  # owner, attribute, what stands there instead


class Bug(NamedTuple):
    """One way to be wrong."""

    name: str
    sentence: str
    source: str
    swaps: Callable[[], Iterable[Swap]]
