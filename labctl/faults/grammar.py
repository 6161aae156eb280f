"""How people write links, groups and delays: `3->1`, `1,2 / 3`, `300ms±50ms`."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from labctl.errors import NO_MATCH, USAGE, LabError
from labctl.lab.durations import no_span, span_ms
from labctl.lab.selectors import Candidate, select
from labctl.words.phrase import Phrase

Link = tuple[int, int]  # what the first sends to the second


class Wait(NamedTuple):
    """A delay, give or take some."""

    ms: int
    jitter_ms: int


def wait(words: str) -> Wait:
    """Return the delay `300ms` or `300ms±50ms` (`+-` will do for ±)."""
    middle, _, spread = words.replace("+-", "±").partition("±")
    found = Wait(span_ms(middle), span_ms(spread))
    if not found.ms or found.jitter_ms > found.ms:
        raise no_span(words, "300ms, 300ms±50ms")
    return found


def links(word: str, nodes: Sequence[Candidate]) -> tuple[Link, ...]:
    """Return the directions that `3->1`, `3-1`, `leader->*` mean."""
    text = word.replace("→", "->").replace(" ", "")
    both = re.fullmatch(r"([^<>]+?)(?:<->|-)([^<>-]+)", text)
    found = re.fullmatch(r"([^<>]+?)->([^<>]+)", text) or both
    if found is None:
        raise LabError(
            Phrase("link.unknown", {"words": word}), Phrase("link.hint"), USAGE
        )
    senders, receivers = (_end(found[place], nodes) for place in (1, 2))
    pairs = {(a, b) for a in senders for b in receivers if a != b}
    if both and "->" not in text.replace("<->", ""):
        pairs |= {(b, a) for a, b in pairs}
    if not pairs:
        raise LabError(
            Phrase("link.itself", {"words": word}), Phrase("link.hint"), NO_MATCH
        )
    return tuple(sorted(pairs))


def _end(word: str, nodes: Sequence[Candidate]) -> tuple[int, ...]:
    return select(["all" if word == "*" else word], nodes)


def groups(
    words: Sequence[str], nodes: Sequence[Candidate]
) -> tuple[tuple[int, ...], ...]:
    """Return the groups of `1,2 / 3`; who is not named joins the last.

    One group alone stands against the rest; `rest` names the rest explicitly.  Groups
    may overlap: who is in two of them hears both.
    """
    parts = [part.split() for part in " ".join(words).split("/")]
    if not all(parts):
        raise LabError(Phrase("group.none"), Phrase("group.hint"), USAGE)
    named = [None if part == ["rest"] else select(part, nodes) for part in parts]
    if len(named) == 1:
        named.append(None)
    spoken = {sid for group in named for sid in group or ()}
    others = tuple(sorted({node.sid for node in nodes} - spoken))
    place = named.index(None) if None in named else len(named) - 1
    named[place] = tuple(sorted({*(named[place] or ()), *others}))
    found = tuple(group for group in named if group)
    if not apart(found):
        raise LabError(Phrase("group.whole"), Phrase("group.hint"), NO_MATCH)
    return found


def apart(parts: Sequence[Sequence[int]]) -> tuple[Link, ...]:
    """Return the directions between nodes that share no group."""
    everyone = sorted({sid for part in parts for sid in part})
    return tuple(
        (a, b)
        for a in everyone
        for b in everyone
        if a != b and not any(a in part and b in part for part in parts)
    )


def shown(parts: Sequence[Sequence[int]]) -> str:
    """Return groups as people write them."""
    return " / ".join(",".join(map(str, part)) for part in parts)
