"""The verbs on links: partition, cut, hold, delay, heal."""

import time
from collections.abc import Sequence

from labctl.errors import USAGE, LabError
from labctl.faults import grammar
from labctl.faults.active import Fault, blocked_links, faults, rows
from labctl.faults.inject import LinkFaultSpec, heal, heal_links, set_links
from labctl.faults.matrix import say_faults
from labctl.faults.outcome import (
    RIPPLE_S,
    Notices,
    by_hand,
    reacquaint,
    say_outcome,
    say_sides,
    settle,
)
from labctl.lab.follower import Follower
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import PAUSED
from labctl.lab.selectors import Candidate
from labctl.lab.status import candidates, verdict
from labctl.story.settled import settled
from labctl.words.phrase import Phrase

MESSAGES = (
    *("NOTIFICATION", "FOLLOWERINFO", "OBSERVERINFO", "LEADERINFO", "ACKEPOCH"),
    *("DIFF", "TRUNC", "SNAP", "NEWLEADER", "UPTODATE", "PROPOSAL", "ACK", "COMMIT"),
    *("INFORM", "PING", "REVALIDATE", "SYNC", "REQUEST"),
)


def partition(lab: Lab, words: Sequence[str], for_ms: int) -> None:
    """Cut the network into groups, and narrate until each side has settled."""
    nodes = _asked(lab)
    groups = grammar.groups(words, nodes)
    shown = grammar.shown(groups)
    wanted = LinkFaultSpec(
        "partition", grammar.apart(groups), "cut", shown, for_ms=for_ms
    )
    overlap = sum(map(len, groups)) > len({sid for group in groups for sid in group})
    why = Phrase("partition.overlap" if overlap else "partition.why")
    _break(lab, wanted, Phrase("partition.set", {"groups": _named(groups)}), why)


def cut(lab: Lab, link: str, for_ms: int) -> None:
    """Cut links, and say who notices."""
    links = grammar.links(link, _asked(lab))
    wanted = LinkFaultSpec("cut", links, "cut", "", for_ms=for_ms)
    facts = {"links": _arrows(links)}
    one_way = any((b, a) not in links for a, b in links)
    why = Phrase("cut.one-way" if one_way else "cut.why")
    _break(lab, wanted, Phrase("cut.set", facts), why)


def lose(lab: Lab, link: str, kind: str, times: int, *, for_ms: int) -> None:
    """Lose single messages, which TCP never does."""
    links = grammar.links(link, _asked(lab))
    kind = message(kind)
    wanted = LinkFaultSpec(
        *("lose", links, "lose", f"{times} × {kind}"),
        for_ms=for_ms,
        from_type=kind,
        times=times,
    )
    facts = {"links": _arrows(links), "type": kind, "times": times}
    lab.screen.say(Phrase("model.fifo"))
    _stand(lab, wanted, Phrase("lose.set", facts), Phrase("lose.why"))


def hold(lab: Lab, link: str, kind: str, for_ms: int) -> None:
    """Keep messages back, in their command; say what will be seen."""
    links = grammar.links(link, _asked(lab))
    kind = message(kind) if kind else ""
    detail = f"from {kind}" if kind else ""
    wanted = LinkFaultSpec("hold", links, "hold", detail, for_ms=for_ms, from_type=kind)
    facts: dict[str, object] = {"links": _arrows(links), "type": kind}
    facts["limit"] = f"{lab.topology.sync_limit_s:g}"
    key = "hold.set-from" if kind else "hold.set"
    why = Phrase("hold.why-from" if kind else "hold.why", facts)
    _stand(lab, wanted, Phrase(key, facts), why)
    receivers = tuple(sorted({b for _, b in links}))
    lab.screen.say(
        Phrase(
            "hold.stale" if kind in ("COMMIT", "INFORM") else "hold.later",
            {**facts, "nodes": receivers},
        )
    )


