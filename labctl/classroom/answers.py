"""What a student predicted, made comparable with what happened."""

from typing import Any

from labctl.classroom.exercise import Facts, Question
from labctl.classroom.matching import Unresolved, resolved


class NotAnswer(Exception):
    """What was said is no answer to this question."""


def understood(question: Question, said: str, sids: tuple[int, ...] = ()) -> str:
    """Return the answer in its plain form; NotAnswer if it is none."""
    said = said.strip()
    if not said:
        raise NotAnswer(said)
    match question.kind:
        case "node" | "nodes":
            given = [_sid(part) for part in said.replace(" ", ",").split(",") if part]
            wrong = question.kind == "node" and len(given) != 1
            if not given or wrong or (sids and not set(given) <= set(sids)):
                raise NotAnswer(said)
            return ",".join(str(sid) for sid in sorted(set(given)))
        case "choice":
            return _option(question, said)
        case "order":
            parts = [_option(question, part) for part in said.split(",")]
            if sorted(parts) != sorted(question.options):
                raise NotAnswer(said)
            return ",".join(parts)
        case "number":
            try:
                return f"{float(said):g}"
            except ValueError:
                raise NotAnswer(said) from None
        case _:
            return said[:500]


def right(question: Question, said: str, facts: Facts) -> bool | None:
    """Return whether the prediction came true; None if that cannot be told."""
    if question.answer is None:
        return None
    try:
        true = truth(question, facts)
        if question.kind == "number":
            return abs(float(said) - float(true)) <= question.tolerance
        return understood(question, true) == understood(question, said)
    except (Unresolved, NotAnswer, ValueError):
        return None


def truth(question: Question, facts: Facts) -> str:
    """Return what was to be predicted; Unresolved before it is known."""
    answer: Any = resolved(question.answer, facts)
    if isinstance(answer, list):
        return ",".join(str(one) for one in answer)
    return str(answer)


def _sid(word: str) -> int:
    digits = word.lower().removeprefix("n")
    if not digits.isdecimal() or len(digits) > 3:
        raise NotAnswer(word)
    return int(digits)


def _option(question: Question, said: str) -> str:
    """An option by its name, or by its number from 1."""
    said = said.strip()
    if said.isdecimal() and 1 <= int(said) <= len(question.options):
        return question.options[int(said) - 1]
    for option in question.options:
        if option.lower() == said.lower():
            return option
    raise NotAnswer(said)
