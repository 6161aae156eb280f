"""The same lab in containers: up, kill, start, pause, down; nothing left behind."""

from typing import Any

import pytest
from kazoo.client import KazooClient

from tests.e2e.labs import Cli

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]


def ours(cli: Cli) -> dict[str, set[Any]]:
    """Return what the engine holds of this lab, by asking for its label."""
    import docker  # only where an engine is

    label: Any = {"label": f"quorumlab.lab={cli.environment['LABCTL_LAB']}"}
    client = docker.from_env()
    try:
        containers = client.containers.list(all=True, filters=label)
        return {
            "containers": {c.name for c in containers},
            "networks": {n.name for n in client.networks.list(filters=label)},
            "volumes": {v.name for v in client.volumes.list(filters=label)},
        }
    finally:
        client.close()


def no_root_and_loopback_only(cli: Cli) -> None:
    """Assert that no node runs as root, and that no port leaves the loopback."""
    import docker  # only where an engine is

    client = docker.from_env()
    try:
        for name in ours(cli)["containers"]:
            container = client.containers.get(name)
            assert container.exec_run("id -u").output == b"1000\n"
            bindings = container.attrs["NetworkSettings"]["Ports"]
            hosts = {b["HostIp"] for bound in bindings.values() for b in bound or ()}
            assert hosts == {"127.0.0.1"}
            published = {port for port, bound in bindings.items() if bound}
            assert published == {"2181/tcp", "8080/tcp"}
    finally:
        client.close()


def test_three_containers_live_a_life_and_leave_nothing(cli: Cli) -> None:
    ports = ("--runtime", "docker", "--base-port", str(cli.base_port))
    story = cli.ok("up", "--nodes", "3", *ports)
    assert "quorum: yes (3/3 voters) · leader n2 · epoch 1" in story
    lab = cli.environment["LABCTL_LAB"]
    held = ours(cli)
    assert held["containers"] == {f"quorumlab-{lab}-{sid}" for sid in (1, 2, 3)}
    assert held["networks"] == {f"quorumlab-{lab}"}
    no_root_and_loopback_only(cli)
    status = cli.status()
    assert (status["runtime"], status["leader"]) == ("docker", 2)

    client = KazooClient(hosts=status["connection"], timeout=20)
    client.start(timeout=60)
    try:
        client.create("/kept", b"in a volume")
        story = cli.ok("kill", "leader")
        assert "new leader: n2 → n3, epoch 1 → 2" in story
        story = cli.ok("start", "2")
        assert "syncs n2 by" in story
        assert "quorum: yes (3/3 voters) · leader n3" in story
        assert client.retry(client.get, "/kept")[0] == b"in a volume"
    finally:
        client.stop()
        client.close()

    assert "New election" in cli.ok("logs", "1", "--lines", "100")
    story = cli.ok("down", "--yes")
    assert f"network quorumlab-{lab}" in story
    assert ours(cli) == {"containers": set(), "networks": set(), "volumes": set()}
    assert "nothing to remove" in cli.ok("down", "--yes")


@pytest.mark.stories
def test_links_between_containers_are_cut_and_healed(cli: Cli) -> None:
    ports = ("--runtime", "docker", "--base-port", str(cli.base_port))
    cli.ok("up", "--nodes", "3", *ports)
    story = cli.ok("partition", "leader", "/", "rest")
    assert "new leader: n2 → n3, epoch 1 → 2" in story
    assert "n2: 1 of 3 voters, need 2: looks for a leader, serves nobody" in story
    assert [fault["links"] for fault in cli.status()["faults"]] == [
        ["1>2", "2>1", "2>3", "3>2"]
    ]
    assert "quorum: yes (3/3 voters)" in cli.ok("heal", "--all")
    assert cli.status()["faults"] == []
