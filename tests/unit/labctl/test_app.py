"""The command line itself: help, shared options, exit codes, what it imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from labctl.cli.app import root
from labctl.cli.commands.panels import PANELS
from labctl.words.phrase import CATALOG
from tests import forked
from tests.forked import ROOT

VERBS = tuple(root().commands)


def labctl(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    own = {"LABCTL_HOME": str(home), "LABCTL_LANG": "en"}
    return forked.labctl(words, {**os.environ, **own, **more})


def test_help_names_every_verb(tmp_path: Path) -> None:
    done = labctl(tmp_path, "--help")
    assert done.returncode == 0
    for verb in VERBS:
        assert f" {verb} " in done.stdout


def test_every_verb_has_a_panel_a_sentence_in_both_languages_and_an_example() -> None:
    group = root()
    listed = [verb for panel in PANELS.values() for verb in panel]
    assert list(group.commands) == listed
    assert len(PANELS["everyday"]) == 10
    for panel in PANELS.values():
        for verb, example in panel.items():
            assert example.split()[:2] == ["labctl", verb]
            english, chinese = CATALOG[f"help.{verb}"]
            assert english.endswith(".")
            assert chinese.endswith("。")
            assert cell_len(english) <= 69, f"{verb}: wider than 80 columns allow"
            assert cell_len(chinese) <= 69, verb


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_fits_eighty_columns_and_begins_with_every_day(
    tmp_path: Path, lang: str
) -> None:
    told = labctl(tmp_path, "--help", "--lang", lang, COLUMNS="80").stdout
    assert [line for line in told.splitlines() if cell_len(line) > 80] == []
    places = [told.index(f"\n   {verb} ") for verb in VERBS]
    assert places == sorted(places)


def test_help_of_a_verb_shows_its_example(tmp_path: Path) -> None:
    told = labctl(tmp_path, "kill", "--help", COLUMNS="80").stdout
    assert "For example: labctl kill leader" in told


def test_every_verb_takes_the_shared_options() -> None:
    group = root()
    for name, verb in group.commands.items():
        options = {option for param in verb.params for option in param.opts}
        shared = {"--lab", "--lang", "--level", "--verbose", "-v", "--yes"}
        shared |= {"--plain", "--ascii"}
        assert shared <= options, name


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("status",), 4, "there is no lab default"),
        (("--lab", "mine", "status"), 4, "there is no lab mine"),
        (("status", "--lab", "mine"), 4, "there is no lab mine"),
        (("--lab", "a", "status", "--lab", "mine"), 4, "there is no lab mine"),
        (("kill",), 2, "which nodes?"),
        (("kill", "1"), 4, "there is no lab default"),
        (("status", "--lab", "No Such"), 2, "is no name for a lab"),
        (("status", "-o", "yaml"), 2, "there is no output 'yaml'"),
        (("status", "--lang", "fr"), 2, "there is no language 'fr'"),
        (("up", "--config", "none*.cfg"), 4, "no file matches 'none*.cfg'"),
        (("up", "--nodes", "12", "--runtime", "process"), 2, "12 nodes are many"),
        (("up", "--nodes", "1"), 2, "one voter holds no election"),
        (("watch", "--port", "9000", "--read-only"), 2, "--port, --read-only: only"),
        (("watch", "--web", "--columns"), 2, "--columns: not with --web"),
        (("sim", "--gallery", "x", "--seed", "3"), 2, "--seed: not with --gallery"),
        (("status", "--lang", "zh"), 4, "没有实验 default"),
    ],
)
def test_an_error_is_a_line_a_hint_and_a_code(
    tmp_path: Path, words: tuple[str, ...], code: int, line: str
) -> None:
    done = labctl(tmp_path, *words)
    assert done.returncode == code
    message, hint = done.stderr.splitlines()
    assert line in message
    assert hint.startswith("  → ")


def test_an_unknown_verb_or_flag_is_a_usage_error(tmp_path: Path) -> None:
    assert labctl(tmp_path, "destroy-all").returncode == 2
    assert labctl(tmp_path, "up", "--node", "3").returncode == 2


def test_the_environment_names_lab_and_language(tmp_path: Path) -> None:
    done = labctl(tmp_path, "status", LABCTL_LAB="mine", LABCTL_LANG="zh")
    assert "没有实验 mine" in done.stderr
    done = labctl(tmp_path, "status", "--lab", "other", LABCTL_LAB="mine")
    assert "there is no lab other" in done.stderr


def test_down_of_nothing_is_done(tmp_path: Path) -> None:
    done = labctl(tmp_path, "down", LABCTL_LAB="never-made")
    assert done.returncode == 0
    assert "nothing to remove" in done.stdout
    assert not list(tmp_path.glob("**/*"))


def test_no_labs_are_listed_with_what_to_try(tmp_path: Path) -> None:
    assert "labctl up" in labctl(tmp_path, "ls").stdout


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = labctl(tmp_path / "file", "up", "--runtime", "process")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_every_verb_appears_in_the_docs() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*[!h].md")]
    told = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    missing = [verb for verb in VERBS if f"labctl {verb}" not in told]
    missing = [verb for verb in missing if f"`{verb}" not in told]
    assert missing == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stauts",), "没有动词 stauts；您是否想输入 status"),
        (("up", "--nods", "3"), "没有选项 --nods；您是否想输入"),
        (("up", "--nodes", "three"), "--nodes 需要一个数字，而不是 three"),
        (("deliver",), "缺少 ID"),
        (("status", "--lab"), "--lab 后面要有一个值"),
        (("status", "--yes=1"), "--yes 后面不能有值"),
        (("status", "now", "please"), "这里不该有 now please"),
        (("ex", "strat"), "没有动词 ex strat；您是否想输入 ex start"),
    ],
)
def test_a_usage_error_is_one_line_in_the_language_asked_for(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = labctl(tmp_path, *words, LABCTL_LANG="zh")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2


def test_the_version_is_an_option_too(tmp_path: Path) -> None:
    done = labctl(tmp_path, "--version")
    assert (done.returncode, done.stdout) == (0, labctl(tmp_path, "version").stdout)


@pytest.mark.parametrize("verb", ["replay", "export"])
def test_square_brackets_of_a_help_text_are_shown(tmp_path: Path, verb: str) -> None:
    shown = " ".join(labctl(tmp_path, verb, "--help", COLUMNS="200").stdout.split())
    for param in root().commands[verb].params:
        for word in str(getattr(param, "help", "")).replace("\\[", "[").split():
            assert word in shown, word


HEAVY = {"docker", "requests", "kazoo", "pydantic", "yaml", "asyncio"}


@pytest.mark.parametrize(
    ("words", "ours", "never"),
    [
        (("--help",), 30, ("labctl.lab.lab", "h11", "socket")),
        (("ls",), 70, ("node.events", "labctl.story.world", "http.client", "email")),
    ],
)
def test_a_verb_imports_what_it_needs_and_no_more(
    tmp_path: Path, words: tuple[str, ...], ours: int, never: tuple[str, ...]
) -> None:
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr))\n"
        "from labctl.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        env={**os.environ, "LABCTL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules = done.stderr.split()
    assert set(modules) & {*never, *HEAVY} == set()
    assert len([m for m in modules if m.startswith(("labctl", "node"))]) <= ours
