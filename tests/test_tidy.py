"""The style guide as a test: what ruff cannot see is checked here with `ast`."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from unicodedata import east_asian_width

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("node", "labctl", "simulator", "bench", "tests")
SHIPPED = ("node", "labctl", "simulator")
FILES = sorted(path for top in FOLDERS for path in (ROOT / top).rglob("*.py"))

FILE_LINES_MAX = 400
LONGER = {  # lists: one looks things up in them, not through them
    "node/events.py": 600,
    "labctl/words/answers_metrics.py": 420,
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


@cache
def inside(path: Path) -> list[ast.AST]:
    """Return every node of the parsed file."""
    return list(ast.walk(tree(path)))


def functions(path: Path) -> Iterator[Function]:
    """Yield every function and method of a file."""
    for found in inside(path):
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


SHIPPED_FILES = [path for path in FILES if shown(path).startswith(SHIPPED)]


def complaints(
    rule: Callable[[Path], Iterator[str]], files: Iterable[Path]
) -> list[str]:
    """Return what a rule has against the files, each with its file."""
    return [f"{shown(path)}: {wrong}" for path in files for wrong in rule(path)]


def test_a_file_can_be_read_in_one_sitting():
    def rule(path: Path) -> Iterator[str]:
        lines = path.read_text().splitlines()
        if len(lines) > LONGER.get(shown(path), FILE_LINES_MAX):
            yield f"{len(lines)} lines"
        for at, line in enumerate(lines, 1):
            if _columns(line) > COLUMNS_MAX:
                yield f"line {at} is wide"

    assert complaints(rule, FILES) == []


def test_a_function_fits_on_a_screen():
    def rule(path: Path) -> Iterator[str]:
        for function in functions(path):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield f"{function.name}: {lines} lines"

    assert complaints(rule, FILES) == []


def test_no_reminders_are_left_behind():
    def rule(path: Path) -> Iterator[str]:
        text = path.read_text()
        yield from (word for word in REMINDERS if word in text)

    assert complaints(rule, FILES) == []


def test_imports_name_where_things_live():
    def rule(path: Path) -> Iterator[str]:
        for found in inside(path):
            if isinstance(found, ast.ImportFrom):
                if found.level:
                    yield f"line {found.lineno}: relative import"
                if any(name.name == "*" for name in found.names):
                    yield f"line {found.lineno}: import of everything"

    assert complaints(rule, FILES) == []


def test_nothing_prints():
    """labctl speaks through its console, the node through its log."""

    def rule(path: Path) -> Iterator[str]:
        for found in inside(path):
            called = found.func if isinstance(found, ast.Call) else None
            if isinstance(called, ast.Name) and called.id == "print":
                yield f"line {called.lineno}"

    assert complaints(rule, SHIPPED_FILES) == []


def test_public_things_say_what_they_are():
    def rule(path: Path) -> Iterator[str]:
        for found in public(path) if path.read_text() else ():
            text = ast.get_docstring(found)
            name = getattr(found, "name", "the module")
            if not text:
                yield f"{name} has no docstring"
                continue
            first = text.split("\n\n")[0].replace("\n", " ")
            if first.rstrip()[-1] not in ".:;?!…。`)":
                yield f"{name}: {first!r} is no sentence"

    assert complaints(rule, SHIPPED_FILES) == []


def test_the_node_does_not_know_the_lab():
    def rule(path: Path) -> Iterator[str]:
        for found in inside(path):
            module = found.module if isinstance(found, ast.ImportFrom) else None
            if module and module.startswith("labctl"):
                yield module

    node = [path for path in SHIPPED_FILES if shown(path).startswith("node")]
    assert complaints(rule, node) == []


def test_a_rule_that_is_broken_is_named_with_its_file():
    assert complaints(lambda _path: iter(["wrong"]), FILES[:1]) == [
        f"{shown(FILES[0])}: wrong"
    ]


def _columns(line: str) -> int:
    """Count a Chinese character as two columns, and a word to the tools as none."""
    if line.isascii() and len(line) <= COLUMNS_MAX:
        return len(line)
    text = re.split(r"  # (?:noqa|type: ignore)", line)[0]
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
