"""What the looking verbs print."""

import time

from labctl.cli.reports.tables import status_table
from labctl.clients.background import running
from labctl.faults.active import faults
from labctl.faults.matrix import document as fault_document
from labctl.faults.matrix import say_faults
from labctl.lab.lab import Lab
from labctl.lab.selectors import select
from labctl.lab.status import candidates, document, verdict, verdict_phrase
from labctl.words.phrase import Phrase

_POLL_S = 0.05


def status_report(lab: Lab) -> None:
    """The verdict, then one row per node; or one JSON document."""
    views = lab.look()
    standing = faults(lab)
    if lab.screen.quiet:
        listed = [fault_document(fault) for fault in standing]
        lab.screen.document({**document(lab.topology, views), "faults": listed})
        return
    down = [view.node.sid for view in views if not view.up]
    lab.screen.say(verdict_phrase(verdict(views), down))
    lab.screen.show(status_table(views, lab.screen, standing))
    if full := lab.full_disk(views):
        lab.screen.say(full)
    on = tuple(v.node.sid for v in views if v.answer and v.answer.stepping)
    if on:
        hands: dict[str, object] = {"nodes": on, "lab": lab.suffix}
        lab.screen.say(Phrase("step.status", hands))
    lab.screen.say(Phrase("connect", {"string": lab.topology.connection}))
    for helper in running(lab.folder):
        facts = {"what": helper.what, "pid": helper.pid, "detail": helper.detail}
        lab.screen.say(Phrase("data.clients", facts))
    if standing:
        say_faults(lab, standing)


def show_logs(lab: Lab, targets: list[str], *, last: int, follow: bool) -> None:
    """Print the ends of the logs; then, if asked, what comes, across restarts."""
    chosen = select(targets, candidates(lab.look()))
    tails = {}
    for sid in chosen:
        lines, tails[sid] = lab.runtime.log(sid, last=last)
        for line in lines:
            lab.screen.raw(f"n{sid} | {line}")
    lab.screen.pipe.flush()
    while follow and not lab.screen.gone:
        for sid, tail in tails.items():
            for line in tail.read():
                lab.screen.raw(f"n{sid} | {line}")
        lab.screen.pipe.flush()
        time.sleep(_POLL_S)
    for tail in tails.values():
        tail.close()
