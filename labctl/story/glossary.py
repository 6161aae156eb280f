"""`labctl explain TERM`: what it is, where to read on, and an example of your own."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from labctl.errors import NO_MATCH, LabError
from labctl.screen.screen import Screen
from labctl.story.log_comparison import count, doomed
from labctl.story.recording.run import Run
from labctl.story.terms import TERMS, THEMES
from labctl.story.world import LabWorld, Peer
from labctl.words.phrase import LANGUAGES, Phrase, text
from node import events
from node.zxid import counter_of, epoch_of, show


class Scene(NamedTuple):
    """The lab that an example is taken from."""

    run: Run
    world: LabWorld


def is_term(word: str) -> bool:
    """Whether the glossary has this name or alias."""
    return word.strip().casefold() in _names()


def find_term(word: str, others: Iterable[str] = ()) -> str:
    """Return the term's name for a name, an alias, or either in another case.

    `others` are names that are explained elsewhere: one may be what was meant.
    """
    names = _names()
    asked = word.strip().casefold()
    if asked in names:
        return names[asked]
    names = names | {other.casefold(): other for other in others}
    near = difflib.get_close_matches(asked[:80], names, n=3, cutoff=0.5)
    facts = {"term": word[:80]}
    guess = {"near": ", ".join(dict.fromkeys(names[name] for name in near))}
    hint = Phrase("explain.near", guess) if near else Phrase("explain.all")
    raise LabError(Phrase("explain.unknown", facts), hint, NO_MATCH)


def _names() -> dict[str, str]:
    found = {name.casefold(): name for name in TERMS}
    for name, term in TERMS.items():
        for alias in term.aliases.split(","):
            if alias:
                found.setdefault(alias.casefold(), name)
    return found


def show_terms(screen: Screen) -> None:
    """Print all terms by theme."""
    if screen.quiet:
        screen.document({"v": 1, "themes": {t: list(x) for t, x in THEMES.items()}})
        return
    for theme, terms in THEMES.items():
        screen.say(Phrase(f"theme.{theme}"))
        screen.say(Phrase("as-is", {"text": "   " + " · ".join(terms)}))
    screen.say(Phrase("explain.next"))


def show_term(name: str, scene: Scene | None, screen: Screen) -> None:
    """Print one term, with an example if there is a lab."""
    term = TERMS[name]
    example = live(name, scene) if scene is not None else None
    if screen.quiet:
        screen.document(_document(name, example))
        return
    screen.say(Phrase("as-is", {"text": name}))
    screen.say(Phrase(f"term.{name}"))
    if example is not None:
        screen.say(Phrase("explain.live", {"example": example}))
    screen.say(Phrase("explain.ours", {"path": term.ours}))
    screen.say(Phrase("explain.theirs", {"where": term.theirs}))
    screen.say(Phrase("explain.related", {"terms": term.related.replace(" ", " · ")}))


def _document(name: str, example: Phrase | None) -> dict[str, Any]:
    term = TERMS[name]
    return {
        "v": 1,
        "term": name,
        "text": {lang: text(Phrase(f"term.{name}"), lang) for lang in LANGUAGES},
        "example": {lang: text(example, lang) for lang in LANGUAGES}
        if example
        else None,
        "source": term.ours,
        "elsewhere": term.theirs,
        "related": term.related.split(),
    }


def live(name: str, scene: Scene) -> Phrase | None:
    """Return an example from the lab; None where there is nothing to point at."""
    if name in _SEEN:
        return _seen(scene, _SEEN[name], packet=name)
    make = _EXAMPLES.get(name)
    return make(scene) if make else None


def _zxid(scene: Scene) -> Phrase | None:
    peer = max(scene.world.peers.values(), key=lambda p: p.log.last)
    if not (zxid := peer.log.last):
        return None
    facts = {"epoch": epoch_of(zxid), "counter": counter_of(zxid)}
    return Phrase("live.zxid", {"sid": peer.sid, "zxid": show(zxid), **facts})


def _quorum(scene: Scene) -> Phrase:
    alive = [peer for peer in scene.world.alive() if peer.voter]
    facts = {"voters": len(scene.world.voters), "need": scene.world.need}
    return Phrase("live.quorum", {"alive": len(alive), **facts})


def _leader(scene: Scene) -> Phrase:
    leader = scene.world.leader()
    if leader is None:
        return Phrase("live.no-leader")
    facts = {"sid": leader.sid, "epoch": leader.epoch}
    return Phrase("live.leader", {**facts, "learners": leader.learners})


def _observers(scene: Scene) -> Phrase:
    return Phrase("live.observers", {"sids": scene.run.observers})


def _epochs(scene: Scene) -> Phrase:
    peer = _somebody(scene)
    facts = {"accepted": peer.accepted_epoch, "current": peer.current_epoch}
    return Phrase("live.epochs", {"sid": peer.sid, **facts})


def _round(scene: Scene) -> Phrase | None:
    votes = [peer.ballots.vote for peer in scene.world.peers.values()]
    rounds = [vote.round for vote in votes if vote is not None]
    return Phrase("live.round", {"round": max(rounds)}) if rounds else None


def _took(scene: Scene) -> Phrase | None:
    for peer in scene.world.peers.values():
        if (decided := peer.ballots.decided) is not None and decided.how == "vote":
            facts = {"sid": peer.sid, "took": decided.took_ms}
            return Phrase("live.took", {**facts, "leader": decided.leader})
    return None


def _log(scene: Scene) -> Phrase:
    peer = _somebody(scene)
    return Phrase("live.log", {"sid": peer.sid, "count": count(peer.log.logged)})


def _doomed(scene: Scene) -> Phrase:
    world = scene.world
    lost = {
        peer.sid: count(doomed(peer.log, world.agreed, world.epoch))
        for peer in world.peers.values()
    }
    worst = max(lost, key=lambda sid: lost[sid])
    return Phrase("live.doomed", {"sid": worst, "count": lost[worst]})


def _sessions(scene: Scene) -> Phrase:
    found = {s for peer in scene.world.peers.values() for s in peer.sessions}
    return Phrase("live.sessions", {"count": len(found)})


def _faults(scene: Scene) -> Phrase:
    standing = scene.world.faults
    if not standing:
        return Phrase("live.no-faults")
    return Phrase("live.faults", {"faults": ", ".join(standing)})


def _tick(scene: Scene) -> Phrase | None:
    for record in scene.run.records:
        if isinstance(record.event, events.NodeStarted):
            tick, init = record.event.tick_ms, record.event.init_limit
            facts = {"tick": tick, "init": init, "sync": record.event.sync_limit}
            return Phrase("live.tick", {**facts, "patience": tick * facts["sync"]})
    return None


def _somebody(scene: Scene) -> Peer:
    leader = scene.world.leader()
    return leader or next(iter(scene.world.peers.values()))


def _seen(scene: Scene, kinds: Sequence[type[Any]], packet: str) -> Phrase:
    """How often such an event was recorded, and where the last one stands."""
    found = [
        (number, record.node)
        for number, record in enumerate(scene.run.records, start=1)
        if isinstance(record.event, tuple(kinds)) and _of(record.event, packet)
    ]
    if not found:
        return Phrase("live.unseen")
    number, sid = found[-1]
    return Phrase("live.seen", {"count": len(found), "number": number, "sid": sid})


def _of(event: Any, packet: str) -> bool:
    """Of packets, only those of this type; of any other event, all."""
    match event:
        case events.PacketSent(type=kind):
            return bool(kind == packet)
        case events.SyncPlanned(mode=mode):
            return packet not in _MODES or mode == packet
        case _:
            return True


_MODES = ("DIFF", "TRUNC", "SNAP")


_SEEN: Mapping[str, Sequence[type[Any]]] = {
    **dict.fromkeys(
        ("FOLLOWERINFO", "LEADERINFO", "ACKEPOCH", "NEWLEADER", "UPTODATE"),
        (events.PacketSent,),
    ),
    **dict.fromkeys(_MODES, (events.SyncPlanned,)),
    "PROPOSAL": (events.TxnsProposed,),
    "ACK": (events.TxnsLogged,),
    "COMMIT": (events.TxnsCommitted,),
    "group-commit": (events.TxnsLogged,),
    "vote": (events.VoteChanged,),
    "rule": (events.VoteChanged,),
    "notification": (events.NotificationSent,),
    "election": (events.ElectionDecided,),
    "LOOKING": (events.ElectionStarted,),
    "dialing": (events.ConnectionYielded,),
    "snapshot": (events.SnapshotTaken,),
    "fsync": (events.TxnsLogged,),
    "recovery": (events.Recovered,),
    "discovery": (events.EpochProposed,),
    "synchronization": (events.SyncPlanned,),
    "broadcast": (events.TxnsCommitted,),
}
_EXAMPLES: Mapping[str, Callable[[Scene], Phrase | None]] = {
    **dict.fromkeys(("zxid", "transaction"), _zxid),
    **dict.fromkeys(
        ("quorum", "majority", "even", "ensemble", "voter", "split-brain"), _quorum
    ),
    **dict.fromkeys(("leader", "follower", "learner", "join", "Zab"), _leader),
    **dict.fromkeys(("observer", "INFORM"), _observers),
    **dict.fromkeys(("epoch", "acceptedEpoch", "currentEpoch", "fencing"), _epochs),
    "round": _round,
    "finalize": _took,
    **dict.fromkeys(("log", "committed"), _log),
    "ghost": _doomed,
    **dict.fromkeys(("session", "ephemeral", "watch", "lock"), _sessions),
    **dict.fromkeys(("partition", "crash", "FIFO"), _faults),
    **dict.fromkeys(("tick", "initLimit", "syncLimit", "PING", "pause"), _tick),
}
