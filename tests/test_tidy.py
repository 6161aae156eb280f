"""The style guide as a test: what ruff cannot see is checked here with `ast`."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unicodedata import east_asian_width

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("node", "labctl", "simulator", "bench", "tests")
SHIPPED = ("node", "labctl", "simulator")
FILES = sorted(path for top in FOLDERS for path in (ROOT / top).rglob("*.py"))

FILE_LINES_MAX = 400
LONGER = {  # lists: one looks things up in them, not through them
    "node/events.py": 585,
    "labctl/words/settings_ignored.py": 460,
}
FUNCTION_LINES_MAX = 60
COLUMNS_MAX = 88
REMINDERS = tuple(
    first + rest for first, rest in (("TO", "DO"), ("FIX", "ME"), ("XX", "X"))
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(), str(path))


def functions(path: Path) -> Iterator[Function]:
    """Yield every function and method of a file."""
    for found in ast.walk(tree(path)):
        if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
            yield found


def public(path: Path) -> Iterator[ast.Module | ast.ClassDef | Function]:
    """Yield the module and its public classes, functions and methods."""
    yield tree(path)
    for found in tree(path).body:
        if not isinstance(found, ast.ClassDef | Function) or found.name.startswith("_"):
            continue
        yield found
        if isinstance(found, ast.ClassDef):
            for method in found.body:
                if isinstance(method, Function) and not method.name.startswith("_"):
                    yield method


def shown(path: Path) -> str:
    """Return the path as a person would write it."""
    return str(path.relative_to(ROOT))


every_file = pytest.mark.parametrize("path", FILES, ids=shown)
every_shipped_file = pytest.mark.parametrize(
    "path", [p for p in FILES if shown(p).startswith(SHIPPED)], ids=shown
)


@every_file
def test_a_file_can_be_read_in_one_sitting(path: Path):
    lines = path.read_text().splitlines()
    assert len(lines) <= LONGER.get(shown(path), FILE_LINES_MAX)
    wide = [at for at, line in enumerate(lines, 1) if _columns(line) > COLUMNS_MAX]
    assert not wide, f"lines {wide}"


@every_file
def test_a_function_fits_on_a_screen(path: Path):
    for function in functions(path):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= FUNCTION_LINES_MAX, f"{function.name}: {lines} lines"


@every_file
def test_no_reminders_are_left_behind(path: Path):
    text = path.read_text()
    assert not [word for word in REMINDERS if word in text]


@every_file
def test_imports_name_where_things_live(path: Path):
    for found in ast.walk(tree(path)):
        if isinstance(found, ast.ImportFrom):
            assert found.level == 0, f"line {found.lineno}: relative import"
            assert all(name.name != "*" for name in found.names)


@every_shipped_file
def test_nothing_prints(path: Path):
    """labctl speaks through its console, the node through its log."""
    for found in ast.walk(tree(path)):
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Name):
            assert found.func.id != "print", f"line {found.lineno}"


@every_shipped_file
def test_public_things_say_what_they_are(path: Path):
    for found in public(path) if path.read_text() else ():
        text = ast.get_docstring(found)
        name = getattr(found, "name", "the module")
        assert text, f"{name} has no docstring"
        first = text.split("\n\n")[0].replace("\n", " ")
        assert first.rstrip()[-1] in ".:;?!…。`)", f"{name}: {first!r} is no sentence"


@every_shipped_file
def test_the_node_does_not_know_the_lab(path: Path):
    if shown(path).startswith("node"):
        for found in ast.walk(tree(path)):
            if isinstance(found, ast.ImportFrom):
                assert not (found.module or "").startswith("labctl")


def _columns(line: str) -> int:
    """Count a Chinese character as two columns, and a word to the tools as none."""
    text = re.split(r"  # (?:noqa|type: ignore)", line)[0]
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
