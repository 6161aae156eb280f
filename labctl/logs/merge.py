"""Several logs become one: which node said each line, and in which order."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from labctl.logs.layout import LogLine

_SELF = re.compile(
    r"QuorumPeer\[myid=(\d+)\]|Worker(?:Receiver|Sender)\[myid=(\d+)\]"
    r"|QuorumConnectionThread-\[myid=(\d+)\]"
)
_SAID = re.compile(
    r"Starting quorum peer, myid=(\d+)|New election\. My id =\s+(\d+)"
    r"|(\d+) is accepting connections now"
)
_FORWARD = ("main", "QuorumPeerListener")  # what they say comes before the id is known


class Spoken(NamedTuple):
    """A line and the node that said it; 0 if nothing tells."""

    node: int
    line: LogLine


def spoken(lines: Iterable[LogLine]) -> list[Spoken]:
    """Return one file's lines with their nodes; a file may quote several."""
    kept = list(lines)
    named = [_named(line) for line in kept]
    known = {sid for sid in named if sid}
    if len(known) == 1:
        return [Spoken(next(iter(known)), line) for line in kept]
    following = 0
    ahead = [0] * len(kept)
    for at in range(len(kept) - 1, -1, -1):
        following = named[at] or following
        ahead[at] = following
    current, joined = 0, []
    for at, line in enumerate(kept):
        guess = ahead[at] if line.thread in _FORWARD or not current else current
        current = named[at] or guess
        joined.append(Spoken(current, line))
    return joined


def merged(files: Iterable[list[Spoken]]) -> list[Spoken]:
    """Return all lines by time; if a file tells no time, the files one by one."""
    timed: list[tuple[float, Spoken]] = []
    every: list[Spoken] = []
    whole = True
    for file in files:
        times = [said.line.at_ms for said in file]
        last = next((at for at in times if at is not None), None)
        whole = whole and (last is not None or not file)
        for said in file:
            last = said.line.at_ms if said.line.at_ms is not None else last
            timed.append((last or 0.0, said))
        every += file
    return [s for _, s in sorted(timed, key=lambda pair: pair[0])] if whole else every


def _named(line: LogLine) -> int:
    for pattern, text in ((_SELF, line.thread), (_SAID, line.message)):
        if found := pattern.search(text):
            digits = next(group for group in found.groups() if group)
            return int(digits) if len(digits) <= 3 else 0
    return line.myid or 0
