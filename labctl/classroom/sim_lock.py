"""The lock of `labctl recipe lock` in the simulator: who is woken by each release.

The same two ways as in `labctl.clients.recipe`, one step after another: everybody
waits before anybody releases, so that what is counted does not hang on chance.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from labctl.classroom.sim_client import OneClient
from labctl.clients.grammar import understand

_LIMIT_MS = 5000
_SETTLE_MS = 100  # for notifications that are on their way
_LOCK = "/lock"

Until = Callable[[Callable[[], bool], int], bool]


class LockCost(NamedTuple):
    """What one round, in which each client held the lock once, has cost."""

    woken: tuple[int, ...]  # notifications after each release
    requests: int


def lock_round(clients: Sequence[OneClient], until: Until, *, good: bool) -> LockCost:
    """Let everybody have the lock once."""
    woken = _well(clients, until) if good else _badly(clients, until)
    return LockCost(tuple(woken), sum(client.xid for client in clients))


def _badly(clients: Sequence[OneClient], until: Until) -> list[int]:
    """Everybody wants the one znode, and watches it while another has it."""
    waiting, woken = list(clients), []
    while waiting:
        holder = None
        for client in waiting:
            _ask(client, f"create -e {_LOCK} 1", until)
            if holder is None and client.result.startswith("ok"):
                holder = client
            else:
                _watch(client, _LOCK, until)
        assert holder is not None, "nobody got a free lock"
        waiting.remove(holder)
        woken.append(_release(holder, _LOCK, clients, until))
    return woken


def _well(clients: Sequence[OneClient], until: Until) -> list[int]:
    """Everybody takes a number, and watches the one before."""
    _ask(clients[0], f"create {_LOCK} 1", until)
    numbers: list[str] = []
    for client in clients:
        _ask(client, f"create -es {_LOCK}/n- 1", until)
        mine = client.made
        if numbers:
            _watch(client, numbers[-1], until)
        numbers.append(mine)
    return [
        _release(client, mine, clients, until)
        for client, mine in zip(clients, numbers, strict=True)
    ]


def _release(
    holder: OneClient, path: str, clients: Sequence[OneClient], until: Until
) -> int:
    before = sum(client.notified for client in clients)
    _ask(holder, f"delete {path}", until)
    until(lambda: False, _SETTLE_MS)
    return sum(client.notified for client in clients) - before


def _ask(client: OneClient, line: str, until: Until) -> None:
    client.ask(understand(line))
    until(lambda: client.answer is not None, _LIMIT_MS)


def _watch(client: OneClient, path: str, until: Until) -> None:
    """Leave a watch on a znode that is there: our server may not know it yet."""
    left = False
    while not left:
        client.watch(path)
        until(lambda: client.answer is not None, _LIMIT_MS)
        left = client.result.startswith("ok")
