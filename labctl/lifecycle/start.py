"""Start nodes in order, each when the ensemble is ready for it.

The order is event-driven: the next voter starts when the one before it looks
for a leader; once a majority runs, when everybody who runs serves.  That is why
the first majority's highest id leads, as in the article: n2 of three.
"""

from collections.abc import Sequence

from labctl.errors import ASKED_FALSE, TIMED_OUT, LabError
from labctl.faults.active import blocked_links
from labctl.faults.stepping import stepping
from labctl.lab.follower import Follower
from labctl.lab.lab import Lab
from labctl.story.settled import looking, settled
from labctl.words.phrase import Phrase

STEP_LIMIT_S = 40.0  # initLimit is 20 s; a busy machine may need two tries


def bring(lab: Lab, watch: Follower, sids: Sequence[int], *, together: bool) -> None:
    """Start these nodes and narrate until all of them serve."""
    voters = [sid for sid in sids if sid in lab.topology.voters]
    observers = [sid for sid in sids if sid not in lab.topology.voters]
    order = [*voters, *observers]
    if together:
        for sid in order:
            _start(lab, watch, sid)
        _await(lab, watch, order)
        return
    for sid in order:
        _start(lab, watch, sid)
        _await(lab, watch, [sid])


def _start(lab: Lab, watch: Follower, sid: int) -> None:
    lab.runtime.start(sid)
    watch.starts(sid)


def _await(lab: Lab, watch: Follower, sids: Sequence[int]) -> None:
    """Wait until these nodes did what they can with those that run."""
    links = blocked_links(lab)
    by_hand = stepping(lab)  # in step mode nothing settles by itself
    if not watch.until(
        lambda world: (
            (
                all(looking(world, sid) for sid in sids)
                and (by_hand or settled(world, links))
            )
            or any(sid not in watch.expected for sid in sids)
        ),
        STEP_LIMIT_S,
    ):
        facts = {"nodes": tuple(sids), "limit": int(STEP_LIMIT_S)}
        hint = Phrase("start.slow.hint", {"lab": lab.suffix})
        raise LabError(Phrase("start.slow", facts), hint, TIMED_OUT)
    for sid in sids:
        if sid not in watch.expected:
            run = lab.runtime.run(sid)
            facts = {
                "sid": sid,
                "code": "?" if run.exit_code is None else run.exit_code,
                "why": lab.runtime.last_words(sid),
            }
            raise LabError(Phrase("start.died", facts), None, ASKED_FALSE)
