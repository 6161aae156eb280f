"""What a student does in an exercise: start, predict, check, hint, next, submit."""

import difflib
from pathlib import Path

from labctl.classroom import answers, attempt, library, submission
from labctl.classroom.attempt import Asked, Attempt
from labctl.classroom.exercise import Question, Step, fill, seed_of
from labctl.classroom.feedback import (
    answer_form,
    evidence_of,
    say_text,
    show_commands,
    show_head,
    show_marks,
    show_question,
    show_step,
    show_sum,
)
from labctl.classroom.journal import (
    HintTaken,
    PredictionLocked,
    SolutionShown,
    StepBegan,
)
from labctl.classroom.load import load
from labctl.classroom.marking import Marks, split
from labctl.classroom.verdicts import is_act
from labctl.errors import ASKED_FALSE, CONFLICT, DONE, NO_MATCH, USAGE, LabError
from labctl.lab.home import lab_folder
from labctl.lab.lab import open_lab
from labctl.lab.runs import present
from labctl.screen.screen import Screen
from labctl.story.lab_events import LabOpened
from labctl.words.phrase import Phrase
from node.events import Record


def ls(screen: Screen) -> None:
    """List the exercises, the easiest first, and how far this student is."""
    begun = attempt.begun()
    for path in library.files():
        one = load(path)
        facts: dict[str, object] = {
            "id": one.id,
            "title": one.title.put(screen.lang, {}),
            "level": one.level,
            "minutes": one.minutes,
            "state": Phrase("ex.ls.begun" if one.id in begun else "nothing"),
        }
        screen.say(Phrase("ex.ls", facts))
        for variant in one.variants:
            more = {"id": variant.id, "title": variant.title.put(screen.lang, {})}
            screen.say(Phrase("ex.ls.variant", more))
    screen.say(Phrase("ex.ls.next"))


def show(name: str, variant: str, screen: Screen) -> None:
    """Say what an exercise is about, or where the student is."""
    if not name:
        mine = attempt.current()
        marks, _ = attempt.marks(mine, screen)
        show_step(mine, attempt.step_of(mine), marks.facts, screen)
        return
    exercise = library.find(name, variant)
    show_head(exercise, screen)
    drawn = exercise.drawn(seed_of(attempt.ANYBODY, exercise.id))
    drawn["files"] = attempt.files_of(exercise)
    for step in exercise.steps:
        facts = {"id": step.id, "text": step.say.put(screen.lang, drawn)}
        screen.say(Phrase("ex.show.step", facts))
    concepts = {"terms": " · ".join(exercise.concepts), "id": exercise.id}
    screen.say(Phrase("ex.show.concepts", concepts))
    if exercise.requires:
        screen.say(Phrase("ex.show.requires", {"ids": ", ".join(exercise.requires)}))


def start(asked: Asked, screen: Screen) -> None:
    """Begin an exercise, or take up one that was begun, at its step."""
    mine, fresh = attempt.begin(asked)
    lab = mine.lab
    if not fresh:
        screen.say(Phrase("ex.resumed", {"student": mine.student}))
    marks, _ = attempt.marks(mine, screen)
    if fresh and lab_folder(lab).joinpath("lab.json").exists():
        screen.say(Phrase("ex.lab-is-up", {"lab": lab}))
    show_step(mine, attempt.step_of(mine), marks.facts, screen)


def predict(said: str, name: str, screen: Screen) -> int:
    """Lock a prediction: it counts if nothing was done in this step before."""
    mine = attempt.current()
    step = attempt.step_of(mine)
    question = _asked(mine, step, name)
    facts: dict[str, object] = {"question": question.id}
    for one in _in_step(mine):
        if (
            isinstance(one.event, PredictionLocked)
            and one.event.question == question.id
        ):
            facts |= {"said": question.shown(one.event.answer, screen.lang)}
            screen.say(Phrase("ex.locked.already", facts))
            return DONE if one.event.answer == said.strip() else ASKED_FALSE
    marks, records = attempt.marks(mine, screen)
    sids = step.brings_up or _sids(records)
    try:
        answer = answers.understood(question, said, sids)
    except answers.NotAnswer as wrong:
        show_question(step, question, marks.facts, screen)
        facts |= {"said": str(wrong), "form": answer_form(step, question)}
        facts["nodes"] = sids
        nodes = sids and question.kind in ("node", "nodes")
        hint = Phrase("ex.no-answer.nodes" if nodes else "ex.no-answer.hint", facts)
        key = "ex.no-answer" if said else "ex.nothing-said"
        raise LabError(Phrase(key, facts), hint, USAGE) from None
    attempt.note(mine, PredictionLocked(step.id, question.id, answer, ""))
    window = split(mine.exercise, records)[step.id].records
    late = any(is_act(record) for record in window)
    facts["said"] = question.shown(answer, screen.lang)
    screen.say(Phrase("ex.locked.late" if late else "ex.locked", facts))
    open_ones = _unanswered(mine, step)
    if open_ones:
        show_question(step, open_ones[0], marks.facts, screen)
    elif not late:
        show_commands(mine, step, marks.facts, screen)
    return DONE


