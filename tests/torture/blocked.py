"""Partitions for real processes: the gates of every node, by its AdminServer."""

import json
from collections.abc import Iterable
from http.client import HTTPConnection
from typing import Any

from tests.e2e.ensemble import LOOPBACK, Ensemble, Server

PATH = "/commands/quorumlab/gates"
LAB: dict[str, object] = {"admin.enableServer": "true", "quorumlab.lab": "torture"}


def order(server: Server, method: str, document: object = None) -> list[dict[str, Any]]:
    """Order gates of one node; return those it has then."""
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
    """Pull the cable in each of these directions; `more` goes into every gate."""
    orders: dict[int, list[dict[str, object]]] = {}
    for sender, receiver in pairs:
        gate = {"to": receiver, "action": "cut", **more}
        orders.setdefault(sender, []).append(gate)
    for sender, gates in orders.items():
        set_now = order(ensemble[sender], "POST", gates)
        assert len(set_now) >= len(gates), "a fault that did not happen"


def heal(ensemble: Ensemble) -> None:
    """Open every gate of every node that runs."""
    for server in ensemble.servers:
        if server.running:
            assert order(server, "DELETE") == []


def both_ways(one: Iterable[int], other: Iterable[int]) -> list[tuple[int, int]]:
    """Return all directions between two groups of servers."""
    there = [(a, b) for a in one for b in other if a != b]
    return there + [(b, a) for a, b in there]
