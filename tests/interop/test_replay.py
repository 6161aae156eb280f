"""The recorded client says the same words to us, and we must answer as Java did.

A fresh ensemble gives the same zxids, so replies are equal byte for byte but for
what no two runs share: clocks, session ids and passwords, and the order in which
a hash table lists children.
"""

import re
import socket
import struct
from collections.abc import Iterator

import pytest

from tests.e2e.ensemble import LOOPBACK, Ensemble, Server, ours
from tests.vectors.load import conversation
from tests.vectors.raw import Said

pytestmark = pytest.mark.e2e

# Milliseconds since 1970 as a long, from 2022 to 2039.
_CLOCK = re.compile(rb"\x00\x00[\x01][\x7e-\xff]....", re.DOTALL)
_EVENT = b"\xff" * 4  # the xid of a watch event
_SESSION_AT = 12  # in a ConnectResponse, length included


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Server 1 of an ensemble like the one that was recorded."""
    folder = tmp_path_factory.mktemp("replay")
    with Ensemble(folder, [ours] * 4, observers=[4], settings={"tickTime": 500}) as e:
        e.start(1, 2)
        yield e[1]


def steps() -> list[tuple[Said, list[bytes]]]:
    """Each thing the client said, with the frames that Java answered."""
    found: list[tuple[Said, list[bytes]]] = []
    for message in conversation("client"):
        if message.by == "client":
            found.append((message, []))
        else:
            found[-1][1].append(message.data)
    return found


def test_we_answer_every_request_as_java_did(server: Server):
    differences = []
    link, session, theirs = None, b"", b""
    for asked, answers in steps():
        if asked.what.startswith("ConnectRequest"):
            link = socket.create_connection((LOOPBACK, server.ports.client), 5)
            theirs = answers[0][_SESSION_AT : _SESSION_AT + 8]
        assert link is not None
        link.sendall(asked.data)
        mine = [_frame(link) for _ in answers]
        if asked.what == "ConnectRequest":
            session = mine[0][_SESSION_AT : _SESSION_AT + 8]
            assert len(mine[0]) == len(answers[0])
            continue
        same = sorted(_masked(frame, session) for frame in mine)
        if same != sorted(_masked(frame, theirs) for frame in answers):
            differences.append(_told(asked, answers, mine))
    assert not differences, "\n".join(differences)


def test_a_connection_ends_where_java_ends_it(server: Server):
    for last in ("closeSession", "unknown operation"):
        (request,) = [asked for asked, _ in steps() if asked.what == last]
        hello = next(asked for asked, _ in steps() if asked.what == "ConnectRequest")
        with socket.create_connection((LOOPBACK, server.ports.client), 5) as link:
            link.sendall(hello.data)
            _frame(link)
            link.sendall(request.data)
            _frame(link)
            assert link.recv(1) == b"", last


def _frame(link: socket.socket) -> bytes:
    """Hear one frame, its length in front."""
    head = _exactly(link, 4)
    return head + _exactly(link, struct.unpack(">i", head)[0])


def _exactly(link: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = link.recv(count - len(data))
        if not part:
            raise ConnectionError(f"closed after {data!r}")
        data += part
    return data


def _masked(frame: bytes, session: bytes) -> bytes:
    """Blank out clocks and session; sort the names if it lists children."""
    if frame[4:8] == _EVENT:  # 3.8.0 writes -1 here, newer Javas and we the zxid
        frame = frame[:8] + bytes(8) + frame[16:]
    blank = _CLOCK.sub(bytes(8), frame.replace(session, bytes(8)))
    names = re.findall(rb"\x00\x00\x00.[a-z/][\w\-./]*", blank[20:], re.DOTALL)
    if len(names) > 1:
        for name in names:
            blank = blank.replace(name, b"", 1)
        blank += b"".join(sorted(names))
    return blank


def _told(asked: Said, theirs: list[bytes], mine: list[bytes]) -> str:
    java = " ".join(frame.hex() for frame in theirs)
    us = " ".join(frame.hex() for frame in mine)
    return f"{asked.what}\n  java {java}\n  ours {us}"
