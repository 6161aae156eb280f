"""Read an exercise file; what is wrong is named with file, line and field."""

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
from fastjsonschema import JsonSchemaValueException

from labctl.classroom.exercise import (
    Capture,
    Check,
    Exercise,
    Form,
    Hint,
    Misconception,
    Question,
    Simulated,
    Step,
    Text,
    Variant,
    names_in,
)
from labctl.classroom.journal import KNOWN
from labctl.classroom.yaml_lines import Lines, Unreadable, read
from labctl.errors import NO_MATCH, USAGE, LabError
from labctl.words.phrase import Phrase
from node.events import EVENTS

KINDS = (
    *("eventually", "never", "sequence", "count", "before", "state", "history"),
    *("all", "any", "not"),
)
SCHEMA = Path(__file__).with_name("schema.json")
_ENVELOPE = ("event", "node")


def load(path: Path, variant: str = "") -> Exercise:
    """Return the exercise in this file, or one variant of it."""
    try:
        data, lines = read(path.read_text(encoding="utf-8"))
    except Unreadable as error:
        raise _wrong(path, error.line, "", Phrase("ex.yaml", {"why": error.why})) from (
            None
        )
    except UnicodeDecodeError as error:
        why = Phrase("ex.yaml", {"why": error.reason})
        raise _wrong(path, 1, "", why) from None
    try:
        _schema()(data)
    except JsonSchemaValueException as error:
        field, why = _explained(error)
        raise _wrong(path, _line(lines, field), ".".join(field), why) from None
    for field, why in _mistakes(data):
        raise _wrong(path, _line(lines, field), ".".join(field), why)
    return _exercise(_with(data, variant, path), path.parent)


def names(data: Any) -> tuple[str, ...]:
    """Return the variants that an exercise's data names."""
    return tuple(one["id"] for one in data.get("variants", ()))


@cache
def _schema() -> Callable[[Any], Any]:
    compiled: Callable[[Any], Any] = fastjsonschema.compile(
        json.loads(SCHEMA.read_text())
    )
    return compiled


def _wrong(path: Path, line: int, field: str, why: Phrase) -> LabError:
    facts: dict[str, object] = {"file": path, "line": line, "why": why}
    facts["field"] = f" {field}:" if field else ""
    return LabError(Phrase("ex.file", facts), Phrase("ex.file.hint"), USAGE)


def _line(lines: Lines, field: tuple[str, ...]) -> int:
    while field not in lines and field:
        field = field[:-1]
    return lines.get(field, 1)


def _explained(error: JsonSchemaValueException) -> tuple[tuple[str, ...], Phrase]:
    """Return which field breaks the schema, and how, in a person's words."""
    field = tuple(error.path[1:])
    rule, wanted, value = error.rule, error.rule_definition, error.value
    if rule == "required":
        missing = [name for name in wanted if name not in value]
        return (*field, missing[0]), Phrase("ex.schema.required")
    if rule == "additionalProperties" and isinstance(value, Mapping):
        known = sorted(error.definition["properties"])
        extra = next(name for name in value if name not in known)
        near = difflib.get_close_matches(str(extra), known, 1, 0.6)
        facts = {"known": ", ".join(near or known)}
        return (*field, str(extra)), Phrase("ex.schema.unknown", facts)
    shown = wanted if isinstance(wanted, str | int) else ", ".join(map(str, wanted))
    key = rule if rule in ("type", "enum", "pattern") else "other"
    said: dict[str, object] = {"value": _short(value), "rule": rule, "wanted": shown}
    return field, Phrase(f"ex.schema.{key}", said)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


# --- what a schema cannot say -----------------------------------------------------

Mistake = tuple[tuple[str, ...], Phrase]


def _mistakes(data: Mapping[str, Any]) -> Iterator[Mistake]:
    parts: list[tuple[tuple[str, ...], Any]] = [(("steps",), data["steps"])]
    for at, variant in enumerate(data.get("variants", ())):
        parts.append((("variants", str(at), "steps"), variant["steps"]))
        if variant.get("from") and variant["from"] not in _ids(data["steps"]):
            facts = {"name": variant["from"]}
            yield ("variants", str(at), "from"), Phrase("ex.no-step", facts)
    known = {*data.get("vars", ()), *(["files"] if "files" in data else [])}
    for where, steps in parts:
        yield from _twice(where, _ids(steps))
        for at, step in enumerate(steps):
            yield from _in_step((*where, str(at)), step, known)
    for at, wrong in enumerate(data["misconceptions"]):
        asked = [
            question["id"]
            for step in data["steps"]
            if step["id"] == wrong["step"]
            for question in step.get("predict", ())
        ]
        if wrong["question"] not in asked:
            facts = {"name": f"{wrong['step']}/{wrong['question']}"}
            field = ("misconceptions", str(at), "question")
            yield field, Phrase("ex.no-question", facts)


