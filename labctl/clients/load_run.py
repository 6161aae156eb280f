"""A load in front of the prompt, or behind it, and what it comes to."""

import math
import subprocess
import sys
import time

from labctl.clients.background import running
from labctl.clients.load import LoadPlan, LoadSummary, load
from labctl.errors import TIMED_OUT, LabError
from labctl.lab.lab import Lab
from labctl.words.phrase import Phrase

_START_S = 10.0
_FOREVER_S = 86_400


def in_foreground(lab: Lab, plan: LoadPlan) -> None:
    """Give the load until its time is up or Ctrl-C, and sum up."""
    seen = load(lab, plan)
    if lab.screen.quiet:
        lab.screen.document({"v": 1, **seen._asdict()})
        return
    for phrase in sentences(seen, lab.suffix):
        lab.screen.say(phrase)


def sentences(seen: LoadSummary, suffix: str) -> list[Phrase]:
    """Return the summary in sentences."""
    by_node = " · ".join(f"n{sid} {count}" for sid, count in seen.by_node.items())
    facts: dict[str, object] = {
        **seen._asdict(),
        "seconds": f"{seen.seconds:.1f}",
        "rate": f"{seen.writes / max(seen.seconds, 0.001):.1f}",
        "gap": f"{seen.gap_s:.2f}",
        "by_node": by_node,
        "lab": suffix,
    }
    keys = ["data.load.done", "data.load.gap", "data.load.nodes", "data.load.next"]
    if seen.unknown:
        keys.insert(1, "data.load.unknown")
    return [Phrase(key, facts) for key in keys]


def in_background(lab: Lab, plan: LoadPlan) -> None:
    """Start the same command in a session of its own, and say how to end it."""
    limit = _FOREVER_S if math.isinf(plan.seconds) else plan.seconds
    before = {helper.path for helper in running(lab.folder)}
    log = lab.folder / "load.log"
    words = ["load", "--clients", str(plan.clients), "--rate", f"{plan.rate:g}"]
    words += ["--mix", f"r{plan.reads}w{100 - plan.reads}", "--seed", str(plan.seed)]
    words += ["--for", f"{limit:g}s", "--lab", lab.topology.lab]
    with log.open("wb") as out:
        child = subprocess.Popen(  # noqa: S603  (our own interpreter)
            [sys.executable, "-m", "labctl", *words, "--lang", lab.screen.lang],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    end = time.monotonic() + _START_S
    while time.monotonic() < end and child.poll() is None:
        if any(h.path not in before for h in running(lab.folder)):
            facts = {"pid": child.pid, "log": log, "lab": lab.suffix}
            lab.screen.say(Phrase("data.load.behind", facts))
            lab.screen.say(Phrase("data.load.behind.end", facts))
            return
        time.sleep(0.05)
    raise LabError(Phrase("data.load.failed", {"log": log}), None, TIMED_OUT)
