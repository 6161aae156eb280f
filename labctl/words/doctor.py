"""Findings about a machine or a configuration, with cause and mend."""

from collections.abc import Mapping

DOCTOR: Mapping[str, tuple[str, str]] = {}