def _ids(things: Any) -> list[str]:
    return [thing["id"] for thing in things]


def _twice(where: tuple[str, ...], ids: list[str]) -> Iterator[Mistake]:
    for at, name in enumerate(ids):
        if name in ids[:at]:
            yield (*where, str(at), "id"), Phrase("ex.twice", {"name": name})


def _in_step(
    where: tuple[str, ...], step: Mapping[str, Any], known: set[str]
) -> Iterator[Mistake]:
    yield from _shown(where, step, known)
    yield from _twice((*where, "expect"), _ids(step["expect"]))
    yield from _twice((*where, "predict"), _ids(step.get("predict", ())))
    for name, capture in step.get("capture", {}).items():
        place = (*where, "capture", name)
        yield from _pattern((*place, "match"), capture["match"], known)
        if "after" in capture:
            yield from _pattern((*place, "after"), capture["after"], known)
        kind = _kind(capture["match"]["event"])
        if kind and capture["take"] not in (*_ENVELOPE, *kind._fields):
            facts = {"name": capture["take"], "known": ", ".join(kind._fields)}
            yield (*place, "take"), Phrase("ex.no-field", facts)
        known.add(name)
    for at, question in enumerate(step.get("predict", ())):
        yield from _question((*where, "predict", str(at)), question, known)
    for at, check in enumerate(step["expect"]):
        yield from _check((*where, "expect", str(at)), check, step, known)


def _shown(
    where: tuple[str, ...], step: Mapping[str, Any], known: set[str]
) -> Iterator[Mistake]:
    """What is shown before the prediction: logs by their names, runs by their bugs."""
    for at, name in enumerate(step.get("logs", ())):
        yield from _names((*where, "logs", str(at)), name, known)
    for bug in step.get("simulated", {}):
        from simulator.bugs.plant import BUGS

        if bug not in BUGS:
            facts = {"name": bug, "known": ", ".join(BUGS)}
            yield (*where, "simulated", bug), Phrase("ex.no-bug", facts)


def _question(
    where: tuple[str, ...], question: Mapping[str, Any], known: set[str]
) -> Iterator[Mistake]:
    if question["type"] in ("choice", "order") and "options" not in question:
        yield (*where, "options"), Phrase("ex.schema.required")
    if question["type"] != "text" and "answer" not in question:
        yield (*where, "answer"), Phrase("ex.schema.required")
    yield from _names((*where, "answer"), question.get("answer"), known)


def _check(
    where: tuple[str, ...],
    check: Mapping[str, Any],
    step: Mapping[str, Any],
    known: set[str],
) -> Iterator[Mistake]:
    kinds = [kind for kind in KINDS if kind in check]
    if len(kinds) != 1:
        yield where, Phrase("ex.one-form", {"known": ", ".join(KINDS)})
        return
    for need in check.get("needs", ()):
        if need not in _ids(step["expect"]):
            yield (*where, "needs"), Phrase("ex.no-check", {"name": need})
    yield from _form((*where, kinds[0]), kinds[0], check[kinds[0]], known)


def _form(
    where: tuple[str, ...], kind: str, spec: Any, known: set[str]
) -> Iterator[Mistake]:
    match kind:
        case "eventually" | "never":
            yield from _pattern(where, spec, known)
        case "sequence":
            for at, pattern in enumerate(spec):
                yield from _pattern((*where, str(at)), pattern, known)
        case "count":
            yield from _pattern((*where, "match"), spec["match"], known)
        case "before":
            yield from _pattern((*where, "first"), spec["first"], known)
            yield from _pattern((*where, "then"), spec["then"], known)
        case "state":
            for name, value in spec.items():
                yield from _names((*where, name), value, known)
        case "not":
            ((inner, value),) = spec.items()
            yield from _form((*where, inner), inner, value, known)
        case "all" | "any":
            for at, one in enumerate(spec):
                ((inner, value),) = one.items()
                yield from _form((*where, str(at), inner), inner, value, known)
        case _:  # a history names nothing
            return


