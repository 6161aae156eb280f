"""`ex present`: an exercise before a class, page by page, at the presenter's pace.

Of each step: what is set up, what the class predicts, how many predicted what, what
happens (in the simulator), what was right and why.  Predictions come from a folder of
submissions, read anew whenever they are shown, or are counted by hand.  Where the
presenter left is kept, so a closed terminal loses nothing.

LABCTL_HOME/classroom/ID.present.json   the page, and what was counted
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.cells import cell_len

from labctl.classroom import answers, library, submission
from labctl.classroom.attempt import ANYBODY, classroom
from labctl.classroom.exercise import Exercise, Question, Step, fill, seed_of
from labctl.classroom.feedback import answer_form, say_text, show_head
from labctl.classroom.grading import CPU_LIMIT_S, TooSlow, limited, submissions
from labctl.classroom.journal import PredictionLocked
from labctl.classroom.lint import perform
from labctl.classroom.marking import mark, moved, split
from labctl.classroom.matching import Unresolved
from labctl.classroom.simulated_time import CannotSimulate
from labctl.errors import LabError
from labctl.screen.line import BRIEF, Line
from labctl.screen.screen import Screen
from labctl.story.narrator.narrate import narrate
from labctl.story.world import new_world
from labctl.words.phrase import Phrase
from node.events import Record
from simulator.violation import Violation

SAY, ASK, COUNT, DO, STORY, REVEAL, EXPLAIN = (
    *("say", "ask", "count", "do", "story", "reveal", "explain"),
)
LINES_MAX = 7  # of the story on one page: 24 rows hold them and what stands around
BARS_MAX = 8
_BAR_CELLS, _ANSWER_CELLS = 36, 26
_COUNTED = re.compile(r"(.+?)[ =:]+(\d{1,4})")


class Page(NamedTuple):
    """One page: of which step, and of which question or part of the story."""

    kind: str
    step: int
    part: int = 0


class Talk(NamedTuple):
    """What is presented: the exercise, and what happened when it was performed."""

    exercise: Exercise
    facts: Mapping[str, Any]
    stories: Mapping[str, Sequence[Line]]  # by step
    folder: Path | None  # of submissions


class Place(NamedTuple):
    """Where the presenter is, and what was counted by hand."""

    variant: str
    page: int
    counted: dict[str, dict[str, int]]  # step/question -> answer -> how many


def present(
    name: str, variant: str, folder: Path | None, screen: Screen, *, again: bool
) -> None:
    """Present an exercise; begin where the presenter left."""
    exercise = library.find(name, variant)
    talk = _performed(exercise, folder)
    pages = pages_of(talk)
    place = Place(variant, 0, {}) if again else _kept(exercise, variant)
    if place.page:
        screen.say(Phrase("present.resumed", {"page": place.page + 1}))
    while place.page < len(pages):
        page = pages[place.page]
        _show(talk, page, place, screen)
        facts = {"page": place.page + 1, "pages": len(pages)}
        screen.say(Phrase("present.prompt", facts))
        said = _asked()
        if said == "q":
            _keep(exercise, place)
            screen.say(Phrase("present.left", {"id": name}))
            return
        place = _after(talk, page, place, said, screen)
        _keep(exercise, place)
    _path(exercise).unlink(missing_ok=True)
    screen.say(Phrase("present.end", {"id": name}))


def pages_of(talk: Talk) -> list[Page]:
    """Return the pages in their order."""
    pages = []
    for at, step in enumerate(talk.exercise.steps):
        numbers = range(len(step.questions))
        pages.append(Page(SAY, at))
        for part in numbers:
            pages += [Page(ASK, at, part), Page(COUNT, at, part)]
        lines = len(talk.stories.get(step.id, ()))
        pages.append(Page(DO, at))
        pages += [Page(STORY, at, n) for n in range(-(-lines // LINES_MAX))]
        pages += [Page(REVEAL, at, part) for part in numbers]
        pages.append(Page(EXPLAIN, at))
    return pages


def _performed(exercise: Exercise, folder: Path | None) -> Talk:
    """Perform the solution in the simulator; what cannot be has no story."""
    seed = seed_of(ANYBODY, exercise.id)
    try:
        records = perform(exercise, seed)
    except (CannotSimulate, Violation, LabError):
        return Talk(exercise, exercise.drawn(seed), {}, folder)
    facts = mark(exercise, records, seed).facts
    return Talk(exercise, facts, _stories(exercise, records), folder)


def _stories(exercise: Exercise, records: Sequence[Record]) -> dict[str, list[Line]]:
    world, lines = new_world((), ()), dict[str, Line]()
    for record in records:
        line = narrate(world, record)
        if line is not None and line.shows(BRIEF):
            lines[record.id] = line
        world = moved(world, record)
    return {
        step: [lines[record.id] for record in window.records if record.id in lines]
        for step, window in split(exercise, records).items()
    }


# --- the pages ----------------------------------------------------------------------


def _show(talk: Talk, page: Page, place: Place, screen: Screen) -> None:
    step = talk.exercise.steps[page.step]
    if screen.out.is_terminal:
        screen.out.clear()
    show_head(talk.exercise, screen, step)
    match page.kind:
        case "say":
            say_text(screen, step.say, talk.facts)
        case "ask":
            _ask(talk, step, step.questions[page.part], screen)
        case "count" | "reveal":
            question = step.questions[page.part]
            _histogram(talk, step, question, (place, page.kind == REVEAL), screen)
        case "do":
            _do(talk, step, screen)
        case "story":
            lines = talk.stories[step.id]
            screen.origin_ms, screen.level = lines[0].at_ms, BRIEF
            for line in lines[page.part * LINES_MAX :][:LINES_MAX]:
                screen.narrate(line)
        case _:
            say_text(screen, step.explain, talk.facts)
            for check in step.checks:
                rule = check.rule.put(screen.lang, talk.facts)
                screen.say(Phrase("ex.rule", {"rule": rule}))


def _ask(talk: Talk, step: Step, question: Question, screen: Screen) -> None:
    ask = question.ask.put(screen.lang, talk.facts)
    screen.say(Phrase("ex.ask", {"ask": ask}))
    for number, option in enumerate(question.names, start=1):
        named = option.put(screen.lang, talk.facts)
        screen.say(Phrase("ex.option", {"number": number, "option": named}))
    if talk.folder:
        form = answer_form(step, question)
        screen.say(Phrase("present.class", {"form": form, "folder": talk.folder}))
    screen.say(Phrase("present.count"))


def _do(talk: Talk, step: Step, screen: Screen) -> None:
    key = "ex.do.now"
    for command in step.solution:
        screen.say(Phrase(key, {"command": fill(command, talk.facts)}))
        key = "ex.do.more"
    if not talk.stories.get(step.id):
        screen.say(Phrase("present.no-story"))


def _histogram(
    talk: Talk,
    step: Step,
    question: Question,
    how: tuple[Place, bool],
    screen: Screen,
) -> None:
    """Print how many predicted what; and, at the reveal, what was right."""
    place, reveal = how
    counts = Counter(place.counted.get(f"{step.id}/{question.id}", {}))
    counts.update(predicted(talk, step, question))
    ask = question.ask.put(screen.lang, talk.facts)
    screen.say(Phrase("ex.ask", {"ask": ask}))
    if not counts:
        screen.say(Phrase("present.nobody"))
    most = max(counts.values(), default=1)
    for said, number in counts.most_common(BARS_MAX):
        right = answers.right(question, said, talk.facts) if reveal else None
        sign = "✓" if right else " "
        shown = question.shown(said, screen.lang)
        bar = "█" * max(1, round(_BAR_CELLS * number / most))
        words = f" {sign} {_cell(shown)} {bar} {number}"
        screen.say(Phrase("as-is", {"text": words}))
    if (more := counts.total() - sum(n for _, n in counts.most_common(BARS_MAX))) > 0:
        screen.say(Phrase("present.others", {"number": more}))
    if reveal:
        _reveal(talk, step, question, counts, screen)


def _reveal(
    talk: Talk, step: Step, question: Question, counts: Counter[str], screen: Screen
) -> None:
    try:
        true = question.shown(answers.truth(question, talk.facts), screen.lang)
    except Unresolved:
        return
    if question.answer is not None:
        screen.say(Phrase("ex.was", {"true": true}))
    for wrong in talk.exercise.misconceptions:
        if (wrong.step, wrong.question) != (step.id, question.id):
            continue
        meant = question._replace(answer=wrong.answer)
        if any(answers.right(meant, said, talk.facts) for said in counts):
            facts = {"said": question.shown(wrong.answer, screen.lang)}
            screen.say(Phrase("present.who-said", facts))
            say_text(screen, wrong.text, talk.facts, "ex.reply")


def _cell(words: str) -> str:
    """Return the words in a column of their own."""
    while cell_len(words) > _ANSWER_CELLS:
        words = words[:-2] + "…"
    return words + " " * (_ANSWER_CELLS - cell_len(words))


# --- predictions ----------------------------------------------------------------------


def predicted(talk: Talk, step: Step, question: Question) -> Counter[str]:
    """Count what the folder's submissions predict; one that is no submission, nothing.

    A student who handed in twice counts once, by the later name of a file.
    """
    said: dict[str, str] = {}
    try:
        paths = submissions(talk.folder) if talk.folder else []
    except LabError:  # nobody has handed in yet
        paths = []
    for path in paths:
        try:
            with limited(CPU_LIMIT_S):
                found = submission.read(path)
        except (submission.Refused, TooSlow):
            continue
        wanted = (talk.exercise.id, talk.exercise.variant)
        if (found.exercise, found.variant) != wanted:
            continue
        for record in found.records:
            event = record.event
            asked = (step.id, question.id)
            if (
                isinstance(event, PredictionLocked)
                and (event.step, event.question) == asked
            ):
                said[found.student] = event.answer
    return Counter(said.values())


def _after(talk: Talk, page: Page, place: Place, said: str, screen: Screen) -> Place:
    """Return where the presenter is after saying this."""
    if said == "b":
        return place._replace(page=max(0, place.page - 1))
    if not said or page.kind not in (ASK, COUNT):
        return place._replace(page=place.page + 1)
    step = talk.exercise.steps[page.step]
    question = step.questions[page.part]
    counted = _COUNTED.fullmatch(said)
    try:
        answer = answers.understood(question, counted[1] if counted else "")
    except answers.NotAnswer:
        screen.say(Phrase("present.count"))
        return place
    assert counted is not None
    name = f"{step.id}/{question.id}"
    counts = {**place.counted.get(name, {}), answer: int(counted[2])}
    kept = {said: number for said, number in counts.items() if number}
    return place._replace(counted={**place.counted, name: kept})


def _asked() -> str:
    line = sys.stdin.readline()
    return line.strip() if line else "q"


# --- where the presenter is -------------------------------------------------------


def _path(exercise: Exercise) -> Path:
    return classroom() / f"{exercise.id}.present.json"


def _keep(exercise: Exercise, place: Place) -> None:
    path = _path(exercise)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(place._asdict()), encoding="utf-8")
    fresh.replace(path)


def _kept(exercise: Exercise, variant: str) -> Place:
    """Return where the presenter left; what cannot be read begins anew."""
    try:
        said = json.loads(_path(exercise).read_text(encoding="utf-8"))
        counted = {
            str(name): {str(answer): int(n) for answer, n in counts.items()}
            for name, counts in said["counted"].items()
        }
        if said["variant"] == variant:
            return Place(variant, max(0, int(said["page"])), counted)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        pass
    return Place(variant, 0, {})
