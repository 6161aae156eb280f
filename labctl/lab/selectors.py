"""Who is meant by `2`, `1,3`, `leader`, `followers`, `follower:1`, `!2`, `all`.

A selector is resolved once, against what the nodes say now, and the verb prints
what it found.  Nothing is ever meant by saying nothing.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from labctl.errors import NO_MATCH, USAGE, LabError
from labctl.words.phrase import Phrase


class Candidate(NamedTuple):
    """What a selector can ask about one node."""

    sid: int
    voter: bool
    up: bool
    state: str  # LOOKING | FOLLOWING | LEADING | OBSERVING, or "" if unknown


_ROLES: Mapping[str, Callable[[Candidate], bool]] = {
    "leader": lambda node: node.up and node.state == "LEADING",
    "follower": lambda node: node.up and node.state == "FOLLOWING",
    "observer": lambda node: not node.voter,
    "voter": lambda node: node.voter,
    "up": lambda node: node.up,
    "down": lambda node: not node.up,
    "all": lambda _node: True,
}


def select(words: Sequence[str], nodes: Sequence[Candidate]) -> tuple[int, ...]:
    """Return the ids that the words mean, ascending.

    A comma joins; several words narrow each other down, except plain ids, which
    join (`stop 1 3`).  No words is a usage error, no match its own exit code.
    """
    if not words:
        raise LabError(Phrase("target.none"), Phrase("target.hint"), USAGE)
    ids = [word for word in words if _is_ids(word)]
    groups = [",".join(ids)] if ids else []
    groups += [word for word in words if not _is_ids(word)]
    chosen = {node.sid for node in nodes}
    for group in groups:
        chosen &= _union(group.split(","), nodes)
    if not chosen:
        raise _nobody(words, nodes)
    return tuple(sorted(chosen))


def _is_ids(word: str) -> bool:
    return re.fullmatch(r"n?\d+(-n?\d+)?(,n?\d+(-n?\d+)?)*", word) is not None


def _union(terms: Iterable[str], nodes: Sequence[Candidate]) -> set[int]:
    chosen: set[int] = set()
    for term in terms:
        chosen |= _term(term.strip(), nodes)
    return chosen


def _term(term: str, nodes: Sequence[Candidate]) -> set[int]:
    everyone = {node.sid for node in nodes}
    if term.startswith("!"):
        return everyone - _term(term[1:], nodes)
    if span := re.fullmatch(r"n?(\d+)(?:-n?(\d+))?", term):
        first, last = int(span[1]), int(span[2] or span[1])
        ids = set(range(first, min(last, 255) + 1))
        if not ids or not ids <= everyone:
            facts = {"term": term, "nodes": tuple(everyone)}
            raise LabError(
                Phrase("target.unknown-id", facts), Phrase("target.hint"), NO_MATCH
            )
        return ids
    return _role(term, nodes)


def _role(term: str, nodes: Sequence[Candidate]) -> set[int]:
    name, colon, place = term.partition(":")
    matches = _ROLES.get(name) or _ROLES.get(name.removesuffix("s"))
    if matches is None or (colon and not place.isdecimal()):
        near = difflib.get_close_matches(name, _ROLES, 1, 0.6)
        facts: dict[str, object] = {"term": term}
        facts["near"] = (
            Phrase("usage.near", {"names": near[0]}) if near else Phrase("nothing")
        )
        raise LabError(Phrase("target.unknown", facts), Phrase("target.hint"), USAGE)
    found = sorted(node.sid for node in nodes if matches(node))
    if colon:
        found = found[int(place) - 1 : int(place)] if int(place) else []
    return set(found)


def _nobody(words: Sequence[str], nodes: Sequence[Candidate]) -> LabError:
    facts = {"words": " ".join(words), "up": tuple(n.sid for n in nodes if n.up)}
    why = "target.no-leader" if "leader" in words else "target.empty"
    return LabError(Phrase(why, facts), Phrase("target.hint"), NO_MATCH)
