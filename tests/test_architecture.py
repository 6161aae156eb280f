"""Imports point inward: no circles, TYPE_CHECKING included, and contracts that bite.

`lint-imports` checks the contracts of pyproject.toml; circles between files are found
here, because an import under TYPE_CHECKING joins two files as firmly as any other.
"""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("node", "labctl", "simulator")


def modules(root: Path) -> dict[str, Path]:
    """Return the files of the packages below `root`, by module name."""
    found = {}
    for package in SHIPPED:
        for path in (root / package).rglob("*.py"):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path
    return found


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the modules that a file imports anywhere: in functions, in `if` blocks."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            inner = [name for name in names if name in known]
            yield from inner
            if len(inner) < len(names) and node.module in known:
                yield node.module


def circles(root: Path) -> list[list[str]]:
    """Return every group of files that import one another in a circle (Tarjan)."""
    files = modules(root)
    graph = {name: sorted(set(imported(path, files))) for name, path in files.items()}
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in graph[name]:
            if other not in number:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == number[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1 or name in graph[name]:
                found.append(sorted(group))

    for name in graph:
        if name not in number:
            visit(name)
    return found


def plant(root: Path, files: dict[str, str]) -> None:
    """Write some files, and what makes their folders packages."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text)


def test_no_file_imports_itself_by_way_of_others():
    assert circles(ROOT) == []


def test_a_circle_through_type_checking_is_found(tmp_path: Path):
    plant(
        tmp_path,
        {
            "node/server.py": "from node.requests import Requests\n",
            "node/requests.py": (
                "from typing import TYPE_CHECKING\n"
                "if TYPE_CHECKING:\n    from node.server import Server\n"
            ),
            "node/quorum.py": "import node.zxid\n",
            "node/zxid.py": "",
        },
    )
    assert circles(tmp_path) == [["node.requests", "node.server"]]


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("node/peer.py", "from node.faults import links", "then the machines"),
        ("node/faults/tap.py", "from node.shell import timers", "then the machines"),
        (
            "labctl/errors.py",
            "from node import server",
            "The lab reads only what the node publishes",
        ),
        ("simulator/past.py", "from simulator import world", "the past below all"),
    ],
)
def test_a_wrong_import_breaks_a_contract(
    file: str, line: str, contract: str, tmp_path: Path
):
    for package in SHIPPED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / file
    path.write_text(f"{path.read_text()}\n{line}\n")
    lint = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run(
        [lint, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 1, checked.stdout
    assert f"{contract} BROKEN" in " ".join(checked.stdout.split()), checked.stdout
