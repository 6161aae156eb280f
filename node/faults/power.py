"""The power cut: the disk's cache is lost and the process ends at once.

The cache is whatever no completed sync covers; `node.faults.faulty_files` undoes it.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from node.faults.commands import CommandRefused, document

ANSWER_S = 0.05  # for our answer to leave before the power does


class PowerCut:
    """Takes the command to cut the power; `cut(torn)` does not return."""

    def __init__(self, cut: Callable[[bool], None]) -> None:
        """Do nothing yet."""
        self.cut = cut

    def handle(self, body: bytes) -> list[Any]:
        """Do `{}` or `{"torn_tail": true}`: the answer leaves, then the power goes."""
        match document(body):
            case {"torn_tail": bool(torn), **more} if not more:
                self._cut_soon(torn=torn)
            case {**more} if not more:
                self._cut_soon(torn=False)
            case _:
                raise CommandRefused("a power cut has nothing but torn_tail")
        return []

    def clear(self) -> None:
        """Do nothing: what a power cut took cannot be given back."""

    def listed(self) -> list[Any]:
        """Return nothing: a power cut is never active for a time."""
        return []

    def _cut_soon(self, *, torn: bool) -> None:
        asyncio.get_running_loop().call_later(ANSWER_S, self.cut, torn)
