"""The project uses the field's words: none of its old private words has come back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("node", "labctl", "simulator")
READ = (*SHIPPED, "docs", "README.md", "README.zh-CN.md", "CHANGELOG.md")
SUFFIXES = {".py", ".md", ".js", ".css", ".html", ".cfg", ".txt", ".yml", ".svg"}

# What stands in place of each word.
PRIVATE = {
    **dict.fromkeys(("ill", "ills"), "fault"),
    **dict.fromkeys(("gate", "gates", "gated"), "link fault"),
    **dict.fromkeys(("freeze", "freezes", "freezing", "froze", "frozen"), "pause"),
    **dict.fromkeys(("frost", "frosts", "sleeper", "sleepers"), "pause"),
    **dict.fromkeys(("thaw", "thaws", "thawed", "thawing"), "resume"),
    **dict.fromkeys(("reign", "reigns", "reigned", "reigning"), "leader epoch"),
    **dict.fromkeys(("office", "offices"), "becoming leader, stepping down"),
    **dict.fromkeys(("teller", "tellers"), "narrator"),
    **dict.fromkeys(("deed", "deeds"), "lab event"),
    **dict.fromkeys(("door", "doors"), "endpoint"),
    **dict.fromkeys(("mend", "mends", "mended", "mending"), "repair"),
    **dict.fromkeys(("film", "films", "filmed"), "timeline, replay"),
    **dict.fromkeys(("wish", "wishes", "wished"), "lab spec, request"),
    **dict.fromkeys(("ladder", "ladders", "rung", "rungs"), "log comparison, row"),
    **dict.fromkeys(("desk", "desks"), "client state, request queue"),
    **dict.fromkeys(("lent", "lend", "lends"), "ephemeral port"),
    **dict.fromkeys(("barred", "crooked"), "blocked link, partial partition"),
    **dict.fromkeys(("court", "courts"), "the leader's followers"),
    **dict.fromkeys(("outlook", "outlooks"), "outstanding changes"),
}
# These are ordinary words in a sentence.  As a name they meant "rendered".
IN_NAMES = {
    **dict.fromkeys(("told", "tell", "tells", "telling"), "narrate, render"),
    **dict.fromkeys(("happened", "happen"), "lab event"),
}


class Exempt(NamedTuple):
    """A place where a word may stand, and the reason."""

    word: str
    path: str  # a pattern for the whole path
    line: str  # a pattern that the line contains
    reason: str


EXEMPT = (
    Exempt("frozen", r".*\.py", r"frozen=True", "an argument of dataclass"),
    Exempt(
        "freeze",
        r"(node/(__main__|shell/quorum_port)|labctl/logs/report)\.py",
        r"gc\.freeze\(\)",
        "Python's own name",
    ),
    Exempt("gate", r"node/events\.py", r'\{"gate": "fault"\}', "schema 1 is read"),
    Exempt("gate", r"node/events\.py", r'"Gate(Set|Cleared)"', "schema 1 is read"),
    Exempt("ill", r"node/events\.py", r'"Ill(Set|Cleared)"', "schema 1 is read"),
    Exempt("freeze", r".*", r"connection_throttle_freeze_time", "ZooKeeper's key"),
    Exempt("tell", r"labctl/lab/runtime/files\.py", r"file\.tell\(\)", "of Python"),
    Exempt("tell", r"(node|simulator)/.*\.py", r"", "to send a vote, not to narrate"),
)

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")  # of CamelCase and snake_case


class Found(NamedTuple):
    """A private word in its place."""

    path: str
    number: int
    word: str
    line: str


def files(root: Path) -> Iterator[Path]:
    """Yield every text file that is read, in a fixed order."""
    for name in READ:
        top = root / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix in SUFFIXES:
                yield path


def private_words(root: Path) -> list[Found]:
    """Return every private word below this folder, exempt or not."""
    found = []
    for path in files(root):
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(root))
        lines = text.splitlines()
        places = [
            (number, line, word.lower())
            for number, line in enumerate([path.stem, *lines])
            for word in _WORD.findall(line)
            if word.lower() in PRIVATE
        ]
        if path.suffix == ".py":
            places += [
                (number, lines[number - 1], word.lower())
                for number, identifier in identifiers(text)
                for word in _WORD.findall(identifier)
                if word.lower() in IN_NAMES
            ]
        found += [Found(name, number, word, line) for number, line, word in places]
    return found


def identifiers(source: str) -> Iterator[tuple[int, str]]:
    """Yield each name in this source with its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.ClassDef(name=name) | ast.alias(name=name):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.lineno, name
            case _:
                pass


def exempt(found: Found) -> list[Exempt]:
    """Return the exceptions that this falls under."""
    return [
        one
        for one in EXEMPT
        if found.word == one.word
        and re.fullmatch(one.path, found.path)
        and re.search(one.line, found.line)
    ]


def test_no_private_word_is_left() -> None:
    left = [found for found in private_words(ROOT) if not exempt(found)]
    assert not left, "\n".join(
        f"{path}:{number}: {word} → {(PRIVATE | IN_NAMES)[word]}: {line.strip()[:80]}"
        for path, number, word, line in left
    )


def test_every_exception_is_still_needed() -> None:
    used = {one for found in private_words(ROOT) for one in exempt(found)}
    assert set(EXEMPT) - used <= {EXEMPT[0]}  # frozen=True is always allowed


@pytest.mark.parametrize(
    ("path", "text", "word"),
    [
        ("node/place.py", "# it thaws\n", "thaws"),
        ("node/place.py", '"""A reign."""\n', "reign"),
        ("labctl/place.py", "def old_film_of(run): ...\n", "film"),
        ("labctl/place.py", "class LogLadder: ...\n", "ladder"),
        ("labctl/place.py", "FIRST_RUNG = 1\n", "rung"),
        ("labctl/place.py", "def told(run): ...\n", "told"),
        ("labctl/place.py", "screen.tell(line)\n", "tell"),
        ("labctl/mend.py", "", "mend"),
        ("labctl/page.js", "const gate = 1;\n", "gate"),
        ("simulator/place.py", "x = 1  # ill\n", "ill"),
        ("docs/page.md", "A frozen node.\n", "frozen"),
        ("README.md", "At its door.\n", "door"),
    ],
)
def test_a_private_word_is_found(
    tmp_path: Path, path: str, text: str, word: str
) -> None:
    planted = tmp_path / path
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(text, encoding="utf-8")
    (found,) = private_words(tmp_path)
    assert (found.path, found.word) == (path, word)
    assert not exempt(found)


@pytest.mark.parametrize(
    "text",
    [
        "# nobody is told; it still works, silently; a skill\n",
        "x = frozenset()  # until, delegate, lenient, windows, recommended\n",
        '"""Nobody is told what happened."""\n',
    ],
)
def test_a_longer_word_and_a_sentence_are_no_find(tmp_path: Path, text: str) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "place.py").write_text(text, encoding="utf-8")
    assert private_words(tmp_path) == []
