"""The fold over a log's lines: who is what, since when, and because of what."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labctl.logs.layout import LogLine
from labctl.logs.leader_loss import loss
from labctl.logs.merge import Spoken
from labctl.logs.templates import Known, recognise
from labctl.logs.verdicts import LogJudge, LogVerdict
from labctl.words.phrase import Phrase

_STATES = ("looking", "following", "leading", "observing")
_SYNCS = ("diff", "snap", "trunc")
_BEGINNINGS = ("begins", "reads-config")
_ENDINGS = ("ending", "goodbye", "goodbye.sid", "lost-after")
_MOMENT_MS = 5000  # from the end of a pause to what it caused
_LIMITS = frozenset({*_BEGINNINGS, *_ENDINGS})
_NARRATED = _LIMITS.union(  # what the fold takes in
    *(_STATES, _SYNCS, ("election", "vote", "lost", "retry", "no-leader", "jvm.pause")),
    ("gave-up", "connected", "newleader"),
)
_NONE = "0x8000000000000000"  # what an observer proposes


class HeardVote(NamedTuple):
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
    verdict: LogVerdict | None = None  # for WARN and ERROR
    host: str = ""  # where several hosts use one id

    @property
    def transition(self) -> bool:
        """Whether the node's state or its way of catching up changed here."""
        return self.known is not None and self.known.key in (*_STATES, *_SYNCS)


class _Node:
    """What one node's log has said so far."""

    def __init__(self) -> None:
        self.state = ""
        self.begun = False  # its start stands in the log
        self.cause = Phrase("logwhy.start")
        self.votes: set[HeardVote] = set()
        self.leader = 0
        self.settled: set[int] = set()  # leaders that others follow or are
        self.stood_still_ms: float | None = None
        self.zxid = ""  # where its history ends, while the log tells it
        self.reached = False  # the leader of its present role
        self.round = 0


def explain_log(said: Iterable[Spoken]) -> list[Read]:
    """Return every line with its meaning, its cause and its verdict."""
    lines = [(spoken, recognise(spoken.line)) for spoken in said]
    judge = LogJudge(lines)
    nodes: dict[tuple[int, str], _Node] = {}
    explained = []
    for at, (spoken, known) in enumerate(lines):
        why = None
        if known and known.key in _NARRATED:
            node = nodes.get(spoken.who) or nodes.setdefault(spoken.who, _Node())
            why = _advance(node, spoken, known)
        elif known and known.key == "plan":
            peer = nodes.setdefault((int(known.facts["sid"]), ""), _Node())
            peer.zxid = known.facts["peer"]
        verdict = judge.judge(at, spoken, known)
        explained.append(
            Read(spoken.node, spoken.line, known, why, verdict, spoken.host)
        )
    return explained


def _advance(node: _Node, spoken: Spoken, known: Known) -> Phrase | None:
    """Take the line in; return the cause if it is a transition."""
    key, facts = known
    if key in _LIMITS:
        _begin_or_end(node, key)
    elif key == "election":
        node.zxid = facts["zxid"] if facts["zxid"] != _NONE else ""
    elif key == "vote":
        _hear(node, spoken.node, facts)
    elif key in ("lost", "retry", "no-leader"):
        node.cause = Phrase(f"logwhy.{_lost(node, spoken.line, key)}")
    elif key == "jvm.pause":
        node.stood_still_ms = spoken.line.at_ms
    elif key == "gave-up":
        node.cause = _gave_up(spoken.line, facts["reason"]) or node.cause
    elif key in ("connected", "newleader"):
        node.reached = True
    elif key in _SYNCS:
        node.reached = True
        return _caught_up(key, node.zxid, facts.get("zxid", "?"))
    elif key in _STATES:
        node.state, node.reached = key, False
        if key == "looking":
            node.settled, node.leader = set(), 0
            cause, node.cause = node.cause, Phrase("logwhy.unsaid")
            return cause
        if key == "observing":
            return Phrase("logwhy.observer")
        return _elected(node, spoken.node if key == "leading" else node.leader)
    return None


def _begin_or_end(node: _Node, key: str) -> None:
    """A process starts, or ends what this log did not show."""
    if key in _BEGINNINGS:
        node.begun = True
        if node.state:
            node.state, node.cause = "", Phrase("logwhy.restart")
            node.votes, node.round = set(), 0
    elif not node.state and not node.begun:
        node.cause = Phrase("logwhy.unsaid")  # the log begins in the middle of a life


def _lost(node: _Node, line: LogLine, key: str) -> str:
    """Which cause it is that the leader is gone."""
    found = loss(line, key)
    if found in ("eof", "reset") and _just(node.stood_still_ms, line.at_ms):
        return "own-pause"
    if found == "reset" and not node.reached and node.cause.key == "logwhy.refused":
        return "refused"  # the end of trying in vain
    return found


def _caught_up(key: str, mine: str, last: str) -> Phrase:
    """Why this way: by where its own history ended, if the log tells that."""
    if not mine:
        return Phrase(f"logwhy.{key}.bare")
    if key == "diff" and mine == last:
        return Phrase("logwhy.same", {"mine": mine})
    return Phrase(f"logwhy.{key}", {"mine": mine})


def _just(then_ms: float | None, now_ms: float | None) -> bool:
    """Whether the one was a moment before the other."""
    if then_ms is None or now_ms is None:
        return False
    return 0 <= now_ms - then_ms <= _MOMENT_MS


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
            node.votes.add(HeardVote(int(facts["epoch"], 16), zxid, leader))
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


def _gave_up(line: LogLine, reason: str) -> Phrase | None:
    """A leader's reason; 3.5 has it in the exception that follows."""
    said = " ".join((reason, *line.more))
    if "Not sufficient followers" in said:
        sids = said.partition("sids:")[2].split("]")[0].strip(" [")
        return Phrase("logwhy.no-quorum", {"sids": sids})
    return Phrase("logwhy.stepped-down", {"reason": reason}) if reason != "?" else None
