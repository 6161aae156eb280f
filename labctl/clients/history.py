"""What clients did and saw, written down: the evidence that the checkers judge.

One `Call` per request, one `Event` per watch that fired.  `order` numbers what
reached one client, replies and events alike, across all of its connections.  A
write whose answer never came has `returned=None`: it may have happened, or not.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

WRITES = frozenset({"create", "set", "delete"})
READS = frozenset({"get", "exists", "children"})


class Seen(NamedTuple):
    """The part of a Stat that history determines: all but clocks and ACLs."""

    czxid: int
    mzxid: int
    version: int
    cversion: int
    owner: int  # session, if ephemeral
    num_children: int
    pzxid: int


class Call(NamedTuple):
    """One request of one client, and what came of it."""

    client: int
    session: int
    cxid: int
    kind: str  # create | set | delete | get | exists | children | sync | ping
    path: str
    called: float  # seconds of a clock that all clients share
    returned: float | None  # None: nobody knows whether it happened
    link: int = 0  # which of the client's connections
    order: int = -1
    err: int = 0
    zxid: int = -1  # of the reply's header
    data: str = ""  # what was to be written
    version: int = -1  # what version was asked for
    flags: int = 0  # of a create: 1 ephemeral, 2 sequential
    value: str | None = None  # data read, or the path that was made
    names: tuple[str, ...] = ()  # children
    stat: Seen | None = None
    watch: bool = False
    behind: int = 0  # cxid of the own write this read was sent right behind
    endpoint: int = 0  # port of the server that was asked


class Event(NamedTuple):
    """A watch fired."""

    client: int
    session: int
    kind: int  # an EventType
    path: str
    at: float
    order: int
    link: int = 0
    zxid: int = -1


class History:
    """All that all clients did and saw."""

    def __init__(self, calls: Iterable[Call] = (), events: Iterable[Event] = ()):
        """Begin with what is there already."""
        self.calls: list[Call] = list(calls)
        self.events: list[Event] = list(events)

    @property
    def writes(self) -> list[Call]:
        """Every write, whatever became of it."""
        return [call for call in self.calls if call.kind in WRITES]

    @property
    def acknowledged(self) -> list[Call]:
        """The writes that were answered with success."""
        return [w for w in self.writes if w.returned is not None and not w.err]

    @property
    def unknown(self) -> list[Call]:
        """The writes that were never answered."""
        return [w for w in self.writes if w.returned is None]

    def save(self, path: Path) -> None:
        """Write one JSON object per line."""
        with path.open("w", encoding="utf-8") as file:
            for line in self.lines():
                file.write(line)

    def lines(self, calls_from: int = 0, events_from: int = 0) -> Iterator[str]:
        """Yield what came after so many calls and events, as lines of JSON."""
        for call in self.calls[calls_from:]:
            document: dict[str, Any] = call._asdict()
            document["stat"] = call.stat and list(call.stat)
            yield json.dumps({"call": document}) + "\n"
        for event in self.events[events_from:]:
            yield json.dumps({"event": event._asdict()}) + "\n"


def load(path: Path) -> History:
    """Read a history back."""
    history = History()
    for line in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        if "event" in document:
            history.events.append(Event(**document["event"]))
        if "call" not in document:
            continue
        call = document["call"]
        call["names"] = tuple(call["names"])
        call["stat"] = call["stat"] and Seen(*call["stat"])
        history.calls.append(Call(**call))
    return history
