"""`labctl down`: end the lab and delete it with its data; calling it twice is safe."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from labctl.clients.background import end_all as end_helpers
from labctl.lab.home import home, lab_folder
from labctl.lab.lab import Lab, make_runtime
from labctl.lab.lock import locked
from labctl.lab.runs import keep, run_id
from labctl.lab.runtime.base import DOWN
from labctl.lab.topology import Node, load
from labctl.lifecycle.up import end_all
from labctl.screen.screen import Screen
from labctl.story.lab_events import NodeEnded
from labctl.words.phrase import Phrase


def down(name: str, screen: Screen, *, sure: bool) -> None:
    """End every node and remove what the lab made; ask a person first."""
    folder = lab_folder(name)
    with locked(folder, "down") as lock:
        if _gone(name, folder, screen, sure=sure):
            lock.path.unlink()
    _tidy(folder.parent, home())


def _gone(name: str, folder: Path, screen: Screen, *, sure: bool) -> bool:
    topology = load(folder)
    if topology is None:
        screen.say(Phrase("down.nothing", {"lab": name}))
        return True
    question = Phrase("down.sure", {"lab": name})
    if not sure and screen.person and not screen.asks(question):
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


def _tidy(*folders: Path) -> None:
    for folder in folders:
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
