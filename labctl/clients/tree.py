"""`labctl tree`: a node's znodes, or where two nodes' trees differ."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from labctl.clients.client import Client
from labctl.clients.endpoints import chosen, in_time, visiting
from labctl.clients.node_reads import look
from labctl.errors import ASKED_FALSE, DONE, LabError
from labctl.errors import NO_MATCH as NOTHING
from labctl.lab.lab import Lab
from labctl.words.phrase import Phrase
from node.wire.client import Err
from node.zxid import show

_DATA_SHOWN = 40  # characters


class Znode(NamedTuple):
    """What one node holds under one path."""

    data: str
    version: int
    owner: int  # session, if ephemeral
    mzxid: int


class Tree(NamedTuple):
    """One node's tree below a path, as of a zxid."""

    node: int
    zxid: int
    znodes: Mapping[str, Znode]


def fetch(lab: Lab, sid: int, top: str) -> Tree:
    """Read every znode below `top` from this very node."""
    seen = look(lab, sid, top, deep=True)
    if seen is not None:
        znodes = {
            path: Znode(z["data"], z["version"], z["ephemeral_owner"], z["mzxid"])
            for path, z in seen["znodes"].items()
        }
        return Tree(sid, seen["zxid"], znodes)

    async def read() -> Tree:
        async with visiting(lab, [sid]) as client:
            return await in_time(_walk(client, sid, top), [sid])

    return asyncio.run(read())


async def _walk(client: Client, sid: int, top: str) -> Tree:
    znodes: dict[str, Znode] = {}
    zxid, left = 0, [top]
    while left:
        path = left.pop()
        seen = await client.call("get", path)
        zxid = max(zxid, seen.zxid)
        if seen.err or seen.stat is None:
            continue
        stat = seen.stat
        znodes[path] = Znode(seen.value or "", stat.version, stat.owner, stat.mzxid)
        if stat.num_children:
            below = await client.call("children", path)
            if below.err == Err.OK:
                prefix = path.rstrip("/")
                left += [f"{prefix}/{name}" for name in below.names]
    return Tree(sid, zxid, znodes)


def show_tree(lab: Lab, top: str, node: str | None) -> None:
    """Print one node's tree."""
    tree = fetch(lab, chosen(lab, node)[0], top)
    if not tree.znodes:
        raise LabError(
            Phrase("data.tree.none", {"path": top, "node": tree.node}), None, NOTHING
        )
    if lab.screen.quiet:
        lab.screen.document(document(tree))
        return
    facts = {"node": tree.node, "zxid": show(tree.zxid), "count": len(tree.znodes)}
    lab.screen.say(Phrase("data.tree.head", facts))
    for path in sorted(tree.znodes, key=_by_parts):
        lab.screen.raw(_line(path, top, tree.znodes[path]))


def _by_parts(path: str) -> list[str]:
    return path.split("/")


def _line(path: str, top: str, znode: Znode) -> str:
    depth = 0 if path == top else path.rstrip("/")[len(top.rstrip("/")) :].count("/")
    name = path if path == top else path.rpartition("/")[2]
    words = " " + "  " * depth + name
    if znode.data:
        data = znode.data
        short = data if len(data) <= _DATA_SHOWN else data[: _DATA_SHOWN - 1] + "…"
        words += f" = {short}"
    words += f"  v{znode.version}"
    return words + (f"  ephemeral 0x{znode.owner:x}" if znode.owner else "")


def differences(one: Tree, other: Tree) -> dict[str, tuple[Znode | None, Znode | None]]:
    """Return each path that is not the same on both, with both sides."""
    paths = sorted(one.znodes.keys() | other.znodes.keys(), key=_by_parts)
    pairs = {path: (one.znodes.get(path), other.znodes.get(path)) for path in paths}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def diff_trees(lab: Lab, pair: tuple[str, str], top: str) -> int:
    """Print where two nodes' trees differ; exit 1 if they do."""
    one, other = (fetch(lab, chosen(lab, target)[0], top) for target in pair)
    found = differences(one, other)
    screen = lab.screen
    if screen.quiet:
        screen.document(
            {
                "v": 1,
                "nodes": [one.node, other.node],
                "zxids": [show(one.zxid), show(other.zxid)],
                "differ": {
                    path: [z and z._asdict() for z in both]
                    for path, both in found.items()
                },
            }
        )
        return ASKED_FALSE if found else DONE
    facts: dict[str, object] = {
        "one": one.node,
        "other": other.node,
        "one_zxid": show(one.zxid),
        "other_zxid": show(other.zxid),
        "count": len(found),
        "behind": one.node if one.zxid < other.zxid else other.node,
    }
    if not found:
        screen.say(Phrase("data.diff.same", facts | {"count": len(one.znodes)}))
        return DONE
    screen.say(Phrase("data.diff.head", facts))
    for path, (left, right) in found.items():
        key = "both" if left and right else "left" if left else "right"
        shown: dict[str, object] = {"path": path, "left": _brief(left)}
        shown |= {"right": _brief(right), **facts}
        screen.say(Phrase(f"data.diff.{key}", shown))
    level = one.zxid == other.zxid
    screen.say(Phrase("data.diff.level" if level else "data.diff.why", facts))
    return ASKED_FALSE


def _brief(znode: Znode | None) -> str:
    return f"{znode.data!r} v{znode.version}" if znode else "-"


def document(tree: Tree) -> dict[str, Any]:
    """Return the tree for programs."""
    return {
        "v": 1,
        "node": tree.node,
        "zxid": show(tree.zxid),
        "znodes": {path: znode._asdict() for path, znode in tree.znodes.items()},
    }
