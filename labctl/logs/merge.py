"""Several logs become one: which node said each line, and in which order."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from labctl.logs.layout import LogLine

_SELF = re.compile(
    r"QuorumPeer\[myid=(\d+)\]|Worker(?:Receiver|Sender)\[myid=(\d+)\]"
    r"|QuorumConnectionThread-\[myid=(\d+)\]"
)
_SAID = re.compile(
    r"Starting quorum peer, myid=(\d+)|New election\. My id =\s+(\d+)"
    r"|\b(\d+) is accepting connections now"
)
_SAYS = ("myid=", "My id =", " is accepting")
_FORWARD = ("main", "QuorumPeerListener")  # what they say comes before the id is known


_ORDINAL = re.compile(r"-(\d+)$")  # a pod of a StatefulSet: zk-0 is server 1
_REPLICA = re.compile(r"^(.*\d)[_-]\d+$")  # compose: zoo2_1, zoo2-1
_DIGITS = re.compile(r"(\d+)\D*$")
_APART_MS = 60_000.0  # a container that replaced another came later


class Spoken(NamedTuple):
    """A line and the node that said it; 0 if nothing tells."""

    node: int
    line: LogLine
    host: str = ""  # set where several hosts use one id

    @property
    def who(self) -> tuple[int, str]:
        """The server: its id, and its host if the id is not its own alone."""
        return self.node, self.host


def spoken(lines: Iterable[LogLine]) -> list[Spoken]:
    """Return one file's lines with their nodes; a file may quote several."""
    kept = list(lines)
    sources = sorted({line.source for line in kept if line.source})
    if not sources:
        return _of_one_source(kept, 0)
    guesses = _numbers(sources)
    said: dict[int, Spoken] = {}
    for source in ("", *sources):
        own = [line for line in kept if line.source == source]
        for one in _of_one_source(own, guesses.get(source, 0)):
            said[one.line.number] = one
    return [said[line.number] for line in kept]


def _of_one_source(kept: list[LogLine], guess: int) -> list[Spoken]:
    """The lines of one container, pod, host or file."""
    named = [_named(line) for line in kept]
    known = {sid for sid in named if sid}
    if len(known) < 2:
        node = next(iter(known), guess)
        return [Spoken(node, line) for line in kept]
    following = 0
    ahead = [0] * len(kept)
    for at in range(len(kept) - 1, -1, -1):
        following = named[at] or following
        ahead[at] = following
    current, joined = 0, []
    for at, line in enumerate(kept):
        near = ahead[at] if line.thread in _FORWARD or not current else current
        current = named[at] or near
        joined.append(Spoken(current, line))
    return joined


def _numbers(sources: list[str]) -> dict[str, int]:
    """Return the server that each name's own number points to, if they differ."""
    if any(name.endswith("-0") for name in sources):
        found = {n: int(m[1]) + 1 for n in sources if (m := _ORDINAL.search(n))}
    else:
        plain = {n: (m[1] if (m := _REPLICA.match(n)) else n) for n in sources}
        found = {n: int(m[1]) for n in sources if (m := _DIGITS.search(plain[n]))}
    found = {name: sid for name, sid in found.items() if 0 < sid <= 255}
    return found if len(set(found.values())) == len(found) else {}


def with_hosts(
    files: Sequence[list[Spoken]], names: Sequence[str] = ()
) -> list[list[Spoken]]:
    """Return the lines with their host where hosts use one id at the same time."""
    if len(files) == 1 and not any(said.line.source for said in files[0]):
        return list(files)  # one host's
    called = [
        names[at] if at < len(names) else f"#{at + 1}" for at in range(len(files))
    ]
    spans: dict[tuple[int, str], tuple[float, float]] = {}
    for at, file in enumerate(files):
        for said in file:
            at_ms = said.line.at_ms
            if said.node and at_ms is not None:
                key = (said.node, said.line.source or f"#{called[at]}")
                low, high = spans.get(key) or (at_ms, at_ms)
                if not low < at_ms <= high:
                    spans[key] = min(low, at_ms), max(high, at_ms)
    shared = {
        sid
        for (sid, a), one in spans.items()
        for (other_sid, b), other in spans.items()
        if sid == other_sid and a != b and _overlap(one, other, named="#" not in a + b)
    }
    if not shared:
        return list(files)
    return [
        [
            said._replace(host=said.line.source or called[at])
            if said.node in shared
            else said
            for said in file
        ]
        for at, file in enumerate(files)
    ]


def _overlap(
    one: tuple[float, float], other: tuple[float, float], *, named: bool
) -> bool:
    """Whether two spans of time meet; files of one node that follow do not."""
    gap_ms = max(one[0], other[0]) - min(one[1], other[1])
    return gap_ms < (_APART_MS if named else -1000)


def merged(files: Iterable[list[Spoken]], names: Sequence[str] = ()) -> list[Spoken]:
    """Return all lines by time; if a file tells no time, the files one by one."""
    timed: list[tuple[float, Spoken]] = []
    every: list[Spoken] = []
    whole = True
    for file in with_hosts(list(files), names):
        times = [said.line.at_ms for said in file]
        last = next((at for at in times if at is not None), None)
        whole = whole and (last is not None or not file)
        for said in file:
            last = said.line.at_ms if said.line.at_ms is not None else last
            timed.append((last or 0.0, said))
        every += file
    return [s for _, s in sorted(timed, key=lambda pair: pair[0])] if whole else every


def _named(line: LogLine) -> int:
    if sid := _of_thread(line.thread):
        return sid
    if line.placed:
        return _number(_SAID.match(line.message)) or line.myid or 0
    likely = any(words in line.message for words in _SAYS)
    return _number(_SAID.search(line.message)) if likely else 0


@lru_cache(maxsize=1024)
def _of_thread(name: str) -> int:
    return _number(_SELF.search(name))


def _number(found: re.Match[str] | None) -> int:
    digits = next(filter(None, found.groups())) if found else ""
    return int(digits) if digits and len(digits) <= 3 else 0
