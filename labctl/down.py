"""`labctl down`: end the lab and delete it, data and all; twice is as good."""

import shutil
from pathlib import Path

from labctl.home import home, lab_folder
from labctl.lab import Lab, make_runtime
from labctl.lock import locked
from labctl.runtime.base import DOWN
from labctl.screen.screen import Screen
from labctl.topology import load
from labctl.up import end_all
from labctl.words.phrase import Phrase


def down(name: str, screen: Screen, *, sure: bool) -> None:
    """End every node and remove what the lab made; ask a person first."""
    folder = lab_folder(name)
    with locked(folder, "down"):
        topology = load(folder)
        if topology is None:
            screen.say(Phrase("down.nothing", {"lab": name}))
            return
        question = Phrase("down.sure", {"lab": name})
        if not sure and screen.person and not screen.asks(question):
            screen.say(Phrase("down.kept", {"lab": name}))
            return
        lab = Lab(topology, make_runtime(topology, folder), folder, screen)
        running = [
            sid for sid in topology.sids if lab.runtime.run(sid).condition != DOWN
        ]
        end_all(lab, running)
        removed = lab.runtime.remove()
        shutil.rmtree(folder, ignore_errors=True)
        facts = {"lab": name, "nodes": tuple(running), "what": ", ".join(removed)}
        screen.say(Phrase("down.done", facts))
        _say_what_stays(topology.nodes, screen)
    (folder.parent / f".{folder.name}.lock").unlink(missing_ok=True)
    _tidy(folder.parent, home())


def _say_what_stays(nodes: tuple[object, ...], screen: Screen) -> None:
    for node in nodes:
        if not getattr(node, "owns_data", True):
            facts = {"folder": getattr(node, "data_dir", "")}
            screen.say(Phrase("down.stays", facts))


def _tidy(*folders: Path) -> None:
    for folder in folders:
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
