"""A YAML file as plain data, with the line of every value for error messages."""

from typing import Any

import yaml

Path = tuple[str, ...]
Lines = dict[Path, int]
BYTES_MAX = 256 * 1024
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the fast one


class Unreadable(Exception):
    """What is wrong with the file, and in which line."""

    def __init__(self, why: str, line: int) -> None:
        """Keep both."""
        super().__init__(why)
        self.why = why
        self.line = line


def read(text: str) -> tuple[Any, Lines]:
    """Return the data and its lines; Unreadable if it is no YAML of ours.

    Aliases are refused: a few of them make a file as large as the machine.
    """
    if len(text) > BYTES_MAX:
        raise Unreadable(f"more than {BYTES_MAX >> 10} KiB", 1)
    try:
        loader = _LOADER(text)
        node = loader.get_single_node()
        lines: Lines = {}
        if node is not None:
            _walk(node, (), lines, set())
        return (None if node is None else loader.construct_document(node)), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(str(error.problem), mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(str(error).splitlines()[0], 1) from None


def _walk(node: yaml.Node, path: Path, lines: Lines, met: set[int]) -> None:
    if id(node) in met:
        raise Unreadable("an alias", node.start_mark.line + 1)
    met.add(id(node))
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                raise Unreadable(f"{key.value} stands twice", key.start_mark.line + 1)
            seen.add(key.value)
            lines[*path, str(key.value)] = key.start_mark.line + 1
            _walk(value, (*path, str(key.value)), lines, met)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, str(index)), lines, met)
