"""Nodes as containers: one network, one volume per node, labels that say whose.

Only the engine is asked: what belongs to a lab is found by its labels, so a lost
state folder loses nothing.  Configuration travels into the container as an
archive, without a bind mount, so the engine may be on another machine or lack
our files.  A node that starts again gets a new container on its old volume,
because its boot nonce is part of the container's environment.
"""

import io
import secrets
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docker.models.containers import Container

from labctl.errors import CONFLICT, LabError
from labctl.lab import config_files
from labctl.lab.fault_ledger import environment as standing
from labctl.lab.ports import LOOPBACK
from labctl.lab.runtime.base import DOWN, PAUSED, UP, LineTail, NodeRun
from labctl.lab.runtime.engine import IMAGE, call, connect, find, ready
from labctl.lab.runtime.labels import BOOT, LAB, NODE, labelled, labels_of, remove
from labctl.lab.runtime.stream import ContainerTail
from labctl.lab.topology import Topology
from labctl.words.phrase import Phrase

_UID = 1000  # the image's user
_CLIENT, _ADMIN = 2181, 8080  # inside every container


class DockerRuntime:
    """One lab's nodes as containers on a Docker engine."""

    name = "docker"

    def __init__(self, topology: Topology, folder: Path) -> None:
        """Manage the containers of this lab."""
        self.topology = topology
        self.folder = folder
        self.client = connect()
        self.prefix = f"quorumlab-{topology.lab}"
        self.labels = labels_of(topology.lab, folder)

    def create(self) -> Iterator[Phrase]:
        """Build the image on first use, make the network, write the files."""
        yield from ready(self.client)
        if not self._networks():
            call(
                lambda: self.client.networks.create(
                    self.prefix, driver="bridge", labels=self.labels
                )
            )
        for member in self.topology.nodes:
            folder = self.folder / f"n{member.sid}"
            folder.mkdir(parents=True, exist_ok=True)
            config = config_files.container_cfg(self.topology, member)
            (folder / "zoo.cfg").write_text(config, encoding="utf-8")

    def start(self, sid: int) -> None:
        """Replace the node's container by a fresh one on the same volume."""
        old = self._named(sid)
        if old is not None:
            if not self._is_ours(old, sid):
                raise _held(old)
            self._archive(sid, old)
            call(lambda: old.remove(force=True, v=True))
        boot = secrets.token_hex(4)
        container = call(lambda: self._new_container(sid, boot))
        config = (self.folder / f"n{sid}" / "zoo.cfg").read_bytes()
        myid = b"%d\n" % sid
        call(lambda: container.put_archive("/", _packed("conf/zoo.cfg", config)))
        call(lambda: container.put_archive("/", _packed("data/myid", myid)))
        call(container.start)

    def terminate(self, sid: int) -> None:
        """SIGTERM; a paused node is resumed so that it gets the signal."""
        self._signal(sid, "SIGTERM")

    def kill(self, sid: int) -> None:
        """SIGKILL."""
        self._signal(sid, "SIGKILL")

    def pause(self, sid: int) -> None:
        """Pause the container's processes."""
        container = self._container(sid)
        if container is not None and container.status == "running":
            call(container.pause)

    def resume(self, sid: int) -> None:
        """Resume them."""
        container = self._container(sid)
        if container is not None and container.status == "paused":
            call(container.unpause)

    def wipe(self, sid: int, patterns: Sequence[str]) -> int:
        """Delete from the node's volume, in a container of the same image."""
        found = " -o ".join(f"-name '{pattern}'" for pattern in patterns)
        find = rf"find /data/version-2 -type f \( {found} \) -print -delete"
        output: bytes = call(
            lambda: self.client.containers.run(
                IMAGE,
                entrypoint=["sh", "-c", find],
                command=[],
                volumes={f"{self.prefix}-{sid}-data": {"bind": "/data", "mode": "rw"}},
                labels=self.labels,
                network_disabled=True,
                remove=True,
            )
        )
        return len(output.splitlines())

    def run(self, sid: int) -> NodeRun:
        """Return the state of the container with our labels."""
        container = self._container(sid)
        if container is None:
            return NodeRun(DOWN)
        state: dict[str, Any] = container.attrs["State"]
        boot = str(container.labels.get(BOOT, ""))
        if container.status == "paused":
            return NodeRun(PAUSED, boot, int(state["Pid"]))
        if container.status in ("running", "restarting"):
            return NodeRun(UP, boot, int(state["Pid"]))
        return NodeRun(DOWN, boot, exit_code=int(state.get("ExitCode", 0)))

    def events(self, sid: int) -> LineTail:
        """Follow the container's stderr, from now on and across restarts."""
        return ContainerTail(lambda: self._container(sid), stderr=True)

    def history(self, sid: int) -> list[str]:
        """Read what earlier containers of the node wrote, then the present one."""
        path = self.folder / f"n{sid}" / "events.jsonl"
        text = path.read_bytes() if path.exists() else b""
        container = self._container(sid)
        if container is not None:
            text += _output(container, stdout=False)
        return text.decode("utf-8", "replace").splitlines()

    def log(self, sid: int, *, last: int) -> tuple[list[str], LineTail]:
        """Return the end of the container's stdout, and follow it."""
        container = self._container(sid)
        lines: list[str] = []
        if container is not None and last:
            text = _output(container, stderr=False, last=last)
            lines = text.decode("utf-8", "replace").splitlines()
        return lines, ContainerTail(lambda: self._container(sid), stderr=False)

    def txn_logs(self, sid: int) -> list[bytes]:
        """Fetch the log files from the container, running or not."""
        container = self._container(sid)
        if container is None:
            return []
        packed = find(lambda: b"".join(container.get_archive("/data/version-2")[0]))
        if packed is None:
            return []
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            names = sorted(name for name in tar.getnames() if "/log." in name)
            files = [tar.extractfile(name) for name in names]
            return [file.read() for file in files if file is not None]

    def last_words(self, sid: int) -> str:
        """Return the last thing that the node wrote which is no event."""
        container = self._container(sid)
        if container is None:
            return ""
        text = _output(container, last=50)
        lines = text.decode("utf-8", "replace").splitlines()
        plain = [line.strip() for line in lines if line and not line.startswith("{")]
        return plain[-1] if plain else ""

    def save_logs(self, to: Path) -> None:
        """Copy every container's output and configuration."""
        for sid in self.topology.sids:
            container = self._container(sid)
            if container is not None:
                self._archive(sid, container, to)

    def remove(self) -> list[str]:
        """Remove this lab's containers, network and volumes."""
        found = labelled(self.client, self.topology.lab)
        for thing in found:
            remove(self.client, thing)
        return [
            thing.name if thing.kind == "container" else f"{thing.kind} {thing.name}"
            for thing in found
        ]

    def _new_container(self, sid: int, boot: str) -> Container:
        member = self.topology.node(sid)
        labels = {**self.labels, NODE: str(sid)}
        volume = f"{self.prefix}-{sid}-data"
        self.client.volumes.create(volume, labels=labels)
        ports: Any = {
            f"{_CLIENT}/tcp": (LOOPBACK, member.client),
            f"{_ADMIN}/tcp": (LOOPBACK, member.admin),
        }
        api = self.client.api
        network: Any = {self.prefix: api.create_endpoint_config(aliases=[f"n{sid}"])}
        created = api.create_container(
            IMAGE,
            name=f"{self.prefix}-{sid}",
            hostname=f"n{sid}",
            labels={**labels, BOOT: boot},
            environment={**standing(self.folder, sid), "QUORUMLAB_BOOT": boot},
            ports=[_CLIENT, _ADMIN],
            host_config=api.create_host_config(
                port_bindings=ports, binds=[f"{volume}:/data:rw"]
            ),
            networking_config=api.create_networking_config(network),
        )
        return self.client.containers.get(created["Id"])

    def _container(self, sid: int) -> Container | None:
        """The container that bears our name and our labels, freshly inspected."""
        found = self._named(sid)
        return found if found is not None and self._is_ours(found, sid) else None

    def _named(self, sid: int) -> Container | None:
        """The container that bears the node's name, whoever made it."""
        return find(lambda: self.client.containers.get(f"{self.prefix}-{sid}"))

    def _is_ours(self, found: Container, sid: int) -> bool:
        labels = (found.labels.get(LAB), found.labels.get(NODE))
        return labels == (self.topology.lab, str(sid))

    def _networks(self) -> list[Any]:
        ours = {"label": f"{LAB}={self.topology.lab}"}
        found: list[Any] = call(lambda: self.client.networks.list(filters=ours))
        return found

    def _signal(self, sid: int, name: str) -> None:
        container = self._container(sid)
        if container is None or container.status not in ("running", "paused"):
            return
        if container.status == "paused":
            call(container.unpause)
        call(lambda: container.kill(signal=name))

    def _archive(self, sid: int, container: Container, to: Path | None = None) -> None:
        """Keep a container's output before it is removed."""
        folder = (to or self.folder) / f"n{sid}"
        folder.mkdir(parents=True, exist_ok=True)
        for name, error in (("node.log", False), ("events.jsonl", True)):
            data = _output(container, stdout=not error, stderr=error)
            with (folder / name).open("ab") as file:
                file.write(data)


def _output(
    container: Container,
    *,
    stdout: bool = True,
    stderr: bool = True,
    last: int | None = None,
) -> bytes:
    """Return what the container wrote, or the last lines of it."""
    tail: Any = "all" if last is None else last
    text: bytes = call(lambda: container.logs(stdout=stdout, stderr=stderr, tail=tail))
    return text


def _held(other: Container) -> LabError:
    """Say whose container has the node's name."""
    lab = other.labels.get(LAB, "")
    facts = {"name": other.name, "id": other.short_id, "lab": lab}
    if lab:
        hint = Phrase("docker.held.hint", facts)
        return LabError(Phrase("docker.held", facts), hint, CONFLICT)
    hint = Phrase("docker.held.stranger.hint")
    return LabError(Phrase("docker.held.stranger", facts), hint, CONFLICT)


def _packed(name: str, content: bytes) -> bytes:
    """Return a tar with one file that belongs to the image's user."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        entry.mode = 0o644
        entry.uid = entry.gid = _UID
        tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
