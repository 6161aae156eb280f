"""An exercise: steps with questions before the event and checks after it."""

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from labctl.words.phrase import ENGLISH, LANGUAGES

Facts = Mapping[str, Any]  # what was drawn for this student, and what was captured
_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_COUNTED = re.compile(r"--(nodes|observers)[ =](\S+)")
_SMALL = re.compile(r"\d{1,2}", re.ASCII)


class Text(NamedTuple):
    """One text in both languages."""

    en: str
    zh: str

    def put(self, lang: str, facts: Facts) -> str:
        """Return the text in this language, with the facts in their places.

        Lines that follow one another are one paragraph: the screen breaks them anew.
        """
        joint = " " if lang == ENGLISH else ""
        parts = self[LANGUAGES.index(lang)].strip().split("\n\n")
        return fill("\n".join(joint.join(part.split("\n")) for part in parts), facts)


class Question(NamedTuple):
    """What a student predicts before the event."""

    id: str
    kind: str  # node | nodes | choice | number | order | text
    ask: Text
    options: tuple[str, ...]  # by their ids
    names: tuple[Text, ...]  # of the options
    answer: Any  # a value, or {name} of a capture; None: never marked
    tolerance: float
    points: float

    def shown(self, answer: str, lang: str) -> str:
        """Return an answer as a person of this language reads it."""
        names = dict(zip(self.options, self.names, strict=True))
        parts = answer.split(",") if self.kind == "order" else [answer]
        return ", ".join(
            names[part].put(lang, {}) if part in names else part for part in parts
        )


class Form(NamedTuple):
    """What a check looks for: eventually, never, sequence, … and in what."""

    kind: str
    spec: Any


class Check(NamedTuple):
    """One thing that the recording must show."""

    id: str
    say: Text
    rule: Text  # of the protocol: what decides
    points: float
    needs: tuple[str, ...]  # other checks of the step that must have passed
    form: Form


class Capture(NamedTuple):
    """A value that is taken from the recording, to be used later."""

    name: str
    pattern: Mapping[str, Any]
    take: str  # the field
    last: bool  # of the last event that matches, not the first
    after: Mapping[str, Any] | None  # only behind the last event that matches this


class Simulated(NamedTuple):
    """A simulated ensemble with a planted bug: what is done to it, what breaks."""

    bug: str  # the one that the student's variable `bug` names is run
    breaks: str  # the rule, as an option of the question
    do: tuple[str, ...]


class Hint(NamedTuple):
    """Help that may cost points."""

    cost: float
    text: Text


class Step(NamedTuple):
    """One step: predict, do, see."""

    id: str
    say: Text
    do: tuple[str, ...]  # commands that lead there; others may, too
    solve: tuple[str, ...]  # the reference solution, if it is not the same
    questions: tuple[Question, ...]
    captures: tuple[Capture, ...]
    checks: tuple[Check, ...]
    hints: tuple[Hint, ...]
    explain: Text
    logs: tuple[str, ...]  # of a stranger: files beside the exercise's own
    simulated: tuple[Simulated, ...]

    @property
    def brings_up(self) -> tuple[int, ...]:
        """The ids of the servers that its own `labctl up` starts; none: it has none."""
        for line in self.do:
            if line.startswith("labctl up") and "--config" not in line:
                counts = {
                    "nodes": "3",
                    "observers": "0",
                    **dict(_COUNTED.findall(line)),
                }
                if all(_SMALL.fullmatch(count) for count in counts.values()):
                    return tuple(range(1, sum(map(int, counts.values())) + 1))
        return ()

    @property
    def exhibits(self) -> bool:
        """Whether it shows logs or a simulated run: then no lab matters to it."""
        return bool(self.logs or self.simulated)

    @property
    def solution(self) -> tuple[str, ...]:
        """The reference solution's commands."""
        return self.solve or self.do


class Misconception(NamedTuple):
    """A wrong prediction that many make, and the answer to it."""

    step: str
    question: str
    answer: str
    scores: float  # percent, if all else is right
    text: Text


class Variant(NamedTuple):
    """The same exercise with another ending."""

    id: str
    title: Text


class Exercise(NamedTuple):
    """A whole exercise, or one variant of it."""

    id: str
    title: Text
    level: int  # 1 very easy … 5
    minutes: int
    concepts: tuple[str, ...]  # terms of `labctl explain`
    requires: tuple[str, ...]
    runtimes: tuple[str, ...]  # sim | process | docker
    correct_only: bool  # a wrong prediction scores nothing
    choices: Mapping[str, tuple[Any, ...]]  # drawn for each student
    steps: tuple[Step, ...]
    misconceptions: tuple[Misconception, ...]
    variant: str
    variants: tuple[Variant, ...]
    folder: Path  # where its file is
    files: str  # a folder beside it, of which each student gets a copy; may be empty

    def step(self, name: str) -> Step:
        """Return the step of this name."""
        return next(step for step in self.steps if step.id == name)

    def drawn(self, seed: int) -> dict[str, Any]:
        """Return what this seed draws."""
        return {
            name: options[_number(f"{seed}:{name}") % len(options)]
            for name, options in self.choices.items()
        }


def seed_of(student: str, exercise: str) -> int:
    """Return the seed of one student in one exercise."""
    return _number(f"{student}:{exercise}")


def fill(text: str, facts: Facts) -> str:
    """Put facts into the places that name them; a name nobody knows stays."""
    return _NAME.sub(
        lambda found: str(facts[found[1]]) if found[1] in facts else found[0], text
    )


def names_in(text: str) -> list[str]:
    """Return the names of the facts that a text asks for."""
    return _NAME.findall(text)


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:6])
