"""The READMEs are run: every `$ labctl …` line, and the kazoo snippet."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.labs import ROOT, Cli, article_files

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

READMES = {"README.md": "en", "README.zh-CN.md": "zh"}
_KILL = {"en": "# now, in a terminal: ", "zh": "# 现在，在终端里："}
_VERDICTS = "quorum:|new leader|no election|法定人数|换了|没有选举"
_VERDICT = re.compile(rf"^ ({_VERDICTS}).*", re.MULTILINE)


class Block:
    """A fenced block: its language and its text."""

    def __init__(self, language: str, text: str) -> None:
        self.language = language
        self.text = text

    def commands(self) -> list[tuple[list[str], str]]:
        """Return each labctl command with the output that the README shows."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        pairs = (part.partition("\n")[::2] for part in parts)
        return [
            (shlex.split(command)[1:], shown)
            for command, shown in pairs
            if command.startswith("labctl ")
        ]


def blocks(readme: str) -> list[Block]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(language, body) for language, body in found]


@pytest.mark.stories  # as the other pages
@pytest.mark.parametrize("readme", READMES)
def test_every_command_of_the_readme_works(
    readme: str, cli: Cli, tmp_path: Path
) -> None:
    lang = READMES[readme]
    cli.environment["LABCTL_LANG"] = lang
    ran = 0
    for block in blocks(readme):
        if block.language == "python":
            snippet(block.text, cli, lang)
        for words, shown in block.commands() if block.language == "console" else ():
            told = cli.ok(*on_our_ports(words, cli, tmp_path))
            ran += 1
            for line in _VERDICT.finditer(shown):
                assert line[0] in told, f"{words} does not say {line[0]!r}: {told}"
    assert ran >= 15
    assert not list(cli.home.glob("labs/*"))


def on_our_ports(words: list[str], cli: Cli, tmp_path: Path) -> list[str]:
    """Return the command with our ports, and processes to run on."""
    if words[0] != "up":
        return words
    if "--config" in words:
        at = words.index("--config") + 1
        return [*words[:at], article_files(tmp_path, cli.base_port), *words[at + 1 :]]
    return [*words, "--runtime", "process", "--base-port", str(cli.base_port)]


def snippet(code: str, cli: Cli, lang: str) -> None:
    """Run the client; where it says to kill the leader, that is done."""
    for index in range(3):
        code = code.replace(f":{2181 + index}", f":{cli.base_port + index}")
    aside = _KILL[lang] + "labctl kill leader"
    assert aside in code
    kill = [sys.executable, "-m", "labctl", "kill", "leader"]
    code = code.replace(aside, f"import subprocess; subprocess.run({kill}, check=True)")
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **cli.environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r" 0x1[0-9a-f]{8}$", done.stdout.strip()), done.stdout
    cli.ok("start", "down")


def test_both_readmes_run_the_same_commands() -> None:
    english, chinese = (
        [words for block in blocks(readme) for words, _ in block.commands()]
        for readme in READMES
    )
    assert english == chinese


def test_every_file_that_a_readme_names_is_there() -> None:
    for readme in READMES:
        text = (ROOT / readme).read_text(encoding="utf-8")
        for name in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
            assert (ROOT / name).exists(), f"{readme}: {name}"