def delay(lab: Lab, link: str, how_long: str, for_ms: int) -> None:
    """Let messages take longer, in their command."""
    late = grammar.wait(how_long)
    links = grammar.links(link, _asked(lab))
    spread = f" ± {late.jitter_ms} ms" if late.jitter_ms else ""
    detail = f"{late.ms} ms{spread}"
    wanted = LinkFaultSpec(
        *("delay", links, "delay", detail, for_ms),
        delay_ms=late.ms,
        jitter_ms=late.jitter_ms,
    )
    facts = {"links": _arrows(links), "late": detail}
    patient = late.ms < lab.topology.sync_limit_s * 1000
    why = Phrase("delay.why" if patient else "delay.too-long")
    _stand(lab, wanted, Phrase("delay.set", facts), why)


def heal_faults(lab: Lab, what: str) -> None:
    """Heal one fault, or all on a link, or (`--all`) all there are."""
    standing = faults(lab)
    names = [fault.id for fault in standing]
    if not standing:
        lab.screen.say(Phrase("heal.nothing"))
        return
    if what and what not in ("all", *names):
        links = grammar.links(what, candidates(lab.look()))
        _heal(lab, Phrase("heal.links", {"links": _arrows(links)}), links=links)
        return
    chosen = names if what in ("", "all") else [what]
    if not what:
        say_faults(lab, standing)
        if not lab.screen.asks(Phrase("heal.sure")):
            raise LabError(Phrase("heal.which"), Phrase("heal.hint"), USAGE)
    _heal(lab, Phrase("heal.done", {"faults": ", ".join(chosen)}), names=chosen)


def message(word: str) -> str:
    """Return the message's name in capitals; `fle` is NOTIFICATION, too."""
    name = "NOTIFICATION" if word.lower() in ("fle", "vote") else word.upper()
    if name not in MESSAGES:
        facts = {"word": word, "known": " ".join(MESSAGES)}
        raise LabError(
            Phrase("message.unknown", facts), Phrase("message.hint", facts), USAGE
        )
    return name


def needs_leave(kind: str) -> LabError:
    """Return the error for a fault outside the model that was not allowed by a flag."""
    return LabError(Phrase(f"model.{kind}"), Phrase("model.hint"), USAGE)


def _asked(lab: Lab) -> list[Candidate]:
    """Ask who is who, and say who leads: roles are resolved once."""
    views = lab.look()
    if leader := verdict(views).leader:
        lab.screen.say(Phrase("leader.is", {"sid": leader}))
    return candidates(views)


def _break(lab: Lab, wanted: LinkFaultSpec, what: Phrase, why: Phrase) -> None:
    """Set the fault, narrate until it settles, say how each side ended."""
    with lab.watching() as watch:
        before = watch.before
        notices = Notices(watch)
        fault = _set(lab, watch, wanted, what, why)
        lab.changed()
        end = time.monotonic() + wanted.for_ms / 1000
        over = Over(end if wanted.for_ms else float("inf"))
        if by_hand(lab, watch):
            _say_end(lab, fault, end if wanted.for_ms else 0.0)
            lab.conclude()
            return
        links = blocked_links(lab)
        if not settle(lab, watch, links, over=over) and over():
            watch.note(0, Phrase("fault.over", {"fault": fault.id}))
            links = blocked_links(lab)
            settle(lab, watch, links, stable_s=RIPPLE_S)
        notices.say(lab)
        if not notices.first:
            lab.screen.say(Phrase("noticed.nobody"))
        say_outcome(lab, watch, verdict(before), always=False)
        say_sides(lab, watch.world, links)
        _say_end(lab, fault, end if wanted.for_ms else 0.0)
    lab.conclude()


def _stand(lab: Lab, wanted: LinkFaultSpec, what: Phrase, why: Phrase) -> None:
    """Set a fault that changes nothing at once: say what is active."""
    with lab.watching() as watch:
        fault = _set(lab, watch, wanted, what, why)
        watch.until(lambda _world: True, 0.3)
    _say_end(
        lab, fault, time.monotonic() + wanted.for_ms / 1000 if wanted.for_ms else 0
    )


