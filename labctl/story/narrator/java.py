"""Beside the story: what Java ZooKeeper would have logged, in a release's words."""

from collections.abc import Mapping
from typing import Any

from labctl.screen.line import STORY, Line
from labctl.story.world import LabWorld
from node import events
from node.wording import line as wording
from node.wording.line import RELEASES, UNTOLD, V3_8, Release, Speaker
from node.wording.say import say

WORDINGS: Mapping[str, Release] = {
    "zookeeper": V3_8,
    **{f"zookeeper-{major}.{minor}": (major, minor) for major, minor in RELEASES},
}
_CONTAINER_PORT = 2181
Said = tuple[wording.Line, ...]
_ALONE = (events.StateChanged, events.PhaseChanged, events.SyncReceived)


class JavaLog:
    """The logs that Java servers would write in the place of ours."""

    def __init__(self, release: Release, *, brief: bool) -> None:
        """Use this release's words; `brief` is for a story without every message."""
        self.release = release
        self.brief = brief
        self.speakers: dict[int, Speaker] = {}
        self.waiting: dict[int, Said] = {}  # LOOKING, until it votes
        self.votes: dict[int, Said] = {}  # the last one heard

    def hear(self, world: LabWorld, record: events.Record) -> Said:
        """Return the lines of this record; `world` is how things were before it."""
        node, event = record.node, record.event
        if node not in world.peers:
            return ()
        if isinstance(event, events.NodeStarted) or node not in self.speakers:
            self.speakers[node] = self._speaker(world, record)
        lines = tuple(say(self.speakers[node], event))
        return self._brief(node, event, lines) if self.brief else lines

    def _brief(self, node: int, event: Any, lines: Said) -> Said:
        """Put each line to the sentence that it belongs to."""
        match event:
            case events.StateChanged(new="LOOKING"):
                self.waiting[node] = lines
                return ()
            case events.ElectionStarted():
                return (*self.waiting.pop(node, ()), *lines)
            case events.NotificationReceived():
                self.votes[node] = lines
                return ()
            case events.VoteChanged() | events.ElectionDecided(how="join"):
                return self.votes.pop(node, ())
            case _:
                return lines

    def beside(self, line: Line, world: LabWorld, record: events.Record) -> Line:
        """Return the line of the story with its lines of the log beside it."""
        said = self.hear(world, record)
        if not self.brief or line.level == STORY:
            return line._replace(java=said)
        # The story leaves this one out; a change of state is logged all the same.
        alone = said if isinstance(record.event, _ALONE) else ()
        return line._replace(java=alone, bare=bool(alone))

    def _speaker(self, world: LabWorld, record: events.Record) -> Speaker:
        event = record.event
        if isinstance(event, events.NodeStarted):
            my_id = record.node if event.role != "standalone" else -1
            host = "127.0.0.1"
            if event.client_port == _CONTAINER_PORT:  # a container listens everywhere
                host = "[0:0:0:0:0:0:0:0]"
            return Speaker(self.release, my_id, f"{host}:{event.client_port}")
        me = Speaker(self.release, record.node, UNTOLD)
        peer = world.peers[record.node]
        me.state, me.synced, me.logging = peer.state, peer.serving, True
        return me


def java_log(release: Release | None, *, brief: bool) -> JavaLog | None:
    """Return the log in this release's words, if one was asked for."""
    return JavaLog(release, brief=brief) if release else None
