"""What a page may do to the lab: some verbs, each with words of a known form.

A click is the command that it shows: `labctl` itself runs it, so it is checked,
carried out and recorded like one that was typed.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from labctl.words.phrase import LANGUAGES

LIMIT_S = 90.0
_AT_ONCE = 4
_SHOWN = 20_000  # characters
_NODES, _LINK = r"[1-9]\d{0,2}|down", r"\d{1,3}(->|-)\d{1,3}"
_LINE = r"(?!-)[^\0\n]{1,500}"
VERBS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("kill", "start", "pause", "resume", "wipe"), (_NODES,)),
    **dict.fromkeys(("cut", "hold"), (_LINK,)),
    "delay": (_LINK, r"\d{1,5}ms"),
    "heal": (r"f\d{1,6}|--all",),
    "step": (r"\d{1,3}",),
    "deliver": (r"n\d{1,3}>n\d{1,3}#\d{1,9}",),
    "go": (),
    "do": ("--node", r"\d{1,3}", _LINE),
}


class Asked(NamedTuple):
    """A command, and the language of the answer."""

    words: tuple[str, ...]
    lang: str


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    said: str


def asked(body: bytes) -> Asked | None:
    """Return the command in a request's body; None if it is none that a page may give.

    The body is `{"words": ["kill", "2"], "lang": "en"}`.
    """
    try:
        found: Any = json.loads(body)
        words = tuple(found["words"])
        lang = found["lang"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if lang not in LANGUAGES or not all(isinstance(word, str) for word in words):
        return None
    return Asked(words, lang) if is_allowed(words) else None


def is_allowed(words: Sequence[str]) -> bool:
    """Return whether a page may give this command."""
    forms = VERBS.get(words[0]) if words else None
    if forms is None or len(words) != 1 + len(forms):
        return False
    pairs = zip(forms, words[1:], strict=True)
    return all(re.fullmatch(form, word) for form, word in pairs)


class Commands:
    """Runs `labctl` for the page."""

    def __init__(self, lab: str) -> None:
        """Run for this lab."""
        self.lab = lab
        self.free = asyncio.Semaphore(_AT_ONCE)

    async def run(self, asked: Asked) -> Done:
        """Run one command to its end; after LIMIT_S it is ended."""
        more = ("--lab", self.lab, "--lang", asked.lang, "--yes")
        words = (sys.executable, "-m", "labctl", *asked.words, *more)
        async with self.free:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, "NO_COLOR": "1"},
            )
            try:
                async with asyncio.timeout(LIMIT_S):
                    said, _ = await process.communicate()
            except BaseException:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
                raise
        code = process.returncode or 0
        return Done(code, said.decode("utf-8", "replace").rstrip()[:_SHOWN])
