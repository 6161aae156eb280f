"""The layout in the README is the layout on disk."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def in_git(folder: str) -> set[str]:
    """Return the folders right below this one that hold files of the project."""
    listed = subprocess.run(
        ["git", "ls-files", folder or "."],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    inside = [Path(name).relative_to(folder).parts for name in listed]
    return {parts[0] for parts in inside if len(parts) > 1 and parts[0][0] != "."}


def drawn(readme: str) -> dict[str, set[str]]:
    """Return the folders of the README's tree: parent -> what stands below it."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    (tree,) = re.findall(r"^```text\n(node/.*?)^```$", text, re.MULTILINE | re.DOTALL)
    below: dict[str, set[str]] = {"": set()}
    parent = ""
    for line in tree.splitlines():
        name = line.split()[0].rstrip("/")
        if line.startswith(" "):
            below[parent].add(name)
        else:
            parent = name
            below[""].add(name)
            below.setdefault(name, set())
    return below


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_layout_in_the_readme_is_the_layout_on_disk(readme: str) -> None:
    shown = drawn(readme)
    assert shown[""] == in_git("")
    for package in ("node", "labctl"):
        assert shown[package] == in_git(package)


def test_labctl_has_three_files_at_its_top() -> None:
    files = {path.name for path in (ROOT / "labctl").glob("*.py")}
    assert files == {"__init__.py", "__main__.py", "errors.py"}
