"""Start nodes in order, each when the ensemble is ready for it.

The order is event-driven: the next voter starts when the one before it looks
for a leader; once a majority runs, when everybody who runs serves.  That is why
the first majority's highest id leads, as in the article: n2 of three.
"""

from collections.abc import Sequence

from labctl.errors import ASKED_FALSE, TIMED_OUT, LabError
from labctl.faults.hand import stepping
from labctl.faults.ledger import Ledger
from labctl.faults.register import blocked, rows
from labctl.lab import Lab
from labctl.narrator.settle import FREE, looking, settled
from labctl.watch import Watch
from labctl.words.phrase import Phrase

STEP_LIMIT_S = 40.0  # initLimit is 20 s; a busy machine may need two tries


def bring(lab: Lab, watch: Watch, sids: Sequence[int], *, together: bool) -> None:
    """Start these nodes and tell what happens until all of them serve."""
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


def _start(lab: Lab, watch: Watch, sid: int) -> None:
    lab.runtime.start(sid)
    watch.starts(sid)


def _await(lab: Lab, watch: Watch, sids: Sequence[int]) -> None:
    """Wait until these nodes did what they can with those that run."""
    barred = blocked(rows(lab)) if Ledger(lab.folder).standing() else FREE
    by_hand = stepping(lab)  # then nothing settles by itself
    if not watch.until(
        lambda world: (
            (
                all(looking(world, sid) for sid in sids)
                and (by_hand or settled(world, barred))
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
