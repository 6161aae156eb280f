"""What was asked for: the nodes of a lab, their roles, ports and files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from labctl.errors import ENVIRONMENT, USAGE, LabError
from labctl.words.phrase import Phrase

VOTER, OBSERVER = "participant", "observer"
MANY = 9  # more nodes than this only after a question
_BLOCK = 100  # from one family of ports to the next with --base-port
_BLOG_PORTS = (2181, 2888, 3888, 8081)  # client, quorum, election, admin


class Node(NamedTuple):
    """One member: who it is, where it listens (on this machine), its folder."""

    sid: int
    role: str
    client: int
    quorum: int
    election: int
    admin: int  # 0: none
    data_dir: str
    owns_data: bool = True  # the lab made the data folder and may delete it

    def listens(self, runtime: str) -> tuple[int, ...]:
        """Return its ports on this machine; containers' peers meet on a network."""
        ports: tuple[int, ...] = (self.client, self.admin)
        if runtime != "docker":
            ports = (*ports, self.quorum, self.election)
        return tuple(port for port in ports if port)

    @property
    def voter(self) -> bool:
        """Whether it votes."""
        return self.role == VOTER


class Topology(NamedTuple):
    """A whole lab as asked for; what `lab.json` holds."""

    lab: str
    runtime: str  # process | docker
    nodes: tuple[Node, ...]
    base_port: int  # 0: the article's ports
    source: str  # "" when generated, else the glob of configuration files
    files: Mapping[int, str] = {}  # sid -> the article's file, for --config
    sync_limit_s: float = 10.0  # how long a silent learner counts as alive

    @property
    def sids(self) -> tuple[int, ...]:
        """All ids, ascending."""
        return tuple(node.sid for node in self.nodes)

    @property
    def voters(self) -> tuple[int, ...]:
        """The ids that vote."""
        return tuple(node.sid for node in self.nodes if node.voter)

    @property
    def observers(self) -> tuple[int, ...]:
        """The ids of the observers."""
        return tuple(node.sid for node in self.nodes if not node.voter)

    @property
    def ports(self) -> tuple[int, ...]:
        """All ports that the lab has on this machine."""
        return tuple(p for node in self.nodes for p in node.listens(self.runtime))

    @property
    def connection(self) -> str:
        """What a client is given."""
        return ",".join(f"127.0.0.1:{node.client}" for node in self.nodes)

    def node(self, sid: int) -> Node:
        """Return the member with this id."""
        return next(node for node in self.nodes if node.sid == sid)


class LabSpec(NamedTuple):
    """The flags of `up`; None where nothing was said."""

    nodes: int | None = None
    observers: int | None = None
    runtime: str | None = None  # process | docker; None: either
    base_port: int | None = None
    config: str | None = None


def plan(spec: LabSpec, lab: str, runtime: str, folder: Path) -> Topology:
    """Return the topology of a new lab with generated configurations."""
    voters = 3 if spec.nodes is None else spec.nodes
    count = voters + (spec.observers or 0)
    families = _families(spec.base_port or 0, count)
    nodes = []
    for index in range(count):
        client, quorum, election, admin = (first + index for first in families)
        sid = index + 1
        nodes.append(
            Node(
                sid=sid,
                role=VOTER if sid <= voters else OBSERVER,
                client=client,
                quorum=quorum,
                election=election,
                admin=admin,
                data_dir=str(folder / f"n{sid}" / "data"),
            )
        )
    return Topology(lab, runtime, tuple(nodes), spec.base_port or 0, source="")


def _families(base_port: int, count: int) -> tuple[int, ...]:
    families: tuple[int, ...] = _BLOG_PORTS
    if base_port:
        families = tuple(base_port + _BLOCK * step for step in range(4))
    if count > _BLOCK or families[-1] + count > 65536:
        facts = {"port": base_port, "count": count}
        raise LabError(Phrase("port.range", facts), Phrase("port.range.hint"), USAGE)
    return families


def differences(spec: LabSpec, has: Topology) -> list[Phrase]:
    """Return how the spec differs from the lab that exists; nothing said agrees."""
    asked = {
        "nodes": (spec.nodes, len(has.voters)),
        "observers": (spec.observers, len(has.observers)),
        "runtime": (spec.runtime, has.runtime),
        "base-port": (spec.base_port, has.base_port),
        "config": (spec.config, has.source),
    }
    return [
        Phrase("diff", {"flag": flag, "has": old or "-", "wants": new})
        for flag, (new, old) in asked.items()
        if new is not None and new != old
    ]


def check_ports(topology: Topology) -> None:
    """Refuse a plan in which two listeners want the same port."""
    wanted: dict[int, str] = {}
    for node in topology.nodes:
        for kind in ("client", "quorum", "election", "admin"):
            port = getattr(node, kind)
            name = f"n{node.sid} {kind}"
            if port and port in wanted:
                facts = {"port": port, "one": wanted[port], "other": name}
                hint = "port.twice.admin" if kind == "admin" else "port.twice.hint"
                raise LabError(Phrase("port.twice", facts), Phrase(hint), ENVIRONMENT)
            wanted[port] = name


def save(topology: Topology, folder: Path) -> None:
    """Write `lab.json`, whole or not at all."""
    document = topology._asdict()
    document["nodes"] = [node._asdict() for node in topology.nodes]
    document["files"] = {str(sid): name for sid, name in topology.files.items()}
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / "lab.json.new"
    fresh.write_text(json.dumps({"v": 1, **document}, indent=1), encoding="utf-8")
    fresh.replace(folder / "lab.json")


def load(folder: Path) -> Topology | None:
    """Read `lab.json`; None if there is no lab in this folder."""
    path = folder / "lab.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        document.pop("v")
        document["nodes"] = tuple(Node(**node) for node in document["nodes"])
        document["files"] = {int(sid): name for sid, name in document["files"].items()}
        return Topology(**document)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        facts = {"path": path, "why": error}
        raise LabError(
            Phrase("lab.unreadable", facts), Phrase("lab.unreadable.hint"), ENVIRONMENT
        ) from error
