"""`labctl config N`: a node's files, with a word on every line; and any key's."""

from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len

from labctl.errors import NO_MATCH, LabError
from labctl.lab.lab import Lab
from labctl.words.phrase import Phrase
from node.config_keys import find, nearest

_COLUMN = 44


def explain_key(name: str) -> Iterator[Phrase]:
    """Yield what a key of zoo.cfg means, its default, and what our node does."""
    key = find(name)
    if key is None:
        facts = {"key": name, "near": nearest(name)}
        hint = Phrase("key.near" if facts["near"] else "key.unknown.hint", facts)
        raise LabError(Phrase("key.unknown", facts), hint, NO_MATCH)
    yield Phrase(f"set.{key.name}")
    yield (
        Phrase("key.default", {"value": key.default})
        if key.default
        else Phrase("key.none")
    )
    yield Phrase(f"key.{key.fate}")


def explain(lab: Lab, sid: int, *, comments: bool) -> Iterator[str]:
    """Yield the lines of zoo.cfg and myid, as the node was started with them."""
    if sid not in lab.topology.sids:
        facts = {"term": sid, "nodes": lab.topology.sids}
        raise LabError(
            Phrase("target.unknown-id", facts), Phrase("target.hint"), NO_MATCH
        )
    path = lab.folder / f"n{sid}" / "zoo.cfg"
    yield f"# {path}"
    for line in path.read_text(encoding="utf-8").splitlines():
        yield _commented(lab, line) if comments else line
    myid = Path(lab.topology.node(sid).data_dir) / "myid"
    yield ""
    yield f"# {myid}"
    yield _beside(lab, str(sid), Phrase("set.myid")) if comments else str(sid)


def _commented(lab: Lab, line: str) -> str:
    key = line.partition("=")[0].strip()
    known = find(key) if key and not key.startswith("#") else None
    return line if known is None else _beside(lab, line, Phrase(f"set.{known.name}"))


def _beside(lab: Lab, line: str, note: Phrase) -> str:
    gap = " " * max(2, _COLUMN - cell_len(line))
    return f"{line}{gap}# {lab.screen.text(note)}"
