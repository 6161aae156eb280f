"""A cause in words: what is so, what to keep first, the repair."""

from collections.abc import Mapping

Pair = tuple[str, str]  # English, Chinese
Cause = tuple[Pair, Pair | None, Pair]


def spread(causes: Mapping[str, Cause]) -> dict[str, Pair]:
    """Return the phrases: cause.KEY, cause.KEY.keep, cause.KEY.repair."""
    phrases: dict[str, Pair] = {}
    for key, said in causes.items():
        for part, pair in zip(("", ".keep", ".repair"), said, strict=True):
            if pair is not None:
                phrases[f"cause.{key}{part}"] = pair
    return phrases
