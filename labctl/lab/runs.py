"""Runs that were kept: one compressed file for each lab that was taken down.

LABCTL_HOME/runs/ID.jsonl.gz holds the records in order of time, one JSON object
per line; ID is the moment of `down` and the lab's name.  The newest twenty stay.
"""

import gzip
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from labctl.errors import NO_MATCH, USAGE, LabError
from labctl.lab.home import home, lab_folder, lab_names
from labctl.lab.lab import Lab, open_lab
from labctl.lab.runtime.base import DOWN
from labctl.screen.screen import Screen
from labctl.story.lab_events import NodeEnded
from labctl.story.recording.recorder import FILE, LAB
from labctl.story.recording.run import Run, parse
from labctl.words.phrase import Phrase
from node.events import NodeStarted, NodeStopped, Record, encode

KEPT = 20
LATEST = "latest"
_ENDS = (".jsonl.gz", ".jsonl")


class RunSummary(NamedTuple):
    """One row of `labctl runs`."""

    id: str  # a run's, or a lab's name if it is up
    present: bool
    began_ms: float
    took_ms: float
    nodes: int
    events: int
    file: str  # "" for the present lab


def folder() -> Path:
    """Return where runs are kept."""
    return home() / "runs"


def keep(lab: Lab) -> Path | None:
    """Write the lab's run to a file of its own; None if there is nothing to keep."""
    run = present(lab)
    if not run.records:
        return None
    stamp = time.strftime("%Y%m%d-%H%M%S")
    path = folder() / f"{stamp}-{lab.topology.lab}{_ENDS[0]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, run.records)
    for old in kept()[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def write(path: Path, records: tuple[Record, ...]) -> None:
    """Write records as compressed lines."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(encode(record) + "\n" for record in records)


def kept() -> list[Path]:
    """Return the files of all kept runs, the oldest first."""
    return sorted(path for end in _ENDS for path in folder().glob(f"*{end}"))


def find(name: str, lab: str, screen: Screen) -> Run:
    """Return the run that is meant: the lab's own if nothing is said.

    `latest` (the lab's own while it is up, the newest kept one after that), a path,
    the name of a lab that is up, or the beginning of an id.
    """
    newest = name == LATEST
    if (newest or not name) and lab_folder(lab).joinpath("lab.json").exists():
        return present(open_lab(lab, screen))
    if newest and kept():
        return load(kept()[-1])
    if newest or not name:
        raise LabError(Phrase("run.no-lab", {"lab": lab}), _hint(), NO_MATCH)
    path = Path(name).expanduser()
    if path.suffix in (".gz", ".jsonl") and path.is_file():
        return load(path)
    if name in lab_names():
        return present(open_lab(name, screen))
    return _by_id(name)


def load(path: Path) -> Run:
    """Return the run in this file."""
    try:
        data = path.read_bytes()
        text = gzip.decompress(data) if path.suffix == ".gz" else data
        run = parse(run_id(path), text.decode("utf-8", "replace").splitlines())
    except (OSError, EOFError, zlib.error) as error:
        facts = {"path": path, "why": str(error)}
        raise LabError(Phrase("run.unreadable", facts), _hint(), NO_MATCH) from error
    if not run.records:
        raise LabError(Phrase("run.empty", {"path": path}), _hint(), NO_MATCH)
    return run


def run_id(path: Path) -> str:
    """Return the id that a kept run is called by."""
    name = path.name
    for end in _ENDS:
        name = name.removesuffix(end)
    return name


def summaries(screen: Screen) -> Iterator[RunSummary]:
    """Yield a row for every kept run, then for every lab that is up."""
    for path in kept():
        yield _summary(load(path), str(path))
    for name in lab_names():
        run = present(open_lab(name, screen))
        if run.records:
            yield _summary(run, "")


def present(lab: Lab) -> Run:
    """Return what was recorded of a lab that still exists."""
    lines: list[str] = []
    path = lab.folder / FILE
    if path.exists():
        lines += path.read_text(encoding="utf-8").splitlines()
    for sid in lab.topology.sids:
        lines += lab.runtime.history(sid)
    run = parse(lab.topology.lab, lines)
    topology = lab.topology
    run = run._replace(voters=topology.voters, observers=topology.observers)
    return run._replace(records=run.records + tuple(_unseen_ends(lab, run)))


def _unseen_ends(lab: Lab, run: Run) -> Iterator[Record]:
    """Yield the end of each node that is down and whose end was not recorded."""
    alive: set[int] = set()
    for record in run.records:
        match record.event:
            case NodeStarted():
                alive.add(record.node)
            case NodeStopped():
                alive.discard(record.node)
            case NodeEnded(sid=sid):
                alive.discard(sid)
            case _:
                pass
    for sid in sorted(alive):
        if lab.runtime.run(sid).condition == DOWN:
            last = run.records[-1]
            yield last._replace(
                id=f"{LAB}.seen.{sid}",
                node=LAB,
                cause=(),
                src="",
                event=NodeEnded(sid, "died"),
            )


def _summary(run: Run, file: str) -> RunSummary:
    first, last = run.records[0].at_ms, run.records[-1].at_ms
    nodes = len(run.voters) + len(run.observers)
    events = len(run.records)
    return RunSummary(run.name, not file, first, last - first, nodes, events, file)


def _by_id(name: str) -> Run:
    found = [path for path in kept() if run_id(path).startswith(name)]
    if len(found) > 1:
        facts = {"name": name, "ids": ", ".join(run_id(path) for path in found)}
        raise LabError(Phrase("run.several", facts), _hint(), USAGE)
    if not found:
        raise LabError(Phrase("run.none", {"name": name}), _hint(), NO_MATCH)
    return load(found[0])


def _hint() -> Phrase:
    return Phrase("run.hint")
