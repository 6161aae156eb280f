"""Virtual time of a simulated lab, and what was recorded in it."""

from collections.abc import Callable
from typing import Any

from labctl.classroom.marking import moved
from labctl.classroom.message_ids import MessageIds
from labctl.story.settled import FREE, Blocked, looking, settled
from labctl.story.world import LabWorld, new_world
from node.events import Record
from simulator.world import World

SLICE_MS = 20
LIMIT_MS = 60_000  # of virtual time, until something settles


class CannotSimulate(Exception):
    """The simulator has no such verb."""


class SimulatedTime:
    """Lets time pass for the servers of a lab, and keeps every event."""

    def __init__(self) -> None:
        """Begin with no lab."""
        self.records: list[Record] = []
        self.now_ms = 0
        self.labs = 0
        self.seq = 0
        self.cuts: list[tuple[int, int]] = []
        self.story: LabWorld = new_world((), ())
        self.heard = 0  # records that the story holds
        self.world: World | None = None
        self.messages = MessageIds()

    def note(self, event: Any) -> str:
        """Record an event that is no node's, after all that were; return its id."""
        if self.world is not None:
            self.world.run(1)
        self.seq += 1
        name = f"0.sim.{self.seq}"
        at_ms = float(self._time())
        record = Record(name, "sim", 0, "sim", self.seq, at_ms, (), "", event)
        self.records.append(record)
        return name

    @property
    def time_ms(self) -> int:
        """The virtual time."""
        return self._time()

    @property
    def leader(self) -> int:
        """Who serves as leader; 0: nobody."""
        leader = self._now().leader()
        return leader.sid if leader else 0

    def wait_until(self, due_ms: float, most_ms: int) -> int:
        """Let time pass until then, but not more than so much; return how much."""
        left_ms = max(0, min(int(due_ms) - self._time(), most_ms))
        if self.world is None:
            self.now_ms += left_ms
        else:
            self._run(left_ms)
        return left_ms

    # --- time ------------------------------------------------------------------------

    def _lab(self) -> World:
        if self.world is None:
            raise CannotSimulate("there is no lab")
        return self.world

    def _time(self) -> int:
        return self.world.now_ms if self.world is not None else self.now_ms

    def _run(self, for_ms: int) -> None:
        self._lab().run(for_ms)

    def _until(self, done: Callable[[], bool], limit_ms: int) -> bool:
        end_ms = self._time() + limit_ms
        while not done():
            if self._time() >= end_ms:
                return False
            self._run(SLICE_MS)
        return True

    def _settle(self, *sids: int) -> None:
        """Let time pass until nothing more will happen unless somebody acts."""
        self._run(SLICE_MS)
        blocked: Blocked = frozenset(self.cuts) or FREE

        def done() -> bool:
            world = self._now()
            return all(looking(world, sid) for sid in sids) and settled(world, blocked)

        self._until(done, LIMIT_MS)

    def _publish(self) -> None:
        """Have the nodes say which transactions they have: they do so in sums."""
        if self.world is not None:
            for host in self.world.hosts.values():
                if host.up:
                    host.server.publish_txn_ranges()

    def _hear(self, record: Record) -> None:
        self.records.append(self.messages.named(record, self.labs))

    # --- how things stand ----------------------------------------------------------

    def _now(self) -> LabWorld:
        for record in self.records[self.heard :]:
            self.story = moved(self.story, record)
        self.heard = len(self.records)
        return self.story
