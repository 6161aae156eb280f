"""The pages below docs/ are run: every `$ labctl …` line, in order, in one lab.

What a page shows below a command must be what the command says: nearly all of its
lines must come again when times, ports and ids are set aside; a line that begins
with `…` is the end of one.  `(exit 1)` below a command
is the exit code that it ends with; none means 0.  `QUORUMLAB_REWRITE=1` puts what
was really said below every command that shows anything, and keeps what a page leaves
out; the course's pictures are drawn anew, too.
"""

import os
import re
import shlex
from pathlib import Path
from shutil import copy
from typing import NamedTuple

import pytest

from tests.e2e.labs import ROOT, Cli, article_files

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

WRITTEN = {"mutation.md"}  # by `make mutants`; no page for users, and in English
DOCS = ROOT / "docs"
COURSE = sorted(f"course/{path.name}" for path in (DOCS / "course").glob("*.md"))
PAGES = sorted({path.name for path in DOCS.glob("*.md")} - WRITTEN) + COURSE
ENGLISH = [name for name in PAGES if not name.endswith(".zh.md")]
ALIKE = 0.93  # of the shown lines; what races differs from run to run
# Step by step, which of several nodes' messages is the oldest is a race from the
# first step on, and every later line follows from it.
RACES = {"step-by-step.md": 0.75, "step-by-step.zh.md": 0.75}
ARTICLES = {f"course/01-three-config-files{end}" for end in (".md", ".zh.md")}
TYPED = {"first-hour.md", "first-hour.zh.md"}  # see test_first_hour.py
STRICT = {"stories.md", "stories.zh.md"}  # every line that they show must come
_OURS = (".sub.gz", ".yaml", "my-first")  # files that the reader writes
_ARTICLE = "conf/zoo_sample*.cfg"
_FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DRAWN = re.compile(r"\]\(pictures/(.+?\.svg)\)")
_EXIT = re.compile(r"^\(exit (\d+)\)\n?", re.MULTILINE)
_FOLDERS = re.compile(r"\S*/(labs|runs)/")  # the reader's are elsewhere
_GONE = re.compile(  # a process that dies closes or resets, as it happens
    r"its connection (?:closed|was reset: it ended with something unread)"
    r"|(n\d+) (?:closed|reset) the connection"
    r"|连接(?:断开|被重置：它结束时还有没读的数据)|(?:关闭|重置)了连接"
)
_NAMES = re.compile(r"\bn\d+\b|server\.\d+")
_VARIES = re.compile(r"0x[0-9a-f]+|-[0-9a-f]{4}\b|\d+(?:[.:]\d+)*|[█▏▎▍▌▋▊▉]+|\s+")


class Command(NamedTuple):
    """One line that a reader types, and what the page shows below it."""

    words: list[str]
    shown: str
    code: int


def commands(page: str) -> list[Command]:
    text = (DOCS / page).read_text(encoding="utf-8")
    found = []
    for block in _FENCE.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, shown = part.partition("\n")
            words = shlex.split(line)
            assert words[0] == "labctl", f"{page}: a reader cannot check {line!r}"
            code = _EXIT.search(shown)
            shown = _EXIT.sub("", shown)
            found.append(Command(words[1:], shown, int(code[1]) if code else 0))
    return found


# The pages take minutes; `make test` runs the English README.
@pytest.mark.stories
@pytest.mark.parametrize("page", [name for name in PAGES if name not in TYPED])
def test_what_a_page_shows_is_what_happens(page: str, cli: Cli, tmp_path: Path) -> None:
    tell(page, cli, tmp_path, "process")


@pytest.mark.docker
@pytest.mark.stories
@pytest.mark.timeout(600)
def test_the_stories_come_out_the_same_in_containers(cli: Cli, tmp_path: Path) -> None:
    tell("stories.md", cli, tmp_path, "docker")


