"""The one way to the terminal: sentences for people, JSON for programs."""

import json
import math
import re
import sys
from collections.abc import Mapping
from io import TextIOBase
from typing import Any, TextIO, cast

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from labctl.errors import LabError
from labctl.screen.glyphs import STYLES, ascii_only
from labctl.screen.line import STORY, Line
from labctl.screen.wrap import fold
from labctl.words.phrase import Phrase, text
from node.wording.line import RELEASES, Release, logger

_WHAT_CELLS = 26  # what happened; the reason starts behind it
_MARGIN = " "
_WIDE = 400
_LABEL = re.compile(r" *(?:\S{1,12} {2,})?")  # "plan     ", or just the margin


class Pipe(TextIOBase):
    """A stream whose reader may leave: we go on in silence, the lab stays whole."""

    def __init__(self, stream: TextIO) -> None:
        """Write to this stream until it breaks."""
        self.stream = stream
        self.broken = False

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only here
        """The stream's own."""
        return self.stream.encoding or "ascii"

    def write(self, text: str) -> int:
        """Write, unless nobody reads any more."""
        if not self.broken:
            try:
                self.stream.write(text)
            except BrokenPipeError:
                self.broken = True
        return len(text)

    def flush(self) -> None:
        """Flush, unless nobody reads any more."""
        if not self.broken:
            try:
                self.stream.flush()
            except BrokenPipeError:
                self.broken = True

    def isatty(self) -> bool:
        """Whether a person reads."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """The stream's own."""
        return self.stream.fileno()


