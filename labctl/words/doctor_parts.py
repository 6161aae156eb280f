"""A finding in words: what is so, why it matters, how to repair it."""

from collections.abc import Mapping

Pair = tuple[str, str]  # English, Chinese
Said = tuple[Pair] | tuple[Pair, Pair | None, Pair]


def spread(findings: Mapping[str, Said]) -> dict[str, Pair]:
    """Return the phrases: doctor.KEY, doctor.KEY.why, doctor.KEY.repair."""
    phrases: dict[str, Pair] = {}
    for key, said in findings.items():
        for part, pair in zip(("", ".why", ".repair"), said, strict=False):
            if pair is not None:
                phrases[f"doctor.{key}{part}"] = pair
    return phrases
