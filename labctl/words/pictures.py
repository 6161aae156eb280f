"""Titles, legends and captions of exported pictures."""

from collections.abc import Mapping

PICTURES: Mapping[str, tuple[str, str]] = {}
