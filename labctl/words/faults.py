"""What faults are called, and what they do."""

from collections.abc import Mapping

FAULTS: Mapping[str, tuple[str, str]] = {}
