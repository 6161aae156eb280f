"""The verdict over what the nodes answer."""

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from labctl.lab import probe
from labctl.lab.follower import world_of
from labctl.lab.runtime.base import DOWN, PAUSED, UP, NodeRun
from labctl.lab.status import (
    NodeView,
    document,
    look,
    verdict,
    verdict_phrase,
)
from labctl.lab.topology import LabSpec, plan
from labctl.words.phrase import ENGLISH, text

ANSWER: dict[str, Any] = {
    "lab": "x",
    "node": 1,
    "boot": "b1",
    "pid": 7,
    "state": "LEADING",
    "phase": "broadcast",
    "leader": 1,
    "epoch": 3,
    "accepted_epoch": 3,
    "logged_zxid": 5,
    "processed_zxid": 5,
    "serving": True,
    "sessions": 2,
}


class _Admin(BaseHTTPRequestHandler):
    body: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _Words(socketserver.StreamRequestHandler):
    reply: ClassVar[bytes] = b""

    def handle(self) -> None:
        assert self.rfile.read(4) == b"srvr"
        self.wfile.write(self.reply)


@pytest.fixture
def servers() -> Iterator[Any]:
    running: list[socketserver.BaseServer] = []

    def serve(kind: type[socketserver.TCPServer], handler: Any) -> int:
        server = kind(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return int(server.server_address[1])

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


def admin(body: bytes) -> type[_Admin]:
    return type("Admin", (_Admin,), {"body": body})


def words(reply: bytes) -> type[_Words]:
    return type("Words", (_Words,), {"reply": reply})


class _OneRun:
    """A runtime whose every node has the same process."""

    def __init__(self, run: NodeRun) -> None:
        self._run = run

    def run(self, _sid: int) -> NodeRun:
        return self._run


def one_node(
    tmp_path: Path, run: NodeRun, *, admin_port: int, client: int = 1
) -> NodeView:
    lab = plan(LabSpec(nodes=1), "x", "process", tmp_path)
    node = lab.nodes[0]._replace(admin=admin_port, client=client)
    only_runs: Any = _OneRun(run)
    (view,) = look(lab._replace(nodes=(node,)), only_runs)
    return view


def test_an_answer_is_believed_if_lab_node_and_boot_are_ours(
    tmp_path: Path, servers: Any
) -> None:
    port = servers(ThreadingHTTPServer, admin(json.dumps(ANSWER).encode()))
    view = one_node(tmp_path, NodeRun(UP, "b1", 7), admin_port=port)
    assert view.answer is not None
    assert (view.state, view.answer.epoch, view.stranger) == ("LEADING", 3, False)


@pytest.mark.parametrize(
    "other", [{"boot": "older"}, {"lab": "y"}, {"node": 2}], ids=lambda d: next(iter(d))
)
def test_a_stranger_s_answer_is_not_our_node_s(
    tmp_path: Path, servers: Any, other: dict[str, Any]
) -> None:
    port = servers(ThreadingHTTPServer, admin(json.dumps(ANSWER | other).encode()))
    view = one_node(tmp_path, NodeRun(UP, "b1", 7), admin_port=port)
    assert view.answer is None
    assert view.stranger
    assert view.state == "STARTING"


def test_what_answers_while_our_process_is_down_is_a_stranger(
    tmp_path: Path, servers: Any
) -> None:
    port = servers(ThreadingHTTPServer, admin(json.dumps(ANSWER).encode()))
    view = one_node(tmp_path, NodeRun(DOWN, "b1"), admin_port=port)
    assert view.stranger
    assert (view.state, view.up) == ("DOWN", False)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b"\xff", b'{"lab": 1}'])
def test_what_is_no_answer_is_none(servers: Any, body: bytes) -> None:
    assert probe.ask(servers(ThreadingHTTPServer, admin(body))) is None


def test_a_node_without_admin_server_is_asked_by_four_letters(
    tmp_path: Path, servers: Any
) -> None:
    reply = (
        b"Zookeeper version: 3.8.0\nZxid: 0x300000005\nMode: leader\nNode count: 5\n"
    )
    port = servers(socketserver.ThreadingTCPServer, words(reply))
    view = one_node(tmp_path, NodeRun(UP, "b1", 7), admin_port=0, client=port)
    assert view.answer is not None
    assert (view.answer.state, view.answer.epoch) == ("LEADING", 3)
    assert verdict([view]).leader == 1


