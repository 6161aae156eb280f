"""YAML as plain values with the line of each, in bounded work.

An alias may stand for a list of aliases, and so on: a small file can unfold to
more than a machine holds.  Every visit is counted, and too many are refused.
"""

from collections.abc import Iterator
from typing import NamedTuple

import yaml

_VISITS_MAX = 20_000
_DEPTH_MAX = 60


class Located(NamedTuple):
    """A value and the line that it begins on."""

    value: "str | list[Located] | dict[str, Located]"
    line: int

    def get(self, *keys: str) -> "Located | None":
        """Return what stands below these keys; None if there is no such thing."""
        found: Located | None = self
        for key in keys:
            if found is None or not isinstance(found.value, dict):
                return None
            found = found.value.get(key)
        return found

    @property
    def text(self) -> str:
        """The value if it is a scalar, else nothing."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def entries(self) -> "dict[str, Located]":
        """The value if it is a mapping, else nothing."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> "list[Located]":
        """The value if it is a list, else nothing."""
        return self.value if isinstance(self.value, list) else []


class YamlError(Exception):
    """Why the text is no YAML that is read here, and in which line."""

    def __init__(self, why: str, line: int) -> None:
        """Keep both."""
        super().__init__(why)
        self.line = line


def documents(text: str) -> list[Located]:
    """Return every document of the text."""
    try:
        nodes: list[yaml.Node | None] = list(
            yaml.compose_all(text, Loader=yaml.SafeLoader)
        )
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(error.problem or "?", mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise YamlError(type(error).__name__, 1) from None
    visits = iter(range(_VISITS_MAX))
    return [_located(node, visits, 0) for node in nodes if node is not None]


def _located(node: yaml.Node, visits: Iterator[int], depth: int) -> Located:
    line = node.start_mark.line + 1
    if next(visits, None) is None or depth > _DEPTH_MAX:
        raise YamlError("its aliases unfold to too much", line)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Located] = {}
        for key, value in node.value:
            inner = _located(value, visits, depth + 1)
            if key.tag == "tag:yaml.org,2002:merge":
                found = {**inner.entries, **found}
            elif isinstance(key, yaml.ScalarNode):
                found[key.value] = Located(inner.value, key.start_mark.line + 1)
        return Located(found, line)
    if isinstance(node, yaml.SequenceNode):
        return Located([_located(one, visits, depth + 1) for one in node.value], line)
    return Located(str(node.value), line)
