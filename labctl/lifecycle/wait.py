"""Wait until something is so: `labctl wait`."""

import re
import time
from collections.abc import Callable, Sequence

from labctl.clients.background import running
from labctl.clients.sessions import sessions
from labctl.errors import NO_MATCH, TIMED_OUT, USAGE, LabError
from labctl.lab.lab import Lab
from labctl.lab.status import NodeView, verdict, verdict_phrase
from labctl.words.phrase import Phrase

Question = Callable[[Sequence[NodeView]], bool]
_POLL_S = 0.1

_QUESTIONS: dict[str, Question] = {
    "quorum": lambda views: verdict(views).quorum,
    "leader": lambda views: verdict(views).leader != 0,
    "no-leader": lambda views: verdict(views).leader == 0,
    "no-quorum": lambda views: not verdict(views).quorum,
    "synced": lambda views: (
        verdict(views).quorum
        and all(view.answer is not None and view.answer.serving for view in views)
    ),
    "down": lambda views: not any(view.up for view in views),
}


def wait(lab: Lab, condition: str, timeout_s: float) -> None:
    """Return as soon as the condition holds; raise (exit 6) when time is up."""
    question = _question(condition, lab)
    end = time.monotonic() + timeout_s
    while True:
        views = lab.look()
        if question(views):
            lab.screen.say(Phrase("wait.yes", {"condition": condition}))
            return
        if time.monotonic() > end:
            down = [view.node.sid for view in views if not view.up]
            facts: dict[str, object] = {
                "condition": condition,
                "limit": f"{timeout_s:g}",
                "now": verdict_phrase(verdict(views), down),
            }
            raise LabError(Phrase("wait.no", facts), None, TIMED_OUT)
        time.sleep(_POLL_S)


def _question(condition: str, lab: Lab) -> Question:
    if condition in _QUESTIONS:
        return _QUESTIONS[condition]
    if condition == "sent":  # every `do --async` has put its request on the socket
        return lambda _views: all(
            helper.sent for helper in running(lab.folder) if helper.what == "async"
        )
    if condition == "no-sessions":  # closed, or expired
        return lambda _views: not sessions(lab)
    state = re.fullmatch(r"n?(\d+)=([A-Za-z]+)", condition)
    if state is None:
        facts = {"condition": condition}
        raise LabError(Phrase("wait.unknown", facts), Phrase("wait.hint"), USAGE)
    sid, wanted = int(state[1]), state[2].upper()
    if sid not in lab.topology.sids:
        missing: dict[str, object] = {"term": state[1], "nodes": lab.topology.sids}
        raise LabError(
            Phrase("target.unknown-id", missing), Phrase("target.hint"), NO_MATCH
        )
    return lambda views: any(
        view.node.sid == sid and view.state == wanted for view in views
    )