def test_of_two_that_say_leader_in_four_letters_the_newer_epoch_is_followed(
    tmp_path: Path, servers: Any
) -> None:
    said = {"leader": 1, "follower": 2, "zombie": 3}
    epochs = {"leader": 2, "follower": 0, "zombie": 1}
    lab = plan(LabSpec(nodes=3), "x", "process", tmp_path)
    nodes = []
    for node, name in zip(lab.nodes, said, strict=True):
        mode = "follower" if name == "follower" else "leader"
        reply = f"Zxid: 0x{epochs[name]:x}00000000\nMode: {mode}\n".encode()
        port = servers(socketserver.ThreadingTCPServer, words(reply))
        nodes.append(node._replace(admin=0, client=port))
    runs: Any = _OneRun(NodeRun(UP, "b1", 7))
    views = look(lab._replace(nodes=tuple(nodes)), runs)
    followed = [view.answer.leader for view in views if view.answer]
    assert followed == [1, 1, 3]
    assert verdict(views).leader == 1


def test_a_node_that_does_not_serve_says_so_in_four_letters(servers: Any) -> None:
    reply = b"This ZooKeeper instance is not currently serving requests\n"
    answer = probe.ask_words(servers(socketserver.ThreadingTCPServer, words(reply)))
    assert answer is not None
    assert (answer.state, answer.serving) == ("LOOKING", False)
    noise = servers(socketserver.ThreadingTCPServer, words(b"HTTP/1.1 400 Bad\r\n"))
    assert probe.ask_words(noise) is None


def views_of(tmp_path: Path, states: str) -> list[NodeView]:
    """One letter per node: L leader, F follower, ? looking, x down, = paused."""
    lab = plan(LabSpec(nodes=len(states)), "x", "process", tmp_path)
    leader = states.find("L") + 1
    names = {"L": "LEADING", "F": "FOLLOWING", "?": "LOOKING"}
    views = []
    for node, letter in zip(lab.nodes, states, strict=True):
        if letter in "x=":
            run = NodeRun(DOWN if letter == "x" else PAUSED, "b")
            views.append(NodeView(node, run, None))
            continue
        serves = letter in "LF"
        answer = probe.NodeAnswer(
            lab="x",
            node=node.sid,
            boot="b",
            pid=1,
            state=names[letter],
            phase="broadcast" if serves else "election",
            leader=leader if serves else 0,
            epoch=4,
            zxid=0x400000001,
            serving=serves,
            sessions=0,
        )
        views.append(NodeView(node, NodeRun(UP, "b", 1), answer))
    return views


@pytest.mark.parametrize(
    ("states", "quorum", "leader"),
    [
        ("FLF", True, 2),
        ("xLF", True, 2),
        ("xLx", False, 0),
        ("???", False, 0),
        ("F=F", False, 0),
        ("xxx", False, 0),
        ("FLFxx", True, 2),
        ("FLxxx", False, 0),
    ],
)
def test_a_quorum_is_a_leader_with_a_majority_under_it(
    tmp_path: Path, states: str, quorum: bool, leader: int
) -> None:
    judged = verdict(views_of(tmp_path, states))
    assert (judged.quorum, judged.leader) == (quorum, leader)


@pytest.mark.parametrize(
    ("states", "line"),
    [
        ("FLF", "quorum: yes (3/3 voters) · leader n2 · epoch 4"),
        ("?xx", "quorum: no (0/3 voters serve, need 2) · start 1 of n2, n3"),
        ("xxx", "quorum: no (0/3 voters serve, need 2) · start 2 of n1, n2, n3"),
        ("?==", "quorum: no (0/3 voters serve, need 2)"),
    ],
)
def test_the_verdict_says_what_would_restore_a_quorum(
    tmp_path: Path, states: str, line: str
) -> None:
    views = views_of(tmp_path, states)
    down = [view.node.sid for view in views if not view.up]
    assert text(verdict_phrase(verdict(views), down), ENGLISH) == line


def test_the_document_has_the_published_keys(tmp_path: Path) -> None:
    lab = plan(LabSpec(), "x", "process", tmp_path)
    shown = document(lab, views_of(tmp_path, "FLx"))
    assert {"lab", "runtime", "quorum", "leader", "epoch", "nodes"} <= set(shown)
    third = shown["nodes"][2]
    assert (third["id"], third["state"], third["up"]) == (3, "DOWN", False)
    assert shown["nodes"][1]["zxid"] == "0x400000001"
    assert json.loads(json.dumps(shown)) == shown


def test_the_story_begins_from_what_the_nodes_say(tmp_path: Path) -> None:
    lab = plan(LabSpec(), "x", "process", tmp_path)
    world = world_of(lab, views_of(tmp_path, "FL="))
    assert world.peers[2].learners == frozenset({1})
    assert world.peers[3].paused
