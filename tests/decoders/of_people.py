"""Claims about what people and their tools write: zoo.cfg, HTTP, events."""

from pathlib import Path
from tempfile import gettempdir
from types import SimpleNamespace
from typing import Any
from zlib import adler32

from node import config, events, members, properties
from node.shell.admin_port import AdminPort, Exchange
from tests.decoders import seeds

_PLACE = Path(gettempdir(), "quorumlab-decoders")


def config_seeds() -> tuple[bytes, ...]:
    """Return configurations of a folder that has a `myid`."""
    _PLACE.mkdir(exist_ok=True)
    (_PLACE / "myid").write_text("1\n")
    text = seeds.CONFIG.replace("DATA", str(_PLACE))
    return (text.encode(), text.partition("server.")[0].encode())


def check_config(data: bytes) -> None:
    """zoo.cfg gives a Config or one clear line."""
    try:
        found = config.read_config("zoo.cfg", str(data, "utf-8", "surrogateescape"))
    except config.ConfigError as error:
        assert "zoo.cfg" in str(error) or "myid" in str(error)
        assert "\n" not in str(error)
        return
    for sid, server in found.servers.items():
        again = members.parse_server(server.describe())
        assert again is not None
        assert again._replace(sid=sid).describe() == server.describe()
    assert found.membership().endswith("version=0")


def check_properties(data: bytes) -> None:
    """A properties file gives settings, each with its line, or names the line."""
    text = str(data, "utf-8", "replace")
    count = len(text.splitlines())
    try:
        found = properties.parse_properties(text)
    except properties.PropertiesError as error:
        assert 1 <= error.line <= count
        return
    assert all(1 <= one.line <= count for one in found)
    if adler32(data) % 4:
        return  # to write it is dearer than to read it
    written = "\n".join(f"{_escaped(p.key)}={_escaped(p.value)}" for p in found)
    again = properties.parse_properties(written)
    assert [p[:2] for p in again] == [p[:2] for p in found]


def _escaped(text: str) -> str:
    return "".join(
        char if char.isascii() and char.isalnum() else "".join(_units(char))
        for char in text
    )


def _units(char: str) -> list[str]:
    raw = char.encode("utf-16-be", "surrogatepass")
    return [f"\\u{raw[at : at + 2].hex()}" for at in range(0, len(raw), 2)]


def _admin() -> AdminPort:
    told = SimpleNamespace(
        servers={1: SimpleNamespace(host="h")},
        extra={"admin.serverPort": "0"},
        number=lambda _key, default: default,
    )
    commands = SimpleNamespace(
        names=lambda: ["monitor", "ruok"],
        run=lambda name, query: {"zxid": 1, "command": name, **query},
    )
    made: Any = told
    owner = SimpleNamespace(fault_commands={})
    return AdminPort(made, commands, owner)  # type: ignore[arg-type]  # of no node


class _Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.said = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed, "spoke after hanging up"
        self.said += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


_ADMIN = _admin()


def check_http(data: bytes) -> None:
    """A request is answered once, or refused as HTTP, however it is cut."""
    outcomes = []
    step = 1 + adler32(data) % 50
    for size in (len(data) or 1, *[step] * (step % 4 == 0)):
        exchange, wire = Exchange(_ADMIN), _Wire()
        exchange.transport = wire
        for at in range(0, len(data), size):
            if wire.closed:
                break
            exchange.data_received(data[at : at + size])
        outcomes.append((_status(wire.said), wire.closed))
    assert len(set(outcomes)) == 1


def _status(said: bytes) -> bytes:
    if not said:
        return b""
    assert said.startswith(b"HTTP/1.1 ")
    assert b"\r\n\r\n" in said
    return said[9:12]


def check_event(data: bytes) -> None:
    """A line is an event that is written and read again the same, or it is none."""
    record = events.decode(str(data, "utf-8", "replace"))
    if record is None:
        return
    once = events.encode(record)
    again = events.decode(once)
    assert again is not None
    assert events.encode(again) == once
