"""What a log shows as a whole: its causes, each once, and what no line says alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from labctl.logs.causes import cause_of
from labctl.logs.explain import Read
from labctl.words.phrase import CATALOG, Phrase

_ASKS = ("asks", "yields", "open")
_SERVES = ("following", "leading", "observing")
_LOST = ("cl.expired", "cl.app-expired", "cl.lost")
_BROKE = ("cl.fails", "cl.silent", "cl.server-closed")
_OTHERS = ("vote", "looking", "cl.begins", "cl.session", "cl.dials")
_LOOKED_AT = frozenset((*_ASKS, *_SERVES, *_LOST, *_BROKE, *_OTHERS))
_ADDRESS = re.compile(r"(?:^|/)(?P<ip>0\.0\.0\.0|::|127\.0\.1\.1)[:/]")
_PAIR = re.compile(r"\((\d+), (\d+)\)")
_NO_PURGE = re.compile(
    r"autopurge\.purgeInterval set to (?:0|-\d+)$|Purge task is not scheduled"
)
_DIALS_MIN = 10  # for fewer than one session in five
_ELECTIONS_MIN = 5
_APART_MS = 1000.0  # less is the network's, or the order of two threads


class LogFinding(NamedTuple):
    """One thing that is so; its words are cause.KEY, .keep and .repair."""

    key: str
    facts: tuple[tuple[str, object], ...]
    who: str  # n1, a host, or ""
    line: int  # where it was seen first
    act: bool = True

    @property
    def what(self) -> Phrase:
        """What is so."""
        return Phrase(f"cause.{self.key}", dict(self.facts))

    @property
    def keep(self) -> Phrase | None:
        """What to keep before anything is done; None if nothing is at risk."""
        key = f"cause.{self.key}.keep"
        return Phrase(key, dict(self.facts)) if key in CATALOG else None

    @property
    def repair(self) -> Phrase:
        """What to do."""
        return Phrase(f"cause.{self.key}.repair", dict(self.facts))


def find(reads: Sequence[Read]) -> list[LogFinding]:
    """Return what the log shows, what must be acted on first, each thing once."""
    parts = (
        _one_myid,
        _addresses,
        _owners,
        _strings,
        _causes,
        _alone,
        _sessions,
        _storm,
    )
    more = (_kept_sessions, _elections, _clocks)
    some = [read for read in reads if _matters(read)]
    found = [one for part in (*parts, *more) for one in part(some)]
    if any(one.key == "no-space" for one in found):  # else it is a choice
        found += _no_purge(reads)
    if any(one.key == "owner-lives" for one in found):  # which says more
        found = [one for one in found if one.key != "ephemeral-taken"]
    first: dict[object, LogFinding] = {}
    for one in found:
        first.setdefault((one.key, repr(one.facts), one.who), one)
    return sorted(first.values(), key=lambda one: not one.act)


def _matters(read: Read) -> bool:
    """Whether a line can be a part of anything; most lines of a log are none."""
    if read.verdict is not None or read.host:
        return True
    return read.known is not None and read.known.key in _LOOKED_AT


def name_of(read: Read) -> str:
    """Return who said a line: n1, a host's name, a client, or nobody."""
    if read.known is not None and read.known.key.startswith("cl."):
        return "cl"
    return read.host or (f"n{read.node}" if read.node else "")


def _of(
    key: str, read: Read, facts: Mapping[str, object], *, act: bool = True
) -> LogFinding:
    return LogFinding(key, tuple(facts.items()), name_of(read), read.line.number, act)


def _causes(reads: Sequence[Read]) -> Iterator[LogFinding]:
    """The exceptions' causes; each server is told each of them once."""
    seen = set()
    for read in reads:
        verdict = read.verdict
        if verdict is None or not verdict.how.key.startswith("cause."):
            continue
        key, who = verdict.how.key.removeprefix("cause."), name_of(read)
        if (key, who) not in seen:
            seen.add((key, who))
            yield _of(key, read, verdict.how.facts, act=verdict.kind == "act")


