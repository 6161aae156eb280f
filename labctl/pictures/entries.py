"""What the page knows of a run, record by record.

The exported page holds all entries; the live page gets each as it comes.  Both are
made here, so both show the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from labctl.pictures.frames import Frames
from labctl.pictures.log_rows import LogRows
from labctl.pictures.messages import Arrow, Messages
from labctl.screen.line import Line
from labctl.story.lab_events import ClientDid
from labctl.story.narrator.narrate import narrate
from labctl.story.recording.causes import Causes
from labctl.story.topics import topic_of
from labctl.story.world import LabWorld, advance
from labctl.words.phrase import LANGUAGES, Phrase, text
from node import events
from node.events import Record

_WORDS_MAX = 48  # of what a client did, in the ring

# The page has one colour for each of these topics.
_PURPOSES: Mapping[str, str] = {
    "vote": "election",
    "txn": "broadcast",
    "session": "client",
    "fault": "fault",
    "life": "life",
}
_DURABLE = (events.TxnsLogged, events.EpochAccepted, events.EpochSaved)

Entry = dict[str, Any]


class Entries:
    """Turns records into entries: a moment, its sentence, its changes, its messages.

    `t` is in ms since the beginning, `s` the change of the scene, `b` the number of
    the cause (0: none), `line` the sentence if the event has one, `m` the messages
    that leave, arrive or are lost, `d` the node whose disk holds more now, `c` what a
    client did.
    """

    def __init__(self, world: LabWorld, kept: int | None = None) -> None:
        """Begin with this world; `kept`: records in which causes are looked for."""
        self.world = world
        self.number = 0
        self.began_ms = 0.0
        self.causes = Causes(kept)
        self.frames = Frames()
        self.messages = Messages()
        self.rows = LogRows()

    def take(self, record: Record) -> Entry:
        """Return the entry of the next record."""
        self.number += 1
        if self.number == 1:
            self.began_ms = record.at_ms
        line = narrate(self.world, record)
        self.world = advance(self.world, record)
        self.rows.take(self.world)
        entry: Entry = {"t": round(record.at_ms - self.began_ms)}
        parts = {
            "s": self.frames.take(self.world),
            "b": self.causes.add(record),
            "line": line and _line(record, line),
            "m": [
                _message(number, arrow)
                for number, arrow in self.messages.take(self.number, record, self.world)
            ],
            "d": record.node if isinstance(record.event, _DURABLE) else 0,
            "c": _client(record.event),
        }
        return {**entry, **{name: part for name, part in parts.items() if part}}


def purpose(event: object) -> str:
    """Return what an event belongs to: one colour each."""
    return _PURPOSES.get(topic_of(event), "sync")


def _line(record: Record, line: Line) -> Entry:
    shown: Entry = {
        "node": line.node,
        "kind": purpose(record.event),
        "what": _both(line.what),
        "src": record.src,
    }
    if line.level != "story":
        shown["quiet"] = 1
    if line.why:
        shown["why"] = _both(line.why)
    return shown


def _both(phrase: Phrase) -> list[str]:
    found = [text(phrase, lang) for lang in LANGUAGES]
    return found[:1] if found[0] == found[1] else found


def _message(number: int, arrow: Arrow) -> Sequence[object]:
    """Return number, kind, purpose, source, target, sent, got, lost, contents."""
    contents = arrow.label.removeprefix(arrow.kind).strip()
    ends = (arrow.source, arrow.target, arrow.sent, arrow.got, arrow.lost)
    return [number, arrow.kind, arrow.purpose[0], *ends, contents]


def _client(event: object) -> Entry | None:
    if not isinstance(event, ClientDid):
        return None
    did = " ".join(filter(None, (event.op, event.path, event.value)))
    return {"node": event.node, "did": _cut(did), "result": _cut(event.result)}


def _cut(words: str) -> str:
    return words if len(words) <= _WORDS_MAX else words[: _WORDS_MAX - 1] + "…"
