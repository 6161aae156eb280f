"""`labctl down`: end the lab and delete it with its data; calling it twice is safe."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from labctl.clients.background import end_all as end_helpers
from labctl.lab.belongings import find
from labctl.lab.home import lab_folder
from labctl.lab.lab import Lab, make_runtime
from labctl.lab.lock import locked
from labctl.lab.runs import keep, run_id
from labctl.lab.runtime.base import DOWN
from labctl.lab.topology import Node, Topology, load
from labctl.lifecycle.consent import consents
from labctl.lifecycle.prune import clear, say_all, tidy
from labctl.lifecycle.up import end_all
from labctl.screen.screen import Screen
from labctl.story.lab_events import NodeEnded
from labctl.words.phrase import Phrase


def down(name: str, screen: Screen, *, sure: bool) -> None:
    """End every node and remove what the lab made; ask a person first.

    What a lab has although its folder is gone is ended, too.
    """
    folder = lab_folder(name)
    with locked(folder, "down") as lock:
        topology = load(folder)
        gone = topology is None or _gone(topology, folder, screen, sure=sure)
        if gone:
            lock.path.unlink()
    if topology is None:
        _without_folder(name, screen, sure=sure)
    elif gone:
        _superseded(folder, screen)
    tidy()


def _without_folder(name: str, screen: Screen, *, sure: bool) -> None:
    """End what bears the lab's name and has lost its folder."""
    found = find(name)
    things = found.left_over(name)
    if not things:
        screen.say(Phrase("down.nothing", {"lab": name}))
        return
    say_all(things, screen)
    question = Phrase("prune.sure", {"n": len(things)})
    if consents(screen, "down", question, sure=sure):
        clear(things, screen)
    else:
        screen.say(Phrase("down.kept", {"lab": name}))


def _superseded(folder: Path, screen: Screen) -> None:
    """End processes that ran in this folder before another was recorded there."""
    found = find(folder.name, engine=False)
    things = [thing for thing in found.left_over() if thing.folder == str(folder)]
    if things:
        say_all(things, screen)
        clear(things, screen)


def _gone(topology: Topology, folder: Path, screen: Screen, *, sure: bool) -> bool:
    name = topology.lab
    question = Phrase("down.sure", {"lab": name})
    if not consents(screen, "down", question, sure=sure):
        screen.say(Phrase("down.kept", {"lab": name}))
        return False
    lab = Lab(topology, make_runtime(topology, folder), folder, screen)
    lab.ending.touch()
    try:
        running, removed, record = _end(lab)
    except BaseException:
        lab.ending.unlink(missing_ok=True)  # the lab still stands
        raise
    facts = {"lab": name, "nodes": tuple(running), "what": ", ".join(removed)}
    screen.say(Phrase("down.done", facts))
    if record is not None:
        screen.say(Phrase("down.run", {"id": run_id(record), "path": record}))
    _say_what_stays(topology.nodes, screen)
    return True


def _end(lab: Lab) -> tuple[list[int], list[str], Path | None]:
    """End every node; return which ran, what was removed, and the recording."""
    end_helpers(lab.folder)
    running = [
        sid for sid in lab.topology.sids if lab.runtime.run(sid).condition != DOWN
    ]
    lab.given("down", (), running)
    for sid in running:
        lab.did(NodeEnded(sid, "killed"))
    end_all(lab, running)
    record = keep(lab)
    removed = lab.runtime.remove()
    shutil.rmtree(lab.folder, ignore_errors=True)
    return running, removed, record


def _say_what_stays(nodes: Sequence[Node], screen: Screen) -> None:
    for node in nodes:
        if not node.owns_data:
            screen.say(Phrase("down.stays", {"folder": node.data_dir}))