def check(screen: Screen) -> int:
    """Say how the step stands, by what was recorded; exit 1 if it is not done."""
    mine = attempt.current()
    step = attempt.step_of(mine)
    marks, records = attempt.marks(mine, screen)
    found = marks.of(step.id)
    if screen.quiet:
        from labctl.classroom.reports.documents import document

        screen.document(document(marks, mine.student))
    show_head(mine.exercise, screen, step)
    shown = evidence_of(found, records, _numbers(mine, screen), screen)
    show_marks(found, marks, shown, screen)
    if any(one.name.startswith("e") for one in shown.values()):
        screen.say(Phrase("ex.evidence.how"))
    done = _done(step, marks)
    if done:
        say_text(screen, step.explain, marks.facts, "ex.explain")
    show_sum(marks, screen)
    last = step is mine.exercise.steps[-1]
    after = "ex.after.last" if last else "ex.after.next"
    screen.say(Phrase(after if done else "ex.after.more"))
    return DONE if done else ASKED_FALSE


def advance(screen: Screen, *, skip: bool) -> int:
    """Go to the next step, once this one is done or skipped."""
    mine = attempt.current()
    step = attempt.step_of(mine)
    marks, _ = attempt.marks(mine, screen)
    if not skip and not _done(step, marks):
        check(screen)
        raise LabError(Phrase("ex.not-done"), Phrase("ex.not-done.hint"), ASKED_FALSE)
    at = mine.exercise.steps.index(step) + 1
    if at == len(mine.exercise.steps):
        show_sum(marks, screen)
        screen.say(Phrase("ex.after.last"))
        return DONE
    following = mine.exercise.steps[at]
    attempt.note(mine, StepBegan(mine.exercise.id, following.id, ""))
    show_step(mine, following, marks.facts, screen)
    return DONE


def hint(screen: Screen) -> None:
    """Give the next hint of this step, and take its price."""
    mine = attempt.current()
    step = attempt.step_of(mine)
    taken = [r for r in _in_step(mine) if isinstance(r.event, HintTaken)]
    marks, _ = attempt.marks(mine, screen)
    if len(taken) == len(step.hints):
        screen.say(Phrase("ex.hint.none"))
        return
    given = step.hints[len(taken)]
    attempt.note(mine, HintTaken(step.id, len(taken) + 1, ""))
    facts = {"number": len(taken) + 1, "all": len(step.hints)}
    screen.say(Phrase("ex.hint", {**facts, "cost": f"{given.cost:g}"}))
    say_text(screen, given.text, marks.facts)


def solve(screen: Screen, *, sure: bool) -> None:
    """Show the step's solution; a prediction after that scores nothing."""
    mine = attempt.current()
    step = attempt.step_of(mine)
    marks, _ = attempt.marks(mine, screen)
    shown = any(isinstance(r.event, SolutionShown) for r in _in_step(mine))
    costs = not shown and _unanswered(mine, step)
    if costs and not sure and not screen.asks(Phrase("ex.solve.sure")):
        hint = Phrase("ex.solve.hint")
        raise LabError(Phrase("ex.solve.predict"), hint, CONFLICT)
    if not shown:
        attempt.note(mine, SolutionShown(step.id, ""))
    for command in step.solution:
        screen.say(Phrase("ex.solve", {"command": fill(command, marks.facts)}))
    say_text(screen, step.explain, marks.facts, "ex.explain")


def submit(where: Path | None, screen: Screen) -> int:
    """Write what was recorded to one file, to be handed in."""
    mine = attempt.current()
    marks, records = attempt.marks(mine, screen)
    exercise = mine.exercise
    name = submission.file_name(exercise.id, mine.student)
    path = where / name if where and where.is_dir() else where or Path(name)
    try:
        submission.write(path, exercise.id, exercise.variant, mine.student, records)
    except submission.Refused as refused:
        hint = Phrase("ex.submit.hint")
        raise LabError(refused.why, hint, CONFLICT) from None
    show_sum(marks, screen)
    screen.say(Phrase("ex.submitted", {"path": path, "events": len(records)}))
    return DONE


def _done(step: Step, marks: Marks) -> bool:
    names = {f"{step.id}/{check.id}" for check in step.checks}
    return all(mark.passed is True for mark in marks.marks if mark.id in names)


def _in_step(mine: Attempt) -> list[Record]:
    """Return the attempt's own events since its step began."""
    found: list[Record] = []
    for record in attempt.journal(mine):
        if isinstance(record.event, StepBegan):
            found = []
        found.append(record)
    return found


def _unanswered(mine: Attempt, step: Step) -> list[Question]:
    said = {
        r.event.question
        for r in _in_step(mine)
        if isinstance(r.event, PredictionLocked)
    }
    return [question for question in step.questions if question.id not in said]


def _asked(mine: Attempt, step: Step, name: str) -> Question:
    """Return the question that is meant: the named one, or the next that is open."""
    if not step.questions:
        raise LabError(Phrase("ex.no-questions"), Phrase("ex.then"), NO_MATCH)
    if not name:
        unanswered = _unanswered(mine, step)
        return unanswered[0] if unanswered else step.questions[-1]
    for question in step.questions:
        if question.id == name:
            return question
    known = [question.id for question in step.questions]
    near = difflib.get_close_matches(name, known, 1, 0.6) or known
    facts = {"name": name}
    hint = Phrase("ex.no-such-question.hint", {"known": ", ".join(near)})
    raise LabError(Phrase("ex.no-question", facts), hint, NO_MATCH)


def _sids(records: list[Record]) -> tuple[int, ...]:
    opened = [r.event for r in records if isinstance(r.event, LabOpened)]
    return opened[-1].voters + opened[-1].observers if opened else ()


def _numbers(mine: Attempt, screen: Screen) -> dict[str, int]:
    """Return the numbers that `labctl why --event` knows, while the lab is up."""
    if not lab_folder(mine.lab).joinpath("lab.json").exists():
        return {}
    run = present(open_lab(mine.lab, screen))
    return {record.id: n for n, record in enumerate(run.records, start=1)}
