"""Power cuts, wiped volumes and messages by hand, in containers."""

import json
import re

import pytest
from kazoo.client import KazooClient

from tests.e2e.labs import Cli
from tests.e2e.test_labctl_node_faults import paused_then_struck

pytestmark = [pytest.mark.docker, pytest.mark.stories, pytest.mark.timeout(900)]


def test_containers_crash_are_wiped_and_step_as_processes_do(cli: Cli) -> None:
    ports = ("--runtime", "docker", "--base-port", str(cli.base_port))
    cli.ok("up", "--nodes", "3", *ports)
    client = KazooClient(hosts=f"127.0.0.1:{cli.base_port + 1}", timeout=20)
    client.start(timeout=60)
    try:
        client.create("/kept", b"in a volume")
        assert "half a record is left" in cli.ok("crash", "1", "--torn-tail")
        assert "half written, never promised" in cli.ok("start", "1")

        story = cli.ok("wipe", "1")
        assert re.search(r"n1: [1-9]\d* files deleted", story), story
        assert re.search(r"syncs n1 by (SNAP|DIFF)", cli.ok("start", "1"))

        paused_then_struck(cli)

        cli.ok("step")
        late = client.create_async("/by-hand")
        kinds: list[str] = []
        while "COMMIT" not in kinds:
            document = json.loads(cli.ok("step", "1", "-o", "json"))
            kinds += [message["type"] for message in document["waiting"]]
        assert late.get(timeout=60) == "/by-hand"
        assert "flows again" in cli.ok("go")
    finally:
        client.stop()
        client.close()
