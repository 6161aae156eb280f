"""How people write a duration: `800ms`, `8s`, `2m`; for a clock `+30s`, `-5m`."""

import re

from labctl.errors import USAGE, LabError
from labctl.words.phrase import Phrase

_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_LONGEST_MS = 24 * 3_600_000
_PLAIN, _SIGNED = "800ms, 8s, 2m", "+30s, -5m"


def span_ms(words: str | None, *, signed: bool = False) -> int:
    """Return the milliseconds that the words mean; nothing said is 0."""
    if not words:
        return 0
    found = re.fullmatch(r"([+-]?)(\d+(?:\.\d+)?)(ms|s|m|h)", words.strip())
    if found and (signed or not found[1]):
        ms = round(float(found[2]) * _UNITS[found[3]])
        if 1 <= ms <= _LONGEST_MS:
            return -ms if found[1] == "-" else ms
    raise no_span(words, _SIGNED if signed else _PLAIN)


def no_span(words: str, example: str) -> LabError:
    """Return the error for words that are no duration."""
    facts = {"words": words, "example": example}
    return LabError(Phrase("span.unknown", facts), Phrase("span.hint", facts), USAGE)
