"""Some sixty terms of the field, each explained in a few sentences."""

from collections.abc import Mapping

GLOSSARY: Mapping[str, tuple[str, str]] = {}
