"""The fold over a log's lines: who is what, since when, and because of what."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labctl.logs.line import LogLine, clock
from labctl.logs.merge import Spoken
from labctl.logs.templates import Known, recognise
from labctl.words.phrase import Phrase

_STATES = ("looking", "following", "leading", "observing")
_SYNCS = ("diff", "snap", "trunc")
_NONE = "0x8000000000000000"  # what an observer proposes
_ACTS = ("fsync", "bind", "too-many", "standalone")

# (who, whom) -> where, and when, in the log `who` heard `whom`
Heard = dict[tuple[int, int], list[tuple[int, str]]]


class Vote(NamedTuple):
    """A vote as heard, in the order in which votes are compared."""

    epoch: int
    zxid: int
    leader: int


class Read(NamedTuple):
    """A line explained."""

    node: int
    line: LogLine
    known: Known | None
    why: Phrase | None = None  # the cause, if the line is a transition
    verdict: Phrase | None = None  # for WARN and ERROR

    @property
    def transition(self) -> bool:
        """Whether the node's state or its way of catching up changed here."""
        return self.known is not None and self.known.key in (*_STATES, *_SYNCS)


class _Node:
    """What one node's log has told so far."""

    def __init__(self) -> None:
        self.state = ""
        self.cause = Phrase("logwhy.start")
        self.votes: set[Vote] = set()
        self.leader = 0
        self.settled: set[int] = set()  # leaders that others follow or are
        self.zxid = "0x0"
        self.round = 0


def explain_log(said: Iterable[Spoken]) -> list[Read]:
    """Return every line with its meaning, its cause and its verdict."""
    lines = [(spoken, recognise(spoken.line)) for spoken in said]
    heard = _heard(lines)
    nodes: dict[int, _Node] = {}
    told = []
    for at, (spoken, known) in enumerate(lines):
        node = nodes.setdefault(spoken.node, _Node())
        why = _advance(node, spoken, known) if known else None
        if known and known.key == "plan":
            nodes.setdefault(int(known.facts["sid"]), _Node()).zxid = known.facts[
                "peer"
            ]
        verdict = _verdict(at, spoken, known, heard)
        told.append(Read(spoken.node, spoken.line, known, why, verdict))
    return told


def _advance(node: _Node, spoken: Spoken, known: Known) -> Phrase | None:
    """Take the line in; return the cause if it is a transition."""
    key, facts = known
    if key in ("begins", "reads-config") and node.state:
        node.state, node.cause = "", Phrase("logwhy.restart")
        node.votes, node.round = set(), 0
    elif key == "election":
        if facts["zxid"] != _NONE:
            node.zxid = facts["zxid"]
    elif key == "vote":
        _hear(node, spoken.node, facts)
    elif key in ("lost", "retry", "no-leader"):
        node.cause = _loss(spoken.line, key)
    elif key == "gave-up":
        node.cause = _gave_up(spoken.line, facts["reason"]) or node.cause
    elif key in _SYNCS:
        return Phrase(f"logwhy.{key}", {"mine": node.zxid})
    elif key in _STATES:
        node.state = key
        if key == "looking":
            node.settled, node.leader = set(), 0
            cause, node.cause = node.cause, Phrase("logwhy.unsaid")
            return cause
        if key == "observing":
            return Phrase("logwhy.observer")
        return _elected(node, spoken.node if key == "leading" else node.leader)
    return None


def _hear(node: _Node, myself: int, facts: Mapping[str, str]) -> None:
    sid, leader = int(facts["sid"]), int(facts["leader"])
    zxid, round_ = int(facts["zxid"], 16), int(facts["round"], 16)
    if facts["state"] == "LEADING" and sid == leader != myself:
        node.settled = {leader}
        node.leader = leader
    elif facts["state"] == "LOOKING" and leader >= 0 and zxid < 1 << 63:
        if round_ > node.round:  # votes of older rounds are void
            node.votes, node.round = set(), round_
        if round_ == node.round:
            node.votes.add(Vote(int(facts["epoch"], 16), zxid, leader))
            node.leader = max(node.votes).leader


def _elected(node: _Node, leader: int) -> Phrase:
    """Which rule made this one the leader."""
    facts: dict[str, object] = {"leader": leader}
    if leader in node.settled:
        return Phrase("logwhy.joined", facts)
    best = max((vote for vote in node.votes if vote.leader == leader), default=None)
    others = [vote for vote in node.votes if vote.leader != leader]
    if best is None:
        return Phrase("logwhy.unsaid")
    if not others:
        return Phrase("logwhy.only", facts)
    other = max(others)
    facts["other"] = other.leader
    if best.epoch != other.epoch:
        facts |= {"a": f"{best.epoch:x}", "b": f"{other.epoch:x}"}
        return Phrase("logwhy.newer-epoch", facts)
    if best.zxid != other.zxid:
        facts |= {"a": f"{best.zxid:x}", "b": f"{other.zxid:x}"}
        return Phrase("logwhy.newer-zxid", facts)
    return Phrase("logwhy.higher-id", facts)


def _loss(line: LogLine, key: str) -> Phrase:
    trace = " ".join((line.message, *line.more))
    for word, cause in (
        ("Connection refused", "refused"),
        ("timed out", "silent"),
        ("EOFException", "eof"),
        ("leader: closed", "eof"),  # our node's word for it
    ):
        if word in trace:
            return Phrase(f"logwhy.{cause}")
    return Phrase("logwhy.reset" if key == "lost" else "logwhy.refused")


def _gave_up(line: LogLine, reason: str) -> Phrase | None:
    """A leader's reason; 3.5 has it in the exception that follows."""
    said = " ".join((reason, *line.more))
    if "Not sufficient followers" in said:
        sids = said.partition("sids:")[2].split("]")[0].strip(" [")
        return Phrase("logwhy.no-quorum", {"sids": sids})
    return Phrase("logwhy.stepped-down", {"reason": reason}) if reason != "?" else None


def _heard(lines: list[tuple[Spoken, Known | None]]) -> Heard:
    heard: Heard = {}
    for at, (spoken, known) in enumerate(lines):
        if known is not None and known.key in ("vote", "joins", "plan"):
            pair = (spoken.node, int(known.facts["sid"]))
            heard.setdefault(pair, []).append((at, clock(spoken.line.at_ms)))
    return heard


def _verdict(
    at: int,
    spoken: Spoken,
    known: Known | None,
    heard: Heard,
) -> Phrase | None:
    """Whether to act: for WARN and ERROR, and for what is as telling without."""
    line = spoken.line
    if known is not None and known.key == "open":
        sid = int(known.facts["sid"])
        times = heard.get((spoken.node, sid), ())
        later = next(((n, when) for n, when in times if n > at), None)
        if later is None:
            return Phrase("read.act.open", {"sid": sid})
        when = later[1] or f"+{later[0] - at}"
        return Phrase("read.expected.later", {"sid": sid, "when": when})
    if line.level not in ("WARN", "ERROR", "FATAL"):
        return None
    if known is None:
        return Phrase("read.act.look")
    if known.key in _ACTS:
        return Phrase(f"read.act.{known.key}")
    return Phrase("read.expected")
