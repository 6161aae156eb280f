"""What `labctl ls` prints: the labs, and what is on this machine of no lab of ours."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from labctl.lab.belongings import LEFT_OVER, Found, find, of_home, whose
from labctl.lab.home import lab_folder, lab_names
from labctl.lab.lab import Lab, make_runtime
from labctl.lab.runtime.base import Belonging
from labctl.lab.status import document
from labctl.lab.topology import load
from labctl.lifecycle.prune import said
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase


def list_report(screen: Screen, *, everything: bool) -> None:
    """One row per lab, then one per thing of no lab; or one JSON document."""
    labs = _labs(screen)
    found = find() if everything else Found(())
    others = [thing for thing in found.things if not of_home(thing)]
    if screen.quiet:
        listed = {"others": [_row(thing) for thing in others]} if everything else {}
        screen.document({"v": 1, "labs": labs, **listed})
        return
    if labs:
        screen.show(_table(labs, screen))
    else:
        screen.say(Phrase("ls.none"))
    if found.no_engine is not None:
        screen.say(Phrase("prune.no-engine", {"why": found.no_engine}))
    for thing in others:
        bare = "" if thing.folder else ".bare"  # an image is of no one lab
        screen.say(Phrase(f"ls.{whose(thing)}{bare}", _facts(thing)))
    if any(whose(thing) == LEFT_OVER for thing in others):
        screen.say(Phrase("ls.prune"))
    elif not labs:
        screen.say(Phrase("ls.next"))


def _labs(screen: Screen) -> list[dict[str, Any]]:
    found = []
    for name in lab_names():
        folder = lab_folder(name)
        topology = load(folder)
        if topology is not None:
            lab = Lab(topology, make_runtime(topology, folder), folder, screen)
            found.append(document(topology, lab.look()))
    return found


def _table(labs: Sequence[dict[str, Any]], screen: Screen) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for column in ("lab", "runtime", "up", "quorum", "clients"):
        table.add_column(screen.text(Phrase(f"column.{column}")), no_wrap=True)
    for lab in labs:
        nodes = lab["nodes"]
        running = sum(1 for node in nodes if node["up"])
        quorum = Phrase("quorum.no")
        if lab["quorum"]:
            quorum = Phrase("quorum.yes", {"leader": lab["leader"]})
        table.add_row(
            lab["lab"],
            lab["runtime"],
            f"{running}/{len(nodes)}",
            screen.text(quorum),
            lab["connection"],
        )
    return table


def _facts(thing: Belonging) -> dict[str, object]:
    return {"what": said(thing), "folder": thing.folder}


def _row(thing: Belonging) -> dict[str, Any]:
    """Return a thing as JSON has it."""
    folder = thing.folder or None
    named = {"kind": thing.kind, "name": thing.name, "lab": thing.lab or None}
    return {**named, "folder": folder, "whose": whose(thing)}
