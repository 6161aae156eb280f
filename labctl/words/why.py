"""Why something happened: votes, counts, rules."""

from collections.abc import Mapping

WHY: Mapping[str, tuple[str, str]] = {}
