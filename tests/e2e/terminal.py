"""A newcomer's terminal: tmux, eighty columns by twenty-four, and a real shell.

What a person types is typed key by key, and what the terminal then shows is what
counts, scroll-back included.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from rich.cells import cell_len

from tests.waiting import wait_for

COLUMNS, ROWS = 80, 24
PROMPT = "$ "
_HISTORY = 5000


def missing() -> str:
    """Say why there can be no terminal here, or return nothing."""
    return "" if shutil.which("tmux") else "tmux is not installed"


class Terminal:
    """One tmux window with a bare bash in it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.socket = folder / "tmux"
        self.done = folder / "done"  # one line for each command that has ended
        self.environment = {
            **environment,
            "TERM": "screen-256color",
            "LC_ALL": "C.UTF-8",
        }

    def __enter__(self) -> "Terminal":
        self.done.touch()
        start = self.folder / "bashrc"
        start.write_text(f"PS1='{PROMPT}'; PROMPT_COMMAND='echo $? >>{self.done}'\n")
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        shell = f"bash --noprofile --rcfile {start}"
        self._tmux("-f", os.devnull, "new-session", "-d", *size, shell)
        self._tmux("set-option", "-g", "history-limit", str(_HISTORY))
        self.wait_ended(1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tmux("kill-server")

    def type(self, command: str) -> None:
        """Type a line and press Enter."""
        self.keys(command)
        self._tmux("send-keys", "Enter")

    def keys(self, typed: str) -> None:
        """Type, and press nothing."""
        self._tmux("send-keys", "-l", "--", typed)

    def press(self, *keys: str) -> None:
        """Press keys by their tmux names: C-c, Enter, q."""
        self._tmux("send-keys", *keys)

    def run(self, command: str) -> tuple[int, str]:
        """Type a command; return its exit code and what it showed."""
        self._tmux("send-keys", "-R")
        self._tmux("clear-history")
        ended = len(self.codes())
        self.type(command)
        self.wait_ended(ended + 1)
        return self.codes()[-1], self.shown()

    def shown(self) -> str:
        """Return what the window shows and has shown, without wrapping's traces."""
        text = self._tmux("capture-pane", "-p", "-S", "-")
        return re.sub(r"[ \n]+$", "\n", text)

    def codes(self) -> list[int]:
        """Return the exit codes of all commands so far."""
        return [int(line) for line in self.done.read_text().split()]

    def wait_until(self, text: str) -> None:
        """Wait until the window shows a text."""
        wait_for(lambda: text in self.shown(), repr(text), self.shown)

    def cut(self) -> list[str]:
        """Return the lines that the terminal itself had to break at its edge."""
        joined = self._tmux("capture-pane", "-p", "-J", "-S", "-").splitlines()
        return [line for line in joined if cell_len(line.rstrip()) > COLUMNS]

    def wait_ended(self, commands: int) -> None:
        """Wait until so many commands have ended."""
        ended = f"the end of command {commands}"
        wait_for(lambda: len(self.codes()) >= commands, ended, self.shown)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self.socket), *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        return done.stdout
