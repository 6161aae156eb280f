"""`labctl up`: plan, probe, write, start in order, verify; undo it all on failure."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

from labctl.errors import CONFLICT, ENVIRONMENT, TIMED_OUT, USAGE, LabError
from labctl.lab import topology as plans
from labctl.lab.adopt import adopt, matches
from labctl.lab.config_files import INIT_LIMIT, SYNC_LIMIT, TICK_MS
from labctl.lab.ephemeral_ports import ephemeral
from labctl.lab.home import home, lab_folder
from labctl.lab.lab import Lab, make_runtime
from labctl.lab.lock import locked
from labctl.lab.ports import holder, taken
from labctl.lab.runtime.base import DOWN
from labctl.lab.status import NodeView, verdict
from labctl.lab.topology import MANY, LabSpec, Topology
from labctl.lifecycle.start import bring
from labctl.screen.line import BRIEF
from labctl.screen.screen import Screen
from labctl.story.lab_events import LabOpened
from labctl.words.phrase import Phrase

_KILL_S = 5.0


def up(
    name: str, spec: LabSpec, screen: Screen, *, together: bool, sure: bool
) -> tuple[Lab, list[NodeView]]:
    """Bring the lab up, or what is missing of it; return what then stands.

    `sure` answers the question that more than a dozen nodes raise.
    """
    folder = lab_folder(name)
    with locked(folder, "up"):
        existing = plans.load(folder)
        if existing is not None:
            lab = Lab(existing, make_runtime(existing, folder), folder, screen)
            lab.ending.unlink(missing_ok=True)  # of a `down` that was killed
            return lab, _converge(lab, spec, together=together)
        _check_size(spec, screen, sure=sure)
        lab = _new_lab(name, spec, folder, screen)
        _say_plan(lab, together=together)
        warn_of_ephemeral_ports(lab.topology, screen)
        _probe(lab.topology, list(lab.topology.sids))
        return lab, _bring_up(lab, fresh=True, together=together)


def _check_size(spec: LabSpec, screen: Screen, *, sure: bool) -> None:
    """Ask before so many nodes that one machine may suffer."""
    if spec.nodes == 1:
        raise LabError(Phrase("up.few"), Phrase("up.few.hint"), USAGE)
    count = (spec.nodes or 3) + (spec.observers or 0)
    if count <= MANY or sure:
        return
    facts = {"n": count}
    if screen.quiet or not screen.asks(Phrase("up.many.sure", facts)):
        raise LabError(Phrase("up.many", facts), Phrase("up.many.hint"), USAGE)


def _converge(lab: Lab, spec: LabSpec, *, together: bool) -> list[NodeView]:
    """Start what is down; a different lab spec is a conflict that is shown."""
    existing, screen = lab.topology, lab.screen
    if changes := plans.differences(spec, existing):
        for change in changes:
            screen.say(change)
        facts = {"lab": existing.lab}
        raise LabError(
            Phrase("up.conflict", facts), Phrase("up.conflict.hint", facts), CONFLICT
        )
    down = [sid for sid in existing.sids if lab.runtime.run(sid).condition == DOWN]
    if not down:
        screen.say(Phrase("up.already", {"lab": existing.lab}))
        return lab.conclude()
    screen.say(Phrase("up.missing", {"lab": existing.lab, "nodes": tuple(down)}))
    _probe(existing, down)
    return _bring_up(lab, fresh=False, together=together)


def _new_lab(name: str, spec: LabSpec, folder: Path, screen: Screen) -> Lab:
    if spec.config is not None:
        if spec.runtime == "docker":
            raise LabError(Phrase("config.docker"), Phrase("config.docker.hint"), USAGE)
        from labctl.doctor.report import refuse_faults  # YAML: no other lab needs it

        refuse_faults(screen, matches(spec.config))
        topology = adopt(spec, name, folder)
    else:
        topology = plans.plan(spec, name, _runtime(spec, screen), folder)
    plans.check_ports(topology)
    return Lab(topology, make_runtime(topology, folder), folder, screen)


def _runtime(spec: LabSpec, screen: Screen) -> str:
    """Choose where to run: what was asked for, else Docker if it can, else here."""
    if spec.runtime == "process":
        return "process"
    from labctl.lab.runtime import engine  # the docker SDK: 270 ms

    try:
        with contextlib.closing(engine.connect()) as client:
            for step in engine.ready(client):
                screen.say(step)
    except LabError as error:
        if spec.runtime == "docker":
            raise
        screen.say(Phrase("up.processes", {"why": error.message}))
        return "process"
    return "docker"


def _probe(topology: Topology, sids: list[int]) -> None:
    """Find every taken port before anything starts."""
    for sid in sids:
        for port in topology.node(sid).listens(topology.runtime):
            if taken(port):
                who = holder(port)
                facts = {
                    "port": port,
                    "sid": sid,
                    "who": Phrase("port.holder", {"who": who})
                    if who
                    else Phrase("nothing"),
                }
                raise LabError(
                    Phrase("port.taken", facts), Phrase("port.taken.hint"), ENVIRONMENT
                )


def _say_plan(lab: Lab, *, together: bool) -> None:
    topology, screen = lab.topology, lab.screen
    clients = [node.client for node in topology.nodes]
    facts: dict[str, object] = {
        "voters": len(topology.voters),
        "observers": len(topology.observers),
        "runtime": Phrase(f"runtime.{topology.runtime}"),
        "order": ", ".join(map(str, [*topology.voters, *topology.observers])),
        "clients": _span(clients),
        "admins": _span([node.admin for node in topology.nodes]),
        "tick": TICK_MS,
        "init": INIT_LIMIT,
        "sync": SYNC_LIMIT,
        "folder": lab.folder,
    }
    how = "plan.together" if together else "plan.order"
    extra = Phrase("plan.observers", facts) if topology.observers else Phrase("nothing")
    screen.say(Phrase("plan", {**facts, "how": Phrase(how, facts), "extra": extra}))
    for node in topology.nodes if topology.files else ():
        facts = {
            "sid": node.sid,
            "file": os.path.relpath(topology.files[node.sid]),
            "data": node.data_dir,
        }
        key = "plan.mapped" if node.owns_data else "plan.kept"
        screen.say(Phrase(key, facts))
    if not topology.files and screen.level != BRIEF:
        screen.say(Phrase("plan.timing", facts))
    if len(topology.voters) % 2 == 0:
        screen.say(Phrase("plan.even", {"n": len(topology.voters)}))


def warn_of_ephemeral_ports(topology: Topology, screen: Screen) -> None:
    """Warn if the system may give one of these ports to an outgoing connection."""
    kernel = ephemeral()
    if kernel is not None and (risky := kernel.of(topology.ports)):
        screen.say(Phrase("plan.ephemeral", kernel.facts(risky)))


def _span(ports: list[int]) -> str:
    if ports == list(range(ports[0], ports[0] + len(ports))) and len(ports) > 1:
        return f"{ports[0]}-{ports[-1]}"
    return ", ".join(map(str, ports))


def _bring_up(lab: Lab, *, fresh: bool, together: bool) -> list[NodeView]:
    """Create and start; whatever fails, or Ctrl-C, undoes what was begun."""
    missing = [
        sid for sid in lab.topology.sids if lab.runtime.run(sid).condition == DOWN
    ]
    try:
        if fresh:
            plans.save(lab.topology, lab.folder)
            lab.recorder.record(
                LabOpened(
                    lab.topology.voters, lab.topology.observers, lab.topology.runtime
                )
            )
        lab.given("up", ("--together",) if together else (), missing)
        for step in lab.runtime.create():
            lab.screen.say(step)
        with lab.watching() as watch:
            bring(lab, watch, missing, together=together)
        judged = verdict(views := lab.look())
        if not judged.quorum:
            facts = {"have": len(judged.serving), "need": judged.need}
            hint = Phrase("up.no-quorum.hint")
            raise LabError(Phrase("up.no-quorum", facts), hint, TIMED_OUT)
    except BaseException:
        _roll_back(lab, missing, fresh=fresh)
        raise
    lab.screen.say(Phrase("connect", {"string": lab.topology.connection}))
    lab.conclude()
    return views


def _roll_back(lab: Lab, begun: list[int], *, fresh: bool) -> None:
    """Stop what we started; keep the logs; remove a lab that never stood."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C changes nothing
    stamp = time.strftime("%Y%m%d-%H%M%S")
    evidence = home() / "failed" / f"{lab.topology.lab}-{stamp}"
    end_all(lab, begun)
    lab.runtime.save_logs(evidence)
    if fresh:
        lab.runtime.remove()
        shutil.rmtree(lab.folder, ignore_errors=True)
    lab.screen.say(Phrase("up.rolled-back", {"folder": evidence}))


def end_all(lab: Lab, sids: list[int]) -> None:
    """Kill these nodes and wait until they are gone."""
    for sid in sids:
        lab.runtime.kill(sid)
    end = time.monotonic() + _KILL_S
    while time.monotonic() < end:
        if all(lab.runtime.run(sid).condition == DOWN for sid in sids):
            return
        time.sleep(0.02)