class Screen:
    """Shows phrases, story lines and documents in one language."""

    def __init__(
        self, lang: str, level: str = STORY, *, plain: bool = False, bare: bool = False
    ) -> None:
        """Speak this language.

        `plain` is for a screen reader or a log: no colour, no columns, one event to
        a line.  `bare` keeps to glyphs that every terminal has.
        """
        self.lang = lang
        self.level = level
        self.pipe = Pipe(sys.stdout)
        self.plain = plain
        self.ascii = bare or not _encodes_glyphs(self.pipe.encoding)
        self.quiet = False  # a program reads: no sentences
        self.unsaid: frozenset[str] = frozenset()  # phrases that are left out
        self.origin_ms = 0.0  # the story's t+0
        self.release: Release | None = None  # whose log stands beside the story
        self.out = Console(
            file=cast(TextIO, self.pipe),
            highlight=False,
            markup=False,
            emoji=False,
            force_terminal=False if plain else None,
        )
        if not self.out.is_terminal:
            self.out.width = _WIDE  # a file has no edge
        self.err = Console(stderr=True, highlight=False, markup=False, emoji=False)

    @property
    def gone(self) -> bool:
        """Whether nobody reads any more."""
        return self.pipe.broken

    def text(self, phrase: Phrase) -> str:
        """Return the phrase in our language, with glyphs that the terminal has."""
        return self.fit(text(phrase, self.lang))

    def fit(self, words: str) -> str:
        """Return the words with glyphs that the terminal has."""
        return ascii_only(words) if self.ascii else words

    def say(self, phrase: Phrase) -> None:
        """Print one sentence."""
        if not self.quiet and phrase.key not in self.unsaid:
            for words in (_MARGIN + self.text(phrase)).splitlines():
                for line in self._folded(words):
                    self._print(_coloured(Text(line)), soft_wrap=True)

    def narrate(self, line: Line, *, tag: str = "", src: str = "") -> None:
        """Print one line of the story, if it is of our level, or tagged.

        The tag is the event's number; `src` the line of our source that saw it.
        """
        if self.quiet:
            return
        if line.bare:
            self.java(line)
        if line.bare or not (tag or line.shows(self.level)):
            return
        since = max(0.0, line.at_ms - self.origin_ms) / 1000
        who = f"n{line.node}" if line.node else ""
        what = self.text(line.what)
        why = self.text(line.why) if line.why else ""
        if self.plain:
            seen = f"[{src}]" if src else ""
            reason = f"({why})" if why else ""
            parts = (f"t+{since:.2f}", tag, who, what, reason, seen)
            self._print(Text(" ".join(part for part in parts if part)), soft_wrap=True)
            self._below(line)
            self.java(line)
            return
        number = f"{tag:<6}" if tag else ""
        head = f"{_MARGIN}t+{since:<6.2f} {number}{who:<4}"
        gap = " " * max(2, _WHAT_CELLS - cell_len(what)) if why else ""
        seen = f"  [{src}]" if src else ""
        room = self.out.width if self.out.is_terminal else math.inf
        if why or cell_len(head + what + seen) <= room:
            self._columns(head + what + gap, why + seen)
        else:  # a long path is never broken
            self._columns(head + what, "")
            self._print(Text(" " * cell_len(head) + seen.strip()), soft_wrap=True)
        self._below(line)
        self.java(line)

    def _below(self, line: Line) -> None:
        """Print what stands below a line, a message's bytes."""
        for row in line.below:
            words = self.fit(f"{'':16}{row}")
            self._print(Text(words, style="dim"), soft_wrap=True)

    def java(self, line: Line) -> None:
        """Print below a line what ZooKeeper would have logged."""
        release = self.release or RELEASES[-1]
        for said in line.java:
            place = logger(release, said.place)
            if self.plain:
                words = f"n{line.node} logs: {said.level} [{said.thread}:{place}]"
                self._print(Text(self.fit(f"{words} - {said.message}")), soft_wrap=True)
                continue
            lead = f"{'':10}{f'n{line.node}':<4}{self.fit('┊')} {said.level:<5} "
            hang = " " * (len(lead) + 2)
            pieces = [self.fit(f"{place} - {said.message}")]
            if self.out.is_terminal:
                pieces = fold(pieces[0], self.out.width - len(lead) - 2)
            for piece in (*pieces, *said.trace.split("\n")[:1]):
                if piece:
                    self._print(Text(lead + piece, style="dim"), soft_wrap=True)
                lead = hang

    def document(self, document: Mapping[str, Any]) -> None:
        """Print one JSON document."""
        self.pipe.write(json.dumps(document) + "\n")
        self.pipe.flush()

    def raw(self, line: str) -> None:
        """Print a line as it is."""
        self.pipe.write(self.fit(line) + "\n")

    def show(self, renderable: RenderableType) -> None:
        """Print something that rich can render."""
        if not self.quiet:
            self.out.print(renderable)

    def fail(self, error: LabError) -> None:
        """Print what went wrong, and what to do about it."""
        words = Text.assemble((self.fit("✕ "), "bold red"), self.text(error.message))
        self.err.print(words, soft_wrap=True)
        if error.hint is not None:
            self.err.print(self.fit("  → ") + self.text(error.hint), soft_wrap=True)

    @property
    def person(self) -> bool:
        """Whether somebody is there to answer a question."""
        return sys.stdin.isatty() and self.out.is_terminal and not self.quiet

    def asks(self, question: Phrase) -> bool:
        """Ask a person; nobody there means no."""
        if not self.person:
            return False
        self.out.print(_MARGIN + self.text(question) + " [y/N] ", end="")
        return sys.stdin.readline().strip().lower() in ("y", "yes", "是")

    def _columns(self, left: str, why: str) -> None:
        """Print what happened and, behind it, the reason with a hanging indent."""
        room = self.out.width - cell_len(left)
        if not self.out.is_terminal or cell_len(why) <= room or room < 20:
            self._print(_coloured(Text(left + why)), soft_wrap=True)
            return
        for number, piece in enumerate(fold(why, room)):
            before = left if number == 0 else " " * cell_len(left)
            self._print(_coloured(Text(before + piece)), soft_wrap=True)

    def _folded(self, words: str) -> list[str]:
        """Return a sentence's lines; the later ones hang below its beginning."""
        if not self.out.is_terminal or cell_len(words) <= self.out.width:
            return [words]
        found = _LABEL.match(words)
        label = found[0] if found else ""
        lines = fold(words[len(label) :], self.out.width - cell_len(label))
        hang = " " * cell_len(label)
        return [label + lines[0], *(hang + line for line in lines[1:])]

    def _print(self, words: Text, *, soft_wrap: bool) -> None:
        self.out.print(words, soft_wrap=soft_wrap)


def _coloured(words: Text) -> Text:
    for pattern, style in STYLES.items():
        words.highlight_regex(pattern, style)
    words.highlight_regex(r"^ t\+\S+", "dim")
    return words


def _encodes_glyphs(encoding: str) -> bool:
    try:
        "●▲◇✕❚→".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
