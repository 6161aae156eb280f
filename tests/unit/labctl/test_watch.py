"""Following several nodes at once: merged by time, told once, ended in time."""

from collections.abc import Callable
from typing import Any

from labctl.lab.follower import Follower, Show, Tails
from labctl.lab.runtime.base import DOWN, UP, NodeRun
from labctl.screen.line import Line
from labctl.story.settled import settled
from labctl.story.world import new_world
from labctl.words.phrase import ENGLISH, text
from node.events import encode
from tests.unit.labctl.streams import Stream, first_quorum


class Written:
    """A tail over lines that are already there."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def read(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines

    def close(self) -> None:
        pass


class Recorded:
    """A runtime of three nodes whose events were written before."""

    name = "recorded"

    def __init__(self, stream: Stream, *, noise: tuple[str, ...] = ()) -> None:
        self.lines: dict[int, list[str]] = {1: [], 2: [], 3: []}
        for record in stream.records:
            self.lines[record.node].append(encode(record))
        self.lines[1] += noise
        self.condition = UP

    def events(self, sid: int) -> Written:
        return Written(self.lines[sid])

    def run(self, _sid: int) -> NodeRun:
        return NodeRun(self.condition, "b")

    def last_words(self, sid: int) -> str:
        return f"n{sid} cannot bind"


def watching(runtime: Recorded, show: Callable[[Line], None]) -> Follower:
    world = new_world((1, 2, 3), ())
    recorded: Any = runtime  # it does what a watch asks of a runtime
    tails: Tails = {sid: recorded.events(sid) for sid in world.peers}
    show_line: Show = lambda line, _record: show(line)  # noqa: E731
    return Follower("default", recorded, tails, world, show_line)


def test_a_recorded_bring_up_is_told_in_order_and_settles() -> None:
    told: list[Line] = []
    watch = watching(Recorded(first_quorum()), told.append)
    assert watch.until(lambda w: settled(w) and len(w.alive()) == 3, 60.0)
    times = [line.at_ms for line in told]
    assert times == sorted(times)
    assert watch.elections == 3
    leader = watch.world.leader()
    assert leader is not None
    assert leader.sid == 2


def test_noise_and_other_labs_events_are_no_story() -> None:
    other = first_quorum().records[0]._replace(lab="other")
    noise = ("not json", "{}", '{"v": 99}', encode(other), "null", '"text"')
    quiet: list[Line] = []
    noisy: list[Line] = []
    for told, extra in ((quiet, ()), (noisy, noise)):
        watch = watching(Recorded(first_quorum(), noise=extra), told.append)
        assert watch.until(lambda w: settled(w) and len(w.alive()) == 3, 60.0)
    assert noisy == quiet


def test_it_gives_up_at_the_limit() -> None:
    watch = watching(Recorded(Stream()), lambda _line: None)
    assert not watch.until(lambda _world: False, 0.05)


def test_a_death_nobody_asked_for_is_told_with_its_last_words() -> None:
    told: list[Line] = []
    runtime = Recorded(Stream())
    watch = watching(runtime, told.append)
    watch.starts(2)
    runtime.condition = DOWN
    assert watch.until(lambda _world: 2 not in watch.expected, 60.0)
    (line,) = told
    assert line.node == 2
    assert line.why is not None
    assert text(line.why, ENGLISH) == "n2 cannot bind"


def test_a_death_we_asked_for_is_no_surprise() -> None:
    told: list[Line] = []
    runtime = Recorded(Stream())
    watch = watching(runtime, told.append)
    watch.starts(2)
    watch.ends(2)
    runtime.condition = DOWN
    assert watch.until(lambda _world: True, 60.0, stable_s=0.3)
    assert told == []


def test_what_the_world_holds_already_is_not_narrated_again() -> None:
    """Tails begin before the nodes are asked: what falls between comes twice."""
    told: list[Line] = []
    watch = watching(Recorded(first_quorum()), told.append)
    watch.seen = {1: ("b1", 10**6), 2: ("an earlier run", 10**6)}
    watch.until(lambda _world: False, 0.2)
    assert {line.node for line in told} == {2, 3}
    assert not watch.world.peers[1].up