def _no_purge(reads: Sequence[Read]) -> Iterator[LogFinding]:
    """Servers that keep every snapshot and log for ever, by their own account."""
    seen = set()
    for read in reads:
        if name_of(read) not in seen and _NO_PURGE.search(read.line.message):
            seen.add(name_of(read))
            yield _of("no-purge", read, {})


def _strings(reads: Sequence[Read]) -> Iterator[LogFinding]:
    """Connect strings of clients that began, and cannot reach what they name."""
    for read in reads:
        if read.known is not None and read.known.key == "cl.begins":
            cause = cause_of(read.line)
            if cause is not None and cause.key == "chroot-each":
                yield _of(cause.key, read, cause.how.facts)


def _one_myid(reads: Sequence[Read]) -> Iterator[LogFinding]:
    hosts: dict[int, dict[str, Read]] = {}
    for read in reads:
        if read.host:
            hosts.setdefault(read.node, {}).setdefault(read.host, read)
    for sid, found in hosts.items():
        first = next(iter(found.values()))
        facts = (("hosts", ", ".join(sorted(found))), ("sid", sid))
        yield LogFinding("one-myid", facts, "", first.line.number)


def _addresses(reads: Sequence[Read]) -> Iterator[LogFinding]:
    seen = set()
    for read in reads:
        if read.node in seen:
            continue
        if read.known is None or read.known.key != "open":
            continue
        facts = read.known.facts
        if (found := _ADDRESS.search(facts["addr"])) and int(facts["sid"]) != read.node:
            any_ = found["ip"] in ("0.0.0.0", "::")
            key = "own-address" if any_ else "loopback-address"
            said = {"who": read.node or "?", "addr": found["ip"], "sid": facts["sid"]}
            seen.add(read.node)
            yield _of(key, read, said)


def _alone(reads: Sequence[Read]) -> Iterator[LogFinding]:
    """Servers that asked for votes to the end of their log, and heard nobody."""
    asked: dict[int, Read] = {}
    larger: dict[int, set[int]] = {}
    gone_on = set()
    for read in reads:
        key = read.known.key if read.known else ""
        if key in _ASKS:
            asked.setdefault(read.node, read)
        if key == "yields" and (pair := _PAIR.search(read.line.message)):
            larger.setdefault(read.node, set()).add(int(pair[1]))
        elif key in _SERVES or (key == "vote" and _heard_another(read)):
            gone_on.add(read.node)
    elected = {read.node for read in reads if read.known and read.known.key == "asks"}
    for node, read in asked.items():
        if node in gone_on or node not in elected or read.host or not node:
            continue
        if ids := larger.get(node):
            said = ", ".join(f"n{sid}" for sid in sorted(ids))
            yield _of("no-majority.smaller", read, {"who": node, "larger": said})
        else:
            yield _of("no-majority", read, {"who": node})


def _heard_another(read: Read) -> bool:
    return read.known is not None and int(read.known.facts["sid"]) != read.node


def _sessions(reads: Sequence[Read]) -> Iterator[LogFinding]:
    """Sessions that a client lost, with the timeout that was agreed on."""
    agreed: dict[str, str] = {}
    for read in reads:
        if read.known is None:
            continue
        facts = read.known.facts
        if read.known.key == "cl.session":
            agreed[facts["id"]] = f"{int(facts['ms']) / 1000:g}"
        elif read.known.key in _LOST:
            sid = facts.get("id", "?")
            one = agreed.get(sid) or (next(iter(agreed.values()), "?"))
            yield _of("session-lost", read, {"id": sid, "timeout": one})


