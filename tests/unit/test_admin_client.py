"""A node that was started a moment ago lives, but does not listen yet."""

import socket
import threading
from pathlib import Path

import pytest

from labctl.errors import LabError
from labctl.lab.admin import AdminClient
from labctl.lab.topology import LabSpec, plan

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue"


class Starting:
    """A node whose AdminServer listens once somebody asked whether it lives."""

    def __init__(self, tmp_path: Path, *, unheard: int = 0) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))  # bound, and nobody listens
        self.unheard = unheard  # connections that are closed without an answer
        self.asked = 0
        port = self.socket.getsockname()[1]
        topology = plan(LabSpec(nodes=3), "default", "process", tmp_path)
        nodes = tuple(node._replace(admin=port) for node in topology.nodes)
        self.client = AdminClient(topology._replace(nodes=nodes), "t", self.lives)

    def lives(self, _sid: int) -> bool:
        self.asked += 1
        if self.asked == 1:
            self.socket.listen()
            threading.Thread(target=self._serve).start()
        return True

    def _serve(self) -> None:
        for number in range(self.unheard + 1):
            line, _ = self.socket.accept()
            with line:
                line.recv(1 << 16)
                if number == self.unheard:
                    line.sendall(ANSWER)


def test_a_fault_waits_until_its_node_listens(tmp_path: Path) -> None:
    node = Starting(tmp_path)
    assert node.client.send(1, "node-faults", []) is True
    assert node.asked == 1


def test_a_proxy_that_closes_without_an_answer_is_no_listener(tmp_path: Path) -> None:
    node = Starting(tmp_path, unheard=2)
    assert node.client.clear(1, "node-faults", "f1") is True
    assert node.asked == 3


def test_who_only_looks_does_not_wait(tmp_path: Path) -> None:
    node = Starting(tmp_path)
    with pytest.raises(LabError):
        node.client.listed(1, "step")
    assert node.asked == 0
    node.socket.close()


def test_a_node_that_is_gone_is_not_waited_for(tmp_path: Path) -> None:
    node = Starting(tmp_path)
    node.client.lives = lambda _sid: False
    with pytest.raises(LabError):
        node.client.send(1, "node-faults", [])
    node.socket.close()