def _set(
    lab: Lab, watch: Follower, wanted: LinkFaultSpec, what: Phrase, why: Phrase
) -> Fault:
    ends = tuple(sorted({sid for link in wanted.links for sid in link}))
    lab.given(*_typed(wanted), ends)
    fault = set_links(lab, wanted)
    watch.note(0, Phrase("fault.set", {"fault": fault.id, "what": what}), why)
    return fault


def _typed(wanted: LinkFaultSpec) -> tuple[str, tuple[str, ...]]:
    """Return the verb and the words that ask for this fault, roles resolved."""
    pairs = wanted.links
    both = [f"{a}-{b}" for a, b in pairs if a < b and (b, a) in pairs]
    single = [f"{a}->{b}" for a, b in pairs if (b, a) not in pairs]
    limit = (f"--for {wanted.for_ms / 1000:g}s",) if wanted.for_ms else ()
    links = ",".join((*both, *single))
    match wanted.kind:
        case "partition":
            return "partition", (wanted.detail, *limit)
        case "lose":
            return "cut", (links, f"--lose {wanted.from_type}", *limit)
        case "hold" if wanted.from_type:
            return "hold", (links, f"--from {wanted.from_type}", *limit)
        case kind:
            detail = (wanted.detail.replace(" ", ""),) if wanted.detail else ()
            return kind, (links, *detail, *limit)


class Over:
    """Whether a fault's time is up."""

    def __init__(self, end: float) -> None:
        """Know its end, on the monotonic clock."""
        self.end = end

    def __call__(self) -> bool:
        """Return whether it is past."""
        return time.monotonic() > self.end


def _say_end(lab: Lab, fault: Fault, end: float) -> None:
    facts: dict[str, object] = {"fault": fault.id, "lab": lab.suffix}
    left = end - time.monotonic()
    if end and left <= 0:
        return
    facts["left"] = f"{max(0.0, left):.1f}"
    if fault.kind == "lose":
        lab.screen.say(Phrase("fault.spends", facts))
    else:
        lab.screen.say(Phrase("fault.ends" if end else "fault.stands", facts))


def _heal(
    lab: Lab,
    what: Phrase,
    *,
    names: Sequence[str] = (),
    links: Sequence[grammar.Link] = (),
) -> None:
    """Heal, then narrate until the ensemble has settled again."""
    parts = rows(lab)
    paused = [row.sid for row in parts if not row.command and row.fault in names]
    with lab.watching() as watch:
        before = watch.before
        lab.given("heal", tuple(names), ())
        watch.note(0, what, Phrase("heal.why"))
        if links:
            heal_links(lab, links)
        else:
            heal(lab, names)
        for sid in paused:
            if lab.runtime.run(sid).condition != PAUSED:
                watch.set_paused(sid, paused=False)
        if paused:
            reacquaint(lab, watch, paused)
        lab.changed()
        still_blocked = blocked_links(lab)
        if not by_hand(lab, watch):
            settle(lab, watch, still_blocked, stable_s=RIPPLE_S)
        say_outcome(lab, watch, verdict(before), always=False)
        say_sides(lab, watch.world, still_blocked)
        if left := faults(lab):
            names = [fault.id for fault in left]
            lab.screen.say(Phrase("heal.left", {"faults": ", ".join(names)}))
        elif settled(watch.world):
            lab.screen.say(Phrase("heal.whole"))
    lab.conclude()


def _named(groups: Sequence[Sequence[int]]) -> str:
    return " / ".join(" ".join(f"n{sid}" for sid in group) for group in groups)


def _arrows(links: Sequence[grammar.Link]) -> str:
    """Return links as `n3→n1`, both ways as `n1↔n3`, many of them shortened."""
    both = [(a, b) for a, b in links if a < b and (b, a) in links]
    single = [(a, b) for a, b in links if (b, a) not in links]
    shown = [f"n{a}↔n{b}" for a, b in both] + [f"n{a}→n{b}" for a, b in single]
    return ", ".join(shown)
