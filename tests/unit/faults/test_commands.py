"""Orders for the gates over HTTP: in a lab, from this machine, and from no web page."""

import asyncio
import json
from typing import Any, cast

import pytest

from node.config import Config
from node.shell.admin_port import AdminPort, Exchange
from node.shell.gates import Gates
from node.shell.orders import resume

CUT = b'[{"to": 2, "action": "cut", "id": "x", "for_ms": 60000}]'


class Settings:
    """As much of a Config as the port reads."""

    extra: dict[str, str] = {}  # noqa: RUF012 (never written to)

    def number(self, _key: str, default: int) -> int:
        return default


class View:
    def commands(self) -> dict[str, Any]:
        return {}


class Owner:
    def __init__(self, lab: str) -> None:
        self.gates = Gates(lab, {2, 3})
        self.orders = {"gates": self.gates} if lab else {}
        self.token = "secret"


class Wire:
    """A caller's connection."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.sent = b""
        self.closed = False

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        return self.host, 1

    def write(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.closed = True


def ask(
    method: str,
    body: bytes = b"",
    *more: str,
    lab: str = "lab",
    host: str = "127.0.0.1",
) -> tuple[int, bytes, Gates]:
    """Send one request, a byte at a time; return status, body and the gates."""
    owner, wire = Owner(lab), Wire(host)
    port = AdminPort(cast(Config, Settings()), cast(Any, View()), owner)
    lines = [f"{method} /commands/quorumlab/gates HTTP/1.1", "Host: x", *more]
    lines.append(f"Content-Length: {len(body)}")
    request = "\r\n".join([*lines, "", ""]).encode() + body

    async def send() -> None:
        exchange = Exchange(port)
        exchange.connection_made(wire)
        for at in range(len(request)):
            if not wire.closed:
                exchange.data_received(request[at : at + 1])
        exchange.connection_lost(None)

    asyncio.run(send())
    head, _, answer = wire.sent.partition(b"\r\n\r\n")
    return int(head.split()[1]), answer, owner.gates


def test_a_gate_is_set_and_listed():
    status, body, gates = ask("POST", CUT)
    assert status == 200
    assert [gate["id"] for gate in json.loads(body)] == ["x"]
    assert gates.cut(2)
    assert not gates.cut(3)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_none_are_listed_when_there_are_none(method: str):
    status, body, _ = ask(method)
    assert (status, json.loads(body)) == (200, [])


def test_an_order_that_makes_no_sense_is_refused_in_one_line():
    status, body, gates = ask("POST", b'{"to": 9, "action": "cut"}')
    assert (status, body) == (400, b"there is no other server 9\n")
    assert gates.listed() == []


@pytest.mark.parametrize("host", ["10.1.2.3", "fe80::1%eth0", "?"])
def test_nobody_gives_orders_from_afar(host: str):
    status, _, gates = ask("POST", CUT, host=host)
    assert status == 403
    assert gates.listed() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_gives_orders_by_any_of_its_own_addresses(host: str):
    assert ask("GET", host=host)[0] == 200


def test_no_web_page_gives_orders():
    status, _, gates = ask("POST", CUT, "Origin: http://evil.example")
    assert status == 403
    assert gates.listed() == []


def test_without_a_lab_there_is_nothing_to_order():
    status, _, gates = ask("POST", CUT, lab="")
    assert status == 405
    assert gates.listed() == []
    assert b"Unknown command" in ask("GET", lab="")[1]


def test_orders_are_short():
    status, _, gates = ask("POST", b" " * (70 * 1024))
    assert status == 413
    assert gates.listed() == []


def test_the_labs_secret_opens_the_way_from_afar() -> None:
    status, _, gates = ask("POST", CUT, "X-Quorumlab-Token: secret", host="172.17.0.1")
    assert status == 200
    assert gates.cut(2)


@pytest.mark.parametrize("shown", ["", "Secret", "secret ü"])
def test_a_wrong_secret_opens_nothing(shown: str) -> None:
    header = f"X-Quorumlab-Token: {shown}"
    assert ask("POST", CUT, header, host="172.17.0.1")[0] in (400, 403)


def test_no_web_page_gives_orders_even_with_the_secret() -> None:
    origin, secret = "Origin: http://evil.example", "X-Quorumlab-Token: secret"
    assert ask("POST", CUT, origin, secret)[0] == 403


def test_what_stood_before_this_boot_stands_again() -> None:
    async def boot() -> list[str]:
        gates = Gates("lab", {2, 3})
        text = '{"gates": [{"to": 2, "action": "cut", "id": "f1>2"}]}'
        resume({"gates": gates}, text)
        resume({"gates": gates}, "nonsense")
        return [gate["id"] for gate in gates.listed()]

    assert asyncio.run(boot()) == ["f1>2"]
