"""Three containers from the project's own image: a quorum, a death, a return."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from docker.models.containers import Container
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from tests.docker import engine
from tests.e2e.kazoos import connected
from tests.waiting import wait_for

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]

SERVERS = " ".join(f"server.{n}=zoo{n}:2888:3888;2181" for n in (1, 2, 3))
# testcontainers' reaper is an image of its own, which no registry may be there
# for; the `with` blocks below leave nothing behind either.
os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"


class Trio:
    """Three containers on a network of their own."""

    def __init__(self, image: str, stack: ExitStack):
        """Start all three; what started is torn down by the stack."""
        self.network = network = stack.enter_context(Network())
        self.containers = [
            stack.enter_context(
                DockerContainer(image)
                .with_network(network)
                .with_network_aliases(f"zoo{sid}")
                .with_exposed_ports(2181)
                .with_env("ZOO_MY_ID", str(sid))
                .with_env("ZOO_SERVERS", SERVERS)
                .with_env("ZOO_TICK_TIME", "500")
                .with_env("ZOO_INIT_LIMIT", "20")
                .with_env("ZOO_SYNC_LIMIT", "10")
                .with_env("ZOO_4LW_COMMANDS_WHITELIST", "*")
            )
            for sid in (1, 2, 3)
        ]

    def owned(self) -> set[str]:
        """Return what the engine has for us; labs of other tests have theirs."""
        found = {self.network.id[:12]} if self.network.id else set()
        for sid in (1, 2, 3):
            handle = self.docker(sid)
            mounts = handle.attrs["Mounts"]
            found |= {str(handle.id)[:12], *(m["Name"] for m in mounts if "Name" in m)}
        return found

    def docker(self, sid: int) -> Container:
        """Return the engine's own handle of a container, fresh."""
        handle: Container = self.containers[sid - 1].get_wrapped_container()
        handle.reload()
        return handle

    def address(self, sid: int) -> str:
        """Return where clients reach a server from outside."""
        return f"127.0.0.1:{self.containers[sid - 1].get_exposed_port(2181)}"

    def mode(self, sid: int) -> str:
        """Return leader, follower, or nothing."""
        if self.docker(sid).status != "running":
            return ""
        answer = said(self.docker(sid), ["python3", "-c", _SRVR])
        return answer.partition("Mode: ")[2].split("\n")[0]

    def leader(self) -> int:
        """Return the leader's id, waiting until there is exactly one."""

        def look() -> int:
            modes = {sid: self.mode(sid) for sid in (1, 2, 3)}
            leaders = [sid for sid, mode in modes.items() if mode == "leader"]
            alone = len(leaders) != 1 or "follower" not in modes.values()
            return 0 if alone else leaders[0]

        return wait_for(look, "one server leads another", self._modes)

    def wait_serving(self) -> None:
        """Wait until all three serve clients."""
        wait_for(lambda: all(self._modes()), "three serve clients", self._modes)

    def _modes(self) -> list[str]:
        return [self.mode(sid) for sid in (1, 2, 3)]


_SRVR = (
    "import socket; s = socket.create_connection(('127.0.0.1', 2181), 2);"
    "s.sendall(b'srvr'); print(b''.join(iter(lambda: s.recv(999), b'')).decode())"
)


def said(container: Container, command: list[str]) -> str:
    """Run a command in a container and return what it printed."""
    output = container.exec_run(command).output
    assert isinstance(output, bytes)
    return output.decode(errors="replace")


@pytest.fixture(scope="module")
def image() -> str:
    """The project's image, built from this tree."""
    return engine.build()


@pytest.fixture
def trio(image: str) -> Iterator[Trio]:
    """Three servers in containers, and the proof that none is left afterwards."""
    with ExitStack() as stack:
        trio = Trio(image, stack)
        mine = trio.owned()
        assert mine <= engine.everything(), "what is looked for can be found"
        yield trio
    assert not mine & engine.everything()


def test_a_trio_elects_survives_a_death_and_takes_the_dead_back(trio: Trio):
    first = trio.leader()
    trio.wait_serving()
    with connected(trio.address(first)) as client:
        client.create("/kept", b"through a death")
    trio.docker(first).kill()
    second = trio.leader()
    assert second != first
    with connected(trio.address(second)) as client:
        assert client.get("/kept")[0] == b"through a death"
        client.create("/while-it-was-away")
    trio.docker(first).start()
    wait_for(lambda: trio.mode(first) == "follower", f"{first} follows")
    with connected(trio.address(first)) as client:
        assert client.exists("/while-it-was-away")
        assert client.get("/kept")[0] == b"through a death"


def test_a_container_is_nobody_special_and_says_how_it_is(trio: Trio):
    trio.leader()
    handle = trio.docker(1)
    assert said(handle, ["id", "-u"]).strip() == "1000"
    health = lambda: trio.docker(1).attrs["State"]["Health"]["Status"]  # noqa: E731
    wait_for(lambda: health() == "healthy", "a healthy container", health)
    handle.stop(timeout=60)
    assert trio.docker(1).attrs["State"]["ExitCode"] == 0, "SIGTERM ends it cleanly"