def _kept_sessions(reads: Sequence[Read]) -> Iterator[LogFinding]:
    """Sessions that outlived their server: the client moved, and lost nothing."""
    broke: dict[str, Read] = {}
    had: set[str] = set()
    for read in reads:
        if read.known is None or not (sid := read.known.facts.get("id")):
            continue
        if read.known.key in _BROKE:
            broke.setdefault(sid, read)
        elif read.known.key == "cl.session":
            first = broke.pop(sid, None)
            if first is not None and sid in had:
                gap_ms = (read.line.at_ms or 0.0) - (first.line.at_ms or 0.0)
                facts = {"id": sid, "seconds": f"{gap_ms / 1000:.1f}"}
                facts |= {k: read.known.facts[k] for k in ("server",)}
                facts["timeout"] = f"{int(read.known.facts['ms']) / 1000:g}"
                yield _of("session-kept", first, facts, act=False)
            had.add(sid)


def _owners(reads: Sequence[Read]) -> Iterator[LogFinding]:
    """An ephemeral that one other session held for longer than a timeout."""
    held: dict[tuple[object, object], tuple[Read, Read]] = {}
    timeout_ms = 0.0
    for read in reads:
        if read.known is not None and read.known.key == "cl.session":
            timeout_ms = max(timeout_ms, float(read.known.facts["ms"]))
        if read.verdict is not None and read.verdict.how.key == "cause.ephemeral-taken":
            facts = read.verdict.how.facts
            pair = (facts["path"], facts["owner"])
            held[pair] = (held.get(pair, (read, read))[0], read)
    for (path, owner), (first, last) in held.items():
        span_ms = (last.line.at_ms or 0.0) - (first.line.at_ms or 0.0)
        if span_ms > timeout_ms > 0:
            said = {"path": path, "owner": owner, "seconds": f"{span_ms / 1000:.0f}"}
            said["timeout"] = f"{timeout_ms / 1000:g}"
            yield _of("owner-lives", first, said)


def _storm(reads: Sequence[Read]) -> Iterator[LogFinding]:
    dials = [read for read in reads if read.known and read.known.key == "cl.dials"]
    had = sum(
        read.known is not None and read.known.key == "cl.session" for read in reads
    )
    if len(dials) >= _DIALS_MIN and had * 5 < len(dials):
        yield _of("storm", dials[0], {"count": len(dials), "sessions": had})


def _elections(reads: Sequence[Read]) -> Iterator[LogFinding]:
    looked: dict[int, list[Read]] = {}
    for read in reads:
        if read.known and read.known.key == "looking" and not read.host:
            looked.setdefault(read.node, []).append(read)
    for node, times in looked.items():
        caused = [one for one in times if one.why and not one.why.key.endswith("start")]
        if len(caused) >= _ELECTIONS_MIN:
            said = {"who": node, "count": len(caused)}
            yield _of("elections", caused[0], said, act=False)


def _clocks(reads: Sequence[Read]) -> Iterator[LogFinding]:
    """A vote that was heard before its sender says that it sent it."""
    sent: dict[tuple[object, ...], float] = {}
    heard: dict[tuple[int, tuple[object, ...]], Read] = {}
    for read in reads:
        if read.known is None or read.known.key != "vote" or read.line.at_ms is None:
            continue
        facts = read.known.facts
        if facts["state"] != "LOOKING":  # who has decided repeats itself unlogged
            continue
        what: tuple[object, ...] = tuple(
            facts[k] for k in ("sid", "leader", "zxid", "round", "epoch")
        )
        if read.node == int(facts["sid"]):
            sent.setdefault(what, read.line.at_ms)
        else:
            heard.setdefault((read.node, what), read)
    worst: dict[tuple[int, int], tuple[float, Read]] = {}
    for (node, what), read in heard.items():
        early_ms = sent.get(what, 0.0) - (read.line.at_ms or 0.0)
        pair = (node, int(str(what[0])))
        if early_ms > max(_APART_MS, worst.get(pair, (0.0, read))[0]):
            worst[pair] = early_ms, read
    for (node, other), (early_ms, read) in worst.items():
        said = {"who": node, "other": other, "apart": f"{early_ms / 1000:.1f}"}
        yield _of("clocks-apart", read, said, act=False)