def tell(page: str, cli: Cli, tmp_path: Path, runtime: str) -> None:
    """Run a page's commands in order and compare what they say."""
    cli.environment["LABCTL_LANG"] = "zh" if page.endswith(".zh.md") else "en"
    alike = total = 0
    told: list[str] = []
    for command in commands(page):
        done = cli.run(*here(command.words, cli, tmp_path, runtime))
        said = (done.stdout + done.stderr).replace(f"{tmp_path}/", "")
        said = as_the_article(said, cli.base_port) if page in ARTICLES else said
        assert done.returncode == command.code, f"{command.words}: {said}"
        lines = {bare(line) for line in said.splitlines()}
        shown = [bare(line) for line in command.shown.splitlines() if line != "…"]
        missed = [line for line in shown if not found_in(line, lines)]
        assert page not in STRICT or not missed, f"{command.words}: {missed} in {said}"
        told.append(renewed(command.shown, said))
        alike, total = alike + len(shown) - len(missed), total + len(shown)
    assert not list(cli.home.glob("labs/*/lab.json")), "a page takes its lab down"
    if os.environ.get("QUORUMLAB_REWRITE") and page not in STRICT:
        rewrite(page, told)
        redraw(page, tmp_path)
        return
    assert alike >= RACES.get(page, ALIKE) * total, (
        f"{alike} of {total} lines come again"
    )


def rewrite(page: str, told: list[str]) -> None:
    """Put what was said below each command of the page."""
    path = DOCS / page
    said = iter(told)

    def block(found: re.Match[str]) -> str:
        parts = re.split(r"^\$ ", found[1], flags=re.MULTILINE)
        lines = []
        for part in parts[1:]:
            code = _EXIT.search(part)
            words = next(said).rstrip("\n")
            lines += [f"$ {part.partition(chr(10))[0]}"]
            lines += [line.rstrip() for line in words.splitlines()]
            lines += [code[0].strip()] if code else []
        return "```console\n" + "\n".join(lines) + "\n```"

    text = path.read_text(encoding="utf-8")
    path.write_text(_FENCE.sub(block, text), encoding="utf-8")


def renewed(shown: str, said: str) -> str:
    """Return what was said, without the lines that the page leaves out."""
    if not shown:
        return ""
    if "…" not in shown.splitlines():
        return said
    left = said.splitlines()

    def anew(line: str) -> str:
        alike = [one for one in left if bare(one) == bare(line)]
        if not alike:
            return line
        names = _NAMES.findall(line)
        same = [one for one in alike if _NAMES.findall(one) == names]
        found = (same or alike)[0]
        left.remove(found)
        return found

    return "\n".join(map(anew, shown.splitlines()))


def redraw(page: str, drawn: Path) -> None:
    """Put the pictures that the page's commands drew where the page shows them."""
    for name in _DRAWN.findall((DOCS / page).read_text(encoding="utf-8")):
        plain = name.replace(".zh.", ".")
        copy(drawn / plain, DOCS / "course" / "pictures" / name)


def as_the_article(said: str, base_port: int) -> str:
    """Return what was said with the article's ports, which a reader's lab has."""
    for shift, first in ((0, 2181), (300, 8081)):
        for index in range(3):
            said = said.replace(str(base_port + shift + index), str(first + index))
    return said


def bare(line: str) -> str:
    """Return a line without what differs from run to run."""
    line = _FOLDERS.sub(r"…/\1/", _GONE.sub("gone", line.strip()))
    return _VARIES.sub("#", line)


def found_in(line: str, lines: set[str]) -> bool:
    """Whether the line was said; of one that begins with `…`, whether its end was."""
    end = line.removeprefix("…").lstrip("#")
    return line in lines or (line != end and any(one.endswith(end) for one in lines))


def here(words: list[str], cli: Cli, tmp_path: Path, runtime: str) -> list[str]:
    """Return the command with our ports, our files, and something to run on."""
    words = [
        str(tmp_path / word) if word.endswith(_OURS) or "handed-in" in word else word
        for word in words
    ]
    pictures = (".html", ".svg", ".cast", ".csv", ".jsonl", ".md", ".txt")
    if "-o" in words and words[-1].endswith(pictures):
        words = [*words[:-1], str(tmp_path / words[-1])]
    if _ARTICLE in words:
        article = article_files(tmp_path, cli.base_port)
        return [article if word == _ARTICLE else word for word in words]
    if words[0] == "up" and "--config" not in words:
        words = [*words, "--runtime", runtime, "--base-port", str(cli.base_port)]
    return words


@pytest.mark.parametrize("page", ENGLISH)
def test_both_languages_run_the_same_commands(page: str) -> None:
    chinese = page.replace(".md", ".zh.md")
    assert chinese in PAGES, f"{page} is not told in Chinese"
    ours, theirs = ([c.words for c in commands(name)] for name in (page, chinese))
    assert ours == theirs


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for name in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text):
        assert ((DOCS / page).parent / name).exists(), f"{page}: {name}"
