"""A simulated schedule as a recording: what a real lab would have kept of it."""

from collections.abc import Mapping
from typing import Any

from labctl.story.lab_events import (
    FaultHealed,
    FaultSet,
    LabOpened,
    NodeEnded,
    NodePaused,
    NodeResumed,
)
from labctl.story.recording.order import causal
from labctl.story.recording.run import Run
from node.events import NodeStarted, Record
from simulator.world import Audience

_ENDS: Mapping[str, str] = {
    "kill": "killed",
    "power": "unsynced-lost",
    "fsync": "died",
}
_SRC = "simulator/faults.py"
Pairs = tuple[tuple[int, int], ...]


class SimRecording:
    """Takes what servers publish and what is done to them."""

    def __init__(self) -> None:
        """Begin before the first server starts."""
        self.records: list[Record] = []
        self.now_ms = 0.0
        self.count = 0
        self.faults: dict[Pairs, list[str]] = {}  # cuts that stand, by their links
        self.members: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
        self.audience = Audience(self._hear, self._see, self._link)

    def run(self, name: str) -> Run:
        """Return what was recorded until now."""
        return Run(name, tuple(causal(self.records)), *self.members)

    def _hear(self, record: Record) -> None:
        event = record.event
        self.now_ms = record.at_ms
        if isinstance(event, NodeStarted) and not self.count:
            self.members = (event.voters, event.observers)
            self._note(LabOpened(*self.members, "sim"))
        self.records.append(record)

    def _see(self, at_ms: int, kind: str, sids: tuple[int, ...]) -> None:
        self.now_ms = float(at_ms)
        for sid in sids:
            if kind in _ENDS:
                self._note(NodeEnded(sid, _ENDS[kind]))
            elif kind == "pause":
                self._note(NodePaused(sid))
            elif kind == "resume":
                self._note(NodeResumed(sid))
        if kind == "peace":
            for pairs in list(self.faults):
                while pairs in self.faults:
                    self._heal(pairs)

    def _link(self, what: str, pairs: Pairs) -> None:
        between = tuple(pair for pair in pairs if min(pair) > 0)  # clients are below
        if between and what == "cut":
            name = f"f{self.count + 1}"
            self.faults.setdefault(between, []).append(name)
            nodes = tuple(sorted({sid for pair in between for sid in pair}))
            links = tuple(f"{one}>{other}" for one, other in between)
            self._note(FaultSet(name, "cut", nodes, links, "", 0))
        elif between in self.faults:
            self._heal(between)

    def _heal(self, pairs: Pairs) -> None:
        names = self.faults[pairs]
        self._note(FaultHealed(names.pop(0), "asked"))
        if not names:
            del self.faults[pairs]

    def _note(self, event: Any) -> None:
        self.count += 1
        name = f"0.sim.{self.count}"
        self.records.append(
            Record(name, "sim", 0, "sim", self.count, self.now_ms, (), _SRC, event)
        )
