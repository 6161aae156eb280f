"""What the data verbs say: shell, tree, log, sessions, load, recipes."""

from collections.abc import Mapping

DATA: Mapping[str, tuple[str, str]] = {}
