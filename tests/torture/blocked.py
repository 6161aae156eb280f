"""Partitions for real processes: link faults of every node, by its AdminServer."""

import json
from collections.abc import Iterable
from http.client import HTTPConnection
from typing import Any

from tests.e2e.ensemble import LOOPBACK, Ensemble, Server

PATH = "/commands/quorumlab/link-faults"
LAB: dict[str, object] = {"admin.enableServer": "true", "quorumlab.lab": "torture"}


def command(
    server: Server, method: str, document: object = None
) -> list[dict[str, Any]]:
    """Set link faults of one node; return those that are active then."""
    link = HTTPConnection(LOOPBACK, server.ports.admin, timeout=5)
    try:
        body = None if document is None else json.dumps(document)
        link.request(method, PATH, body)
        answer = link.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, f"{answer.status}: {text}"
    finally:
        link.close()
    found: list[dict[str, Any]] = json.loads(text)
    return found


def cut(ensemble: Ensemble, pairs: Iterable[tuple[int, int]], **more: object) -> None:
    """Cut each of these directions; `more` goes into every link fault."""
    commands: dict[int, list[dict[str, object]]] = {}
    for sender, receiver in pairs:
        fault = {"to": receiver, "action": "cut", **more}
        commands.setdefault(sender, []).append(fault)
    for sender, faults in commands.items():
        set_now = command(ensemble[sender], "POST", faults)
        assert len(set_now) >= len(faults), "a fault that did not happen"


def heal(ensemble: Ensemble) -> None:
    """Clear every link fault of every node that runs."""
    for server in ensemble.servers:
        if server.running:
            assert command(server, "DELETE") == []


def both_ways(one: Iterable[int], other: Iterable[int]) -> list[tuple[int, int]]:
    """Return all directions between two groups of servers."""
    there = [(a, b) for a in one for b in other if a != b]
    return there + [(b, a) for a, b in there]
