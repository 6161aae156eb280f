"""`labctl up`: plan, probe, write, start in order, verify; undo it all on failure."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

from labctl import topology as spec
from labctl.adopt import adopt
from labctl.bring import bring
from labctl.errors import CONFLICT, ENVIRONMENT, TIMED_OUT, USAGE, LabError
from labctl.home import home, lab_folder
from labctl.lab import Lab, make_runtime
from labctl.lent import lent
from labctl.lock import locked
from labctl.ports import holder, taken
from labctl.recording.happened import LabOpened
from labctl.render import INIT_LIMIT, SYNC_LIMIT, TICK_MS
from labctl.runtime.base import DOWN
from labctl.screen.screen import Screen
from labctl.session import Session
from labctl.topology import MANY, Topology, Wish
from labctl.view import View, verdict
from labctl.words.phrase import Phrase

_KILL_S = 5.0


def up(here: Session, wish: Wish, *, together: bool) -> tuple[Lab, list[View]]:
    """Bring the lab up, or what is missing of it; return what then stands."""
    folder = lab_folder(here.lab)
    with locked(folder, "up"):
        existing = spec.load(folder)
        if existing is not None:
            lab = Lab(existing, make_runtime(existing, folder), folder, here.screen)
            return lab, _converge(lab, wish, together=together)
        _check_size(wish, here)
        lab = _new_lab(here.lab, wish, folder, here.screen)
        _say_plan(lab, together=together)
        warn_of_lent_ports(lab.topology, here.screen)
        _probe(lab.topology, list(lab.topology.sids))
        return lab, _bring_up(lab, fresh=True, together=together)


def _check_size(wish: Wish, here: Session) -> None:
    """Ask before so many nodes that one machine may suffer."""
    if wish.nodes == 1:
        raise LabError(Phrase("up.few"), Phrase("up.few.hint"), USAGE)
    count = (wish.nodes or 3) + (wish.observers or 0)
    if count <= MANY or here.yes:
        return
    facts = {"n": count}
    if here.screen.quiet or not here.screen.asks(Phrase("up.many.sure", facts)):
        raise LabError(Phrase("up.many", facts), Phrase("up.many.hint"), USAGE)


def _converge(lab: Lab, wish: Wish, *, together: bool) -> list[View]:
    """Start what is down; a different wish is a conflict that is shown."""
    existing, screen = lab.topology, lab.screen
    if changes := spec.differences(wish, existing):
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


def _new_lab(name: str, wish: Wish, folder: Path, screen: Screen) -> Lab:
    if wish.config is not None:
        if wish.runtime == "docker":
            raise LabError(Phrase("config.docker"), Phrase("config.docker.hint"), USAGE)
        topology = adopt(wish, name, folder)
    else:
        topology = spec.plan(wish, name, _runtime(wish, screen), folder)
    spec.check_ports(topology)
    return Lab(topology, make_runtime(topology, folder), folder, screen)


def _runtime(wish: Wish, screen: Screen) -> str:
    """Choose where to run: what was asked for, else Docker if it can, else here."""
    if wish.runtime == "process":
        return "process"
    from labctl.runtime import engine  # the docker SDK: 270 ms

    try:
        with contextlib.closing(engine.connect()) as client:
            for step in engine.ready(client):
                screen.say(step)
    except LabError as error:
        if wish.runtime == "docker":
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
    if not topology.files:
        screen.say(Phrase("plan.timing", facts))
    if len(topology.voters) % 2 == 0:
        screen.say(Phrase("plan.even", {"n": len(topology.voters)}))


def warn_of_lent_ports(topology: Topology, screen: Screen) -> None:
    """Say it if a port may be gone between our look at it and its node's."""
    kernel = lent()
    if kernel is not None and (risky := kernel.of(topology.ports)):
        screen.say(Phrase("plan.lent", kernel.facts(risky)))


def _span(ports: list[int]) -> str:
    if ports == list(range(ports[0], ports[0] + len(ports))) and len(ports) > 1:
        return f"{ports[0]}-{ports[-1]}"
    return ", ".join(map(str, ports))


def _bring_up(lab: Lab, *, fresh: bool, together: bool) -> list[View]:
    """Create and start; whatever fails, or Ctrl-C, undoes what was begun."""
    missing = [
        sid for sid in lab.topology.sids if lab.runtime.run(sid).condition == DOWN
    ]
    try:
        if fresh:
            spec.save(lab.topology, lab.folder)
            lab.recorder.record(
                LabOpened(
                    lab.topology.voters, lab.topology.observers, lab.topology.runtime
                )
            )
        lab.given("up", (), missing)
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
