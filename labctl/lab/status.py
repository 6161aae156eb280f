"""How a lab is right now: every node asked once, and the verdict over all."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from labctl.lab import probe
from labctl.lab.ports import LOOPBACK, taken
from labctl.lab.runtime.base import DOWN, PAUSED, UP, NodeRun, Runtime
from labctl.lab.selectors import Candidate
from labctl.lab.topology import Node, Topology
from labctl.story.states import LEADING
from labctl.words.phrase import Phrase
from node.zxid import show


class NodeView(NamedTuple):
    """One node as it is now."""

    node: Node
    run: NodeRun
    answer: probe.NodeAnswer | None  # None: it does not answer, or is not ours
    stranger: bool = False  # somebody else holds its client port

    @property
    def up(self) -> bool:
        """Whether its process runs (a paused one does)."""
        return self.run.condition != DOWN

    @property
    def state(self) -> str:
        """What a person should see in the state column."""
        if self.run.condition != UP:
            return self.run.condition.upper()
        return self.answer.state if self.answer else "STARTING"


class LabVerdict(NamedTuple):
    """Whether the lab serves, and under whom."""

    quorum: bool
    leader: int  # 0: none
    epoch: int
    serving: tuple[int, ...]  # voters that serve
    voters: tuple[int, ...]
    need: int


def look(topology: Topology, runtime: Runtime) -> list[NodeView]:
    """Ask every node once."""
    runs = [(node, runtime.run(node.sid)) for node in topology.nodes]
    return _led([_look_at(topology, node, run) for node, run in runs])


def _look_at(topology: Topology, node: Node, run: NodeRun) -> NodeView:
    if run.condition == PAUSED:
        return NodeView(node, run, None)
    answer = probe.ask(node.admin)
    ours = answer is not None and (answer.lab, answer.node, answer.boot) == (
        topology.lab,
        node.sid,
        run.boot,
    )
    if run.condition == DOWN:
        return NodeView(
            node, run, None, stranger=answer is not None or taken(node.client)
        )
    if answer is None:
        return NodeView(node, run, probe.ask_words(node.client))  # no AdminServer
    return NodeView(node, run, answer if ours else None, stranger=not ours)


def _led(views: list[NodeView]) -> list[NodeView]:
    """Fill in the leader where a node serves under one that it did not name."""
    leaders = [
        (view.answer.epoch, view.node.sid)
        for view in views
        if view.answer and view.answer.state == LEADING
    ]
    return [_named(view, *max(leaders)) for view in views] if leaders else views


def _named(view: NodeView, epoch: int, leader: int) -> NodeView:
    answer = view.answer
    if answer is None or answer.lab or not answer.serving:
        return view
    if (
        answer.state == LEADING
    ):  # an old leader that does not know yet that it was replaced
        epoch, leader = answer.epoch, view.node.sid
    named = answer._replace(node=view.node.sid, leader=leader, epoch=epoch)
    return view._replace(answer=named)


def verdict(views: Sequence[NodeView]) -> LabVerdict:
    """Judge: a leader that serves, with a majority of voters under it."""
    voters = tuple(view.node.sid for view in views if view.node.voter)
    need = len(voters) // 2 + 1
    answers = {v.node.sid: v.answer for v in views if v.answer is not None}
    leaders = [
        answer
        for answer in answers.values()
        if answer.state == LEADING and answer.serving
    ]
    leader = max(leaders, key=lambda answer: answer.epoch, default=None)
    serving = tuple(
        sid
        for sid, answer in answers.items()
        if leader is not None
        and sid in voters
        and answer.serving
        and answer.leader == leader.node
    )
    quorum = leader is not None and len(serving) >= need
    return LabVerdict(
        quorum=quorum,
        leader=leader.node if leader and quorum else 0,
        epoch=leader.epoch if leader and quorum else 0,
        serving=serving,
        voters=voters,
        need=need,
    )


def verdict_phrase(judged: LabVerdict, down: Iterable[int]) -> Phrase:
    """Put the verdict into one line, with what would restore a lost quorum."""
    facts = {
        "have": len(judged.serving),
        "voters": len(judged.voters),
        "need": judged.need,
        "leader": judged.leader,
        "epoch": judged.epoch,
        "down": (gone := tuple(sid for sid in down if sid in judged.voters)),
        "short": max(1, judged.need - len(judged.voters) + len(gone)),
    }
    if judged.quorum:
        return Phrase("verdict.yes", facts)
    missing = Phrase("verdict.start", facts) if facts["down"] else Phrase("nothing")
    return Phrase("verdict.no", {**facts, "missing": missing})


def candidates(views: Iterable[NodeView]) -> list[Candidate]:
    """Return what selectors may ask."""
    return [
        Candidate(
            view.node.sid,
            view.node.voter,
            view.up,
            view.answer.state if view.answer else "",
        )
        for view in views
    ]


def document(topology: Topology, views: Sequence[NodeView]) -> dict[str, Any]:
    """Return the lab's state for programs; keys are added, never changed."""
    judged = verdict(views)
    return {
        "v": 1,
        "lab": topology.lab,
        "runtime": topology.runtime,
        "quorum": judged.quorum,
        "leader": judged.leader or None,
        "epoch": judged.epoch or None,
        "connection": topology.connection,
        "stepping": any(view.answer and view.answer.stepping for view in views),
        "nodes": [_node_document(view) for view in views],
    }


def _node_document(view: NodeView) -> dict[str, Any]:
    answer = view.answer
    return {
        "id": view.node.sid,
        "role": view.node.role,
        "state": view.state,
        "phase": answer.phase if answer else None,
        "epoch": answer.epoch if answer else None,
        "client": f"{LOOPBACK}:{view.node.client}",
        "admin": f"{LOOPBACK}:{view.node.admin}" if view.node.admin else None,
        "zxid": show(answer.zxid) if answer else None,
        "up": view.up,
        "serving": bool(answer and answer.serving),
        "sessions": answer.sessions if answer else None,
        "pid": view.run.pid or None,
        "boot": view.run.boot or None,
        "stranger": view.stranger,
    }