def _pattern(
    where: tuple[str, ...], pattern: Mapping[str, Any], known: set[str]
) -> Iterator[Mistake]:
    kind = _kind(pattern["event"])
    if kind is None:
        near = difflib.get_close_matches(pattern["event"], [*EVENTS, *KNOWN], 3)
        facts = {"name": pattern["event"], "known": ", ".join(near)}
        yield (*where, "event"), Phrase("ex.no-event", facts)
        return
    for name, value in pattern.items():
        if name not in (*_ENVELOPE, *kind._fields):
            facts = {"name": name, "known": ", ".join(kind._fields)}
            yield (*where, name), Phrase("ex.no-field", facts)
        yield from _names((*where, name), value, known)


def _kind(name: str) -> Any:
    return EVENTS.get(name) or KNOWN.get(name)


def _names(where: tuple[str, ...], value: Any, known: set[str]) -> Iterator[Mistake]:
    for text in value if isinstance(value, list) else [value]:
        for name in names_in(str(text)):
            if name not in known:
                facts = {"name": name, "known": ", ".join(sorted(known))}
                yield where, Phrase("ex.no-name", facts)


# --- building -------------------------------------------------------------------------


def _with(data: Mapping[str, Any], variant: str, path: Path) -> dict[str, Any]:
    """Return the data with the steps of this variant."""
    if not variant:
        return {**data, "variant": ""}
    for one in data.get("variants", ()):
        if one["id"] == variant:
            at = _ids(data["steps"]).index(one["from"]) if "from" in one else 0
            steps = [*data["steps"][:at], *one["steps"]]
            wrong = [m for m in data["misconceptions"] if m["step"] in _ids(steps[:at])]
            wrong += one.get("misconceptions", ())
            more = {"steps": steps, "misconceptions": wrong, "variant": variant}
            return {**data, **more, "title": one["title"]}
    facts = {"name": variant, "file": path, "known": ", ".join(names(data)) or "-"}
    raise LabError(Phrase("ex.no-variant", facts), Phrase("ex.none.hint"), NO_MATCH)


def _exercise(data: Mapping[str, Any], folder: Path) -> Exercise:
    return Exercise(
        id=data["id"],
        title=_text(data["title"]),
        level=data["level"],
        minutes=data["minutes"],
        concepts=tuple(data["concepts"]),
        requires=tuple(data.get("requires", ())),
        runtimes=tuple(data["runtimes"]),
        correct_only=data.get("predict", "participation") == "correctness",
        choices={k: tuple(v["pick"]) for k, v in data.get("vars", {}).items()},
        steps=tuple(_step(step) for step in data["steps"]),
        misconceptions=tuple(
            Misconception(
                *(m["step"], m["question"], str(m["answer"]), m["scores"]), _text(m)
            )
            for m in data["misconceptions"]
        ),
        variant=data["variant"],
        variants=tuple(
            Variant(v["id"], _text(v["title"])) for v in data.get("variants", ())
        ),
        folder=folder,
        files=data.get("files", ""),
    )


def _step(data: Mapping[str, Any]) -> Step:
    return Step(
        id=data["id"],
        say=_text(data["say"]),
        do=tuple(data["do"]),
        solve=tuple(data.get("solve", ())),
        questions=tuple(
            Question(
                id=one["id"],
                kind=one["type"],
                ask=_text(one["ask"]),
                options=tuple(_option(o)["id"] for o in one.get("options", ())),
                names=tuple(_text(_option(o)) for o in one.get("options", ())),
                answer=one.get("answer"),
                tolerance=one.get("tolerance", 0),
                points=one.get("points", 1),
            )
            for one in data.get("predict", ())
        ),
        captures=tuple(
            Capture(name, one["match"], one["take"], last, one.get("after"))
            for name, one in data.get("capture", {}).items()
            for last in [one.get("which") != "first"]
        ),
        checks=tuple(
            Check(
                id=one["id"],
                say=_text(one["say"]),
                rule=_text(one["rule"]),
                points=one.get("points", 1),
                needs=tuple(one.get("needs", ())),
                form=next(Form(kind, one[kind]) for kind in KINDS if kind in one),
            )
            for one in data["expect"]
        ),
        hints=tuple(Hint(one["cost"], _text(one)) for one in data.get("hints", ())),
        explain=_text(data["explain"]),
        logs=tuple(data.get("logs", ())),
        simulated=tuple(
            Simulated(bug, one["breaks"], tuple(one["do"]))
            for bug, one in data.get("simulated", {}).items()
        ),
    )


def _option(data: Any) -> Mapping[str, str]:
    """An option that is one word in both languages is written as that word."""
    return {"id": data, "en": data, "zh": data} if isinstance(data, str) else data


def _text(data: Mapping[str, Any]) -> Text:
    return Text(data["en"], data["zh"])
