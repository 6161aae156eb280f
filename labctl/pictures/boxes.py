"""Boxes that words stand in, so that no two words lie on one another."""

from typing import NamedTuple
from unicodedata import east_asian_width

_BUCKET = 64  # pixels
_PAD = 6  # left and right of the words, together


class Box(NamedTuple):
    """A rectangle in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Return whether the two have an area in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Boxes:
    """All boxes that are taken."""

    def __init__(self) -> None:
        """Begin with an empty sheet."""
        self.rows: dict[int, list[Box]] = {}

    def free(self, box: Box) -> bool:
        """Return whether nothing stands there yet."""
        return not any(
            box.meets(other) for row in _rows(box) for other in self.rows.get(row, ())
        )

    def take(self, box: Box) -> None:
        """Put something there."""
        for row in _rows(box):
            self.rows.setdefault(row, []).append(box)


def _rows(box: Box) -> range:
    return range(int(box.top // _BUCKET), int(box.bottom // _BUCKET) + 1)


def width_of(words: str) -> float:
    """Return how wide words of 12 px are at most, with some room beside them."""
    return _PAD + sum(map(_letter, words))


def _letter(char: str) -> float:
    if east_asian_width(char) in "WF":
        return 12.5
    if char in " ,.·()|Iil":
        return 4.4
    return 8.3 if char.isupper() else 7.6
