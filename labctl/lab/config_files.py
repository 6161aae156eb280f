"""A topology becomes files: `zoo.cfg` and `myid` for each node."""

from pathlib import Path

from labctl.lab.ports import LOOPBACK
from labctl.lab.topology import Node, Topology

TICK_MS, INIT_LIMIT, SYNC_LIMIT = 2000, 10, 5  # as in ZooKeeper's own sample


def zoo_cfg(topology: Topology, node: Node, events: str) -> str:
    """Return the configuration of a node that runs as a process here."""
    lines = [
        *_common(escape(node.data_dir), node.client, node),
        f"clientPortAddress={LOOPBACK}",
        f"admin.serverAddress={LOOPBACK}",
        f"admin.serverPort={node.admin}",
    ]
    lines += [
        f"server.{peer.sid}={LOOPBACK}:{peer.quorum}:{peer.election}{_role(peer)}"
        for peer in topology.nodes
    ]
    return "\n".join([*lines, *ours(topology.lab, escape(events))]) + "\n"


def container_cfg(topology: Topology, node: Node) -> str:
    """Return the configuration of a node that runs in a container: fixed ports."""
    lines = [
        *_common("/data", 2181, node),
        "admin.serverPort=8080",
    ]
    lines += [f"server.{p.sid}=n{p.sid}:2888:3888{_role(p)}" for p in topology.nodes]
    return "\n".join([*lines, *ours(topology.lab, "stderr")]) + "\n"


def ours(lab: str, events: str) -> list[str]:
    """Return the lines that every node of a lab gets; Java ZooKeeper ignores them."""
    return [
        "4lw.commands.whitelist=*",
        f"quorumlab.lab={lab}",
        f"quorumlab.events={events}",
    ]


def escape(text: str) -> str:
    """Return the text as a value of Java's properties format."""
    return text.replace("\\", "\\\\")


def write_node(folder: Path, node: Node, config: str) -> None:
    """Write one node's `zoo.cfg` and `myid`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zoo.cfg").write_text(config, encoding="utf-8")
    data = Path(node.data_dir)
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "myid").exists():
        (data / "myid").write_text(f"{node.sid}\n", encoding="ascii")


def _common(data_dir: str, client: int, node: Node) -> list[str]:
    lines = [
        f"tickTime={TICK_MS}",
        f"initLimit={INIT_LIMIT}",
        f"syncLimit={SYNC_LIMIT}",
        f"dataDir={data_dir}",
        f"clientPort={client}",
    ]
    return lines if node.voter else [*lines, "peerType=observer"]


def _role(peer: Node) -> str:
    return "" if peer.voter else ":observer"
