"""What labs have on this machine, found without their state folders.

Processes are found by their command line and the nonce of their boot, containers,
networks and volumes by their labels.  Each names the state folder it belongs to:

    of a lab    its folder describes the lab; a process is the one that it records
    left over   its folder does not, or records another process in its place
    elsewhere   another user's, another machine's, or of nobody knows which folder
"""

import contextlib
import json
import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from labctl.errors import PARTLY, LabError
from labctl.lab.home import home
from labctl.lab.lock import locked
from labctl.lab.runtime.base import Belonging
from labctl.lab.runtime.process_table import NodeProcess, node_processes
from labctl.lab.topology import load
from labctl.words.phrase import Phrase

OF_A_LAB, LEFT_OVER, ELSEWHERE = "lab", "left-over", "elsewhere"


class Found(NamedTuple):
    """Everything that was found, and why the engine was not asked."""

    things: tuple[Belonging, ...]
    no_engine: Phrase | None = None

    def left_over(self, lab: str = "") -> tuple[Belonging, ...]:
        """Return what no lab needs any more, of this lab or of any."""
        return tuple(
            thing
            for thing in self.things
            if lab in ("", thing.lab) and whose(thing) == LEFT_OVER
        )


def find(lab: str = "", *, engine: bool = True) -> Found:
    """Look at processes, folders and the engine; `lab`: only what is of that lab."""
    found = [*_processes(), *_half_removed()]
    no_engine = None
    try:
        found += _in_the_engine(lab) if engine else ()
    except LabError as error:
        no_engine = error.message
    things = tuple(thing for thing in found if lab in ("", thing.lab))
    return Found(things, no_engine)


def whose(thing: Belonging) -> str:
    """Return whether this is of a lab that stands, left over, or somebody else's."""
    if not thing.ours or (thing.kind != "image" and not thing.folder):
        return ELSEWHERE
    if thing.kind == "image" or _set_aside(Path(thing.name)):
        return LEFT_OVER
    try:
        return OF_A_LAB if _stands(thing) else LEFT_OVER
    except PermissionError:
        return ELSEWHERE


def of_home(thing: Belonging) -> bool:
    """Return whether this is of a lab that `labctl ls` lists anyway."""
    below = thing.folder == str(home() / "labs" / thing.lab)
    return below and whose(thing) == OF_A_LAB


def remove_all(things: Iterable[Belonging]) -> Iterator[Belonging]:
    """End or delete these; yield each when it is gone.

    Each is looked at again under its lab's lock: it may belong to a lab by now.
    """
    refused: list[LabError] = []
    for thing in things:
        try:
            with _lock_of(thing):
                if whose(thing) != LEFT_OVER:
                    continue
                remove(thing)
        except LabError as error:
            refused.append(error)
        else:
            yield thing
    if refused:
        raise LabError(refused[0].message, refused[0].hint, PARTLY)


def remove(thing: Belonging) -> None:
    """End a process, delete a folder, or let the engine remove what it holds."""
    if thing.kind == "process":
        if thing in _processes():  # its pid may be another's by now
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(thing.name), signal.SIGKILL)
    elif thing.kind == "folder":
        shutil.rmtree(thing.name)
    else:
        from labctl.lab.runtime import engine, labels  # the docker SDK: 270 ms

        with contextlib.closing(engine.connect()) as client:
            labels.remove(client, thing)


def _processes() -> Iterator[Belonging]:
    for found in node_processes():
        if (folder := _lab_folder(found)) is not None:
            yield Belonging(
                *("process", str(found.pid), folder.name, str(folder)),
                boot=found.boot,
                ours=found.ours,
            )


def _lab_folder(process: NodeProcess) -> Path | None:
    """Return the lab's folder if the process runs …/labs/NAME/nN/zoo.cfg."""
    parents = Path(process.config).parents
    below_labs = len(parents) > 2 and parents[2].name == "labs"
    return parents[1] if below_labs else None


def _half_removed() -> Iterator[Belonging]:
    """Yield folders below our home that describe nothing: a verb was killed."""
    for path in sorted(home().glob("labs/*/")):
        if _set_aside(path) or not (path / "lab.json").exists():
            name = path.name.removeprefix(".").removesuffix(".gone")
            yield Belonging("folder", str(path), name, str(path))
    for path in sorted(home().glob("classroom/*/")):
        if not _begun(path):
            yield Belonging("folder", str(path), "", str(path))


def begun() -> int:
    """Return how many exercises were begun here: they are a student's, and stay."""
    return sum(1 for path in home().glob("classroom/*/") if _begun(path))


def _begun(attempt: Path) -> bool:
    """Whether `ex start` got as far as to say who tries what."""
    return (attempt / "attempt.json").exists()


def _set_aside(path: Path) -> bool:
    """Whether `down` has renamed this folder to delete it."""
    return path.name.startswith(".")


def _stands(thing: Belonging) -> bool:
    """Whether the folder describes a lab that has this, or an exercise."""
    if _begun(Path(thing.folder)):
        return True
    try:
        topology = load(Path(thing.folder))
    except LabError:  # it cannot be read, which is no reason to end anything
        return True
    if topology is None:
        return False
    if thing.kind == "process":
        return thing.boot in ("", *_recorded(thing))
    return topology.runtime == "docker"


def _in_the_engine(lab: str) -> list[Belonging]:
    from labctl.lab.runtime import engine, labels  # the docker SDK: 270 ms

    with contextlib.closing(engine.connect()) as client:
        images = () if lab else labels.old_images(client)
        return [*labels.labelled(client, lab), *images]


def _recorded(thing: Belonging) -> Iterator[str]:
    """Yield the nonces of the boots that the lab's folder records."""
    for path in Path(thing.folder).glob("n*/run.json"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            yield str(json.loads(path.read_text(encoding="ascii"))["boot"])


@contextlib.contextmanager
def _lock_of(thing: Belonging) -> Iterator[None]:
    """Hold the lab's lock, if there is a place for it: nobody works on it meanwhile."""
    place = Path(thing.folder)
    if not thing.lab or not place.parent.is_dir():
        yield
        return
    with locked(place.with_name(thing.lab), "prune") as lock:
        yield
        if not place.with_name(thing.lab).exists():
            lock.path.unlink(missing_ok=True)
