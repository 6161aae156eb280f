"""What to do about a WARN or ERROR: nothing, something, or what it depends on.

A verdict needs more than its line.  A peer that could not be reached and is heard
a second later was only slow to start; a disk that was slow once had a hiccup.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from labctl.logs.causes import cause_of
from labctl.logs.layout import clock
from labctl.logs.leader_loss import loss
from labctl.logs.merge import Spoken
from labctl.logs.templates import Known
from labctl.words.log_expected import EXPECTED
from labctl.words.log_verdicts import ACT, DEPENDS
from labctl.words.phrase import Phrase

KINDS = ("expected", "act", "depends")
_HEARD = ("vote", "joins", "plan")  # a line that shows: that peer lives
_REACHED = ("connected", "diff", "snap", "trunc", "newleader")
_OFTEN = 3  # times: from then on it is no single hiccup
_PEER = ("open", "broken")
_HICCUPS = ("fsync", "snap.busy", "jvm.pause", "sync.slow", "nio.accept")
_LATER = ("lost", "retry", "no-leader", "handler")  # judged by what follows them
_CLIENTS = (  # causes that other programs' lines name, too
    *("client-", "session-over", "length.answer", "xid-order", "chroot-"),
    "ephemeral-taken",
)
_FIRST = "0x1"  # what a learner expects that has heard no proposal yet

Who = tuple[int, str]  # id and host, as in Spoken.who


class LogVerdict(NamedTuple):
    """Which of the three it is, and why or how."""

    kind: str
    how: Phrase

    def phrase(self) -> Phrase:
        """The whole of it as one phrase."""
        return Phrase(f"read.kind.{self.kind}", {"how": self.how})


class LogJudge:
    """Knows the whole log, so that a line can be judged by what came after it."""

    def __init__(self, lines: Sequence[tuple[Spoken, Known | None]]) -> None:
        """Note who was heard where, and how often what happened."""
        self.heard: dict[tuple[Who, int], list[tuple[int, str]]] = {}
        self.looked: dict[Who, list[tuple[int, str]]] = {}  # for a leader
        self.reached: dict[Who, list[tuple[int, bool]]] = {}  # or: looked again
        self.times: Counter[tuple[Who, str]] = Counter()
        for at, (spoken, known) in enumerate(lines):
            if known is None:
                continue
            if known.key in _HICCUPS:
                self.times[spoken.who, known.key] += 1
            elif known.key in _HEARD:
                pair = (spoken.who, int(known.facts["sid"]))
                self.heard.setdefault(pair, []).append((at, clock(spoken.line.at_ms)))
            elif known.key in _REACHED:
                self.reached.setdefault(spoken.who, []).append((at, True))
            elif known.key == "looking":
                self.reached.setdefault(spoken.who, []).append((at, False))
                found = (at, clock(spoken.line.at_ms))
                self.looked.setdefault(spoken.who, []).append(found)

    def judge(self, at: int, spoken: Spoken, known: Known | None) -> LogVerdict | None:
        """Return the verdict on the line at this place; None if it needs none."""
        serious = spoken.line.level in ("WARN", "ERROR", "FATAL")
        bare = not spoken.line.placed  # of no known layout, so of no known level
        if not serious and (known is None or not (bare or known.key in _PEER)):
            return None
        cause = cause_of(spoken.line) if serious or (known and bare) else None
        if cause and known is None and not cause.key.startswith(_CLIENTS):
            cause = None  # another program's line: the words mean something else there
        found = LogVerdict(cause.kind, cause.how) if cause else None
        if known is None:
            return found or LogVerdict("depends", Phrase("read.look"))
        if known.key in _PEER:  # the article's lines have no level
            peer = self._peer(at, spoken, known)
            return found if found and peer.kind == "act" else peer
        if known.key in _LATER:
            found = None
        if found is None and bare and known.key in ACT:
            return LogVerdict("act", Phrase(f"act.{known.key}"))
        return found or (self._known(at, spoken, known) if serious else None)

    def _known(self, at: int, spoken: Spoken, known: Known) -> LogVerdict:
        key, node = known.key, spoken.who
        if key == "first-proposal" and known.facts["want"] != _FIRST:
            return LogVerdict("act", Phrase("act.order"))
        if key == "retry" and not self._reached(at, node):
            return LogVerdict("depends", Phrase("depends.retry"))
        if key == "lost":
            return LogVerdict(
                "depends", Phrase(f"depends.lost.{loss(spoken.line, key)}")
            )
        count = self.times[node, key]
        if key in _HICCUPS and count >= _OFTEN:
            how = Phrase(f"depends.{key}")
            return LogVerdict("act", Phrase("read.often", {"count": count, "how": how}))
        if key in EXPECTED:
            return LogVerdict("expected", Phrase(f"expected.{key}"))
        if key in ACT:
            return LogVerdict("act", Phrase(f"act.{key}"))
        if key in DEPENDS:
            return LogVerdict("depends", Phrase(f"depends.{key}"))
        return LogVerdict("depends", Phrase("read.look"))

    def _peer(self, at: int, spoken: Spoken, known: Known) -> LogVerdict:
        """A peer that did not answer, or left: is it heard later?"""
        sid = int(known.facts["sid"])
        times = self.heard.get((spoken.who, sid), [])
        place = bisect_right(times, (at, "\U0010ffff"))
        facts: dict[str, object] = {"sid": sid}
        own = [seen for seen in self.looked.get((sid, ""), ()) if seen[0] > at]
        if place == len(times) and own:  # its own log is here, too
            facts["when"] = own[0][1] or f"+{own[0][0] - at}"
            return LogVerdict("expected", Phrase("read.open.itself", facts))
        if place == len(times):
            if known.key == "broken":
                return LogVerdict("depends", Phrase("depends.broken", facts))
            return LogVerdict("act", Phrase("read.open.never", facts))
        later, when = times[place]
        facts["when"] = when or f"+{later - at}"
        back = known.key == "broken" or place
        key = "read.open.again" if back else "read.open.later"
        return LogVerdict("expected", Phrase(key, facts))

    def _reached(self, at: int, node: Who) -> bool:
        """Whether the leader was reached before the next election began."""
        times = self.reached.get(node, [])
        place = bisect_right(times, (at, True))
        return place < len(times) and times[place][1]
