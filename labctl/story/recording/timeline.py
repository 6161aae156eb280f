"""A run, played: the world at every moment, forwards, backwards, or at once.

`fold` is the one loop over a recording: narration, `why`, timelines and exports
all take the worlds from it.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from labctl.screen.line import Line
from labctl.story.lab_events import VerbGiven
from labctl.story.narrator.java import JavaLog
from labctl.story.narrator.narrate import narrate
from labctl.story.recording.causes import latest_cause
from labctl.story.recording.run import Run
from labctl.story.world import LabWorld, advance, new_world
from node.events import Record

_EVERY = 25  # records between two checkpoints


def beginning(run: Run) -> LabWorld:
    """Return the world before the first record."""
    return run.before or new_world(run.voters, run.observers)


def fold(run: Run) -> Iterator[tuple[Record, LabWorld]]:
    """Yield each record with the world after it."""
    world = beginning(run)
    for record in run.records:
        world = advance(world, record)
        yield record, world


def life_end(run: Run) -> int:
    """Return the number of the last record before the lab's `down`, or of the last."""
    for number in range(len(run.records), 0, -1):
        event = run.records[number - 1].event
        if isinstance(event, VerbGiven):
            return number - 1 if event.verb == "down" else len(run.records)
    return len(run.records)


def narrated(
    run: Run, java: JavaLog | None = None
) -> Iterator[tuple[int, Record, Line]]:
    """Yield each record that has a line, with its number e1, e2, … in the run.

    With `java` a line brings what ZooKeeper would have logged.
    """
    before = beginning(run)
    for number, (record, world) in enumerate(fold(run), start=1):
        line = narrate(before, record)
        if line is not None and java is not None:
            line = java.beside(line, before, record)
        if line is not None:
            yield number, record, line
        before = world


class Timeline:
    """A run with checkpoints: any moment of it, in either direction, soon."""

    def __init__(self, run: Run) -> None:
        """Fold the run once and keep a world now and then."""
        self.run = run
        self.kept = [beginning(run)]
        for number, (_, world) in enumerate(fold(run), start=1):
            if number % _EVERY == 0:
                self.kept.append(world)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.run.records)

    @property
    def end(self) -> int:
        """The cursor of the last moment of the lab's life, before its `down`."""
        return life_end(self.run)

    def at(self, cursor: int) -> LabWorld:
        """Return the world after the first `cursor` records; 0 is the beginning."""
        cursor = max(0, min(cursor, len(self)))
        world = self.kept[cursor // _EVERY]
        for record in self.run.records[cursor // _EVERY * _EVERY : cursor]:
            world = advance(world, record)
        return world

    def line(self, number: int) -> Line | None:
        """Return the line of record e`number`, if it has one."""
        return narrate(self.at(number - 1), self.run.records[number - 1])

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """The number of each record, by its id."""
        return {r.id: n for n, r in enumerate(self.run.records, start=1)}

    def chain(self, number: int) -> list[int]:
        """Return the numbers of what led to e`number`, the root first, itself last.

        A message that was received goes back to the one that was sent; where an
        event has several causes, the latest is what made it happen.
        """
        found = [number]
        while (cause := self._cause(found[-1])) is not None:
            found.append(cause)
        return found[::-1]

    def _cause(self, number: int) -> int | None:
        known = [self.number_of.get(c) for c in self.run.records[number - 1].cause]
        named = [cause - 1 for cause in known if cause is not None]
        found = latest_cause(self.run.records, number - 1, named)
        return None if found is None else found + 1


def chain(run: Run, record: Record) -> list[Record]:
    """Return the records that led to this one, the root first, itself last."""
    timeline = Timeline(run)
    return [run.records[n - 1] for n in timeline.chain(timeline.number_of[record.id])]
