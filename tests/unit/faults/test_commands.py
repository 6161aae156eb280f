"""Fault commands over HTTP: in a lab, from this machine, and from no web page."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from node.config import Config
from node.effects import Note
from node.faults.commands import CommandHandler, restore
from node.faults.link_faults import LinkFaults
from node.members import parse_server
from node.shell.admin_port import AdminPort, Exchange

CUT = b'[{"to": 2, "action": "cut", "id": "x", "for_ms": 60000}]'


class Settings:
    """As much of a Config as the port reads."""

    extra: dict[str, str] = {}  # noqa: RUF012 (never written to)
    servers = {1: parse_server("zoo1:1:2")}  # noqa: RUF012

    def number(self, _key: str, default: int) -> int:
        return default


class Commands:
    def run(self, name: str, _: Mapping[str, str]) -> dict[str, str]:
        return {"command": name, "error": f"Unknown command: {name}"}


class Owner:
    def __init__(self, lab: str) -> None:
        self.faults = LinkFaults(lab, {2, 3})
        self.fault_commands: dict[str, CommandHandler] = {}
        if lab:
            self.fault_commands["link-faults"] = self.faults
        self.token = "secret"

    def publish(self, _published: Note) -> None:
        pass


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
    name: str = "localhost:8080",
) -> tuple[int, bytes, LinkFaults]:
    """Send one request, in a thousand pieces; return status, body and the faults."""
    owner, wire = Owner(lab), Wire(host)
    port = AdminPort(cast(Config, Settings()), cast(Any, Commands()), owner)
    lines = [
        f"{method} /commands/quorumlab/link-faults HTTP/1.1",
        f"Host: {name}",
        *more,
    ]
    lines.append(f"Content-Length: {len(body)}")
    request = "\r\n".join([*lines, "", ""]).encode() + body

    async def send() -> None:
        exchange = Exchange(port)
        exchange.connection_made(wire)
        size = len(request) // 1000 + 1
        for at in range(0, len(request), size):
            if not wire.closed:
                exchange.data_received(request[at : at + size])
        exchange.connection_lost(None)

    asyncio.run(send())
    head, _, answer = wire.sent.partition(b"\r\n\r\n")
    return int(head.split()[1]), answer, owner.faults


def test_a_link_fault_is_set_and_listed():
    status, body, faults = ask("POST", CUT)
    assert status == 200
    assert [fault["id"] for fault in json.loads(body)] == ["x"]
    assert faults.cut(2)
    assert not faults.cut(3)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_none_are_listed_when_there_are_none(method: str):
    status, body, _ = ask(method)
    assert (status, json.loads(body)) == (200, [])


def test_a_command_that_makes_no_sense_is_refused_in_one_line():
    status, body, faults = ask("POST", b'{"to": 9, "action": "cut"}')
    assert (status, body) == (400, b"there is no other server 9\n")
    assert faults.listed() == []


@pytest.mark.parametrize("host", ["10.1.2.3", "fe80::1%eth0", "?"])
def test_nobody_injects_faults_from_afar(host: str):
    status, _, faults = ask("POST", CUT, host=host)
    assert status == 403
    assert faults.listed() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_gives_orders_by_any_of_its_own_addresses(host: str):
    assert ask("GET", host=host)[0] == 200


def test_no_web_page_gives_orders():
    status, _, faults = ask("POST", CUT, "Origin: http://evil.example")
    assert status == 403
    assert faults.listed() == []


def test_who_asks_for_the_head_alone_gets_it_even_when_refused():
    assert ask("HEAD", name="evil.example")[:2] == (421, b"")
    assert ask("HEAD", host="10.1.2.3")[:2] == (403, b"")
    assert ask("HEAD")[:2] == (200, b"")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("localhost", 200),
        ("LocalHost.:8081", 200),
        ("zoo1:8080", 200),
        ("10.0.0.7:8080", 200),
        ("[::1]:8080", 200),
        ("evil.example:8080", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("[evil.example]", 421),
        ("", 421),
    ],
)
def test_a_host_that_is_no_name_of_ours_is_answered_nothing(name: str, status: int):
    assert ask("GET", name=name)[0] == status


def test_without_a_lab_there_is_nothing_to_order():
    status, _, faults = ask("POST", CUT, lab="")
    assert status == 405
    assert faults.listed() == []
    assert b"Unknown command" in ask("GET", lab="")[1]


def test_orders_are_short():
    status, _, faults = ask("POST", b" " * (70 * 1024))
    assert status == 413
    assert faults.listed() == []


def test_the_labs_secret_opens_the_way_from_afar() -> None:
    status, _, faults = ask("POST", CUT, "X-Quorumlab-Token: secret", host="172.17.0.1")
    assert status == 200
    assert faults.cut(2)


@pytest.mark.parametrize("shown", ["", "Secret", "secret ü"])
def test_a_wrong_secret_opens_nothing(shown: str) -> None:
    header = f"X-Quorumlab-Token: {shown}"
    assert ask("POST", CUT, header, host="172.17.0.1")[0] in (400, 403)


def test_no_web_page_gives_orders_even_with_the_secret() -> None:
    origin, secret = "Origin: http://evil.example", "X-Quorumlab-Token: secret"
    assert ask("POST", CUT, origin, secret)[0] == 403


def test_what_stood_before_this_boot_stands_again() -> None:
    async def boot() -> list[str]:
        faults = LinkFaults("lab", {2, 3})
        text = '{"link-faults": [{"to": 2, "action": "cut", "id": "f1>2"}]}'
        restore({"link-faults": faults}, text)
        restore({"link-faults": faults}, "nonsense")
        return [fault["id"] for fault in faults.listed()]

    assert asyncio.run(boot()) == ["f1>2"]
