"""How much a client can make the service hold: a bound, whatever it asks."""

import pytest

from node.clients.connection import OWED_HIGH, OWED_MAX, Connection
from node.clients.reads import MULTI_READ_MAX
from node.wire.client import MULTI_END, CreateRequest, Err, Op, PathRequest
from node.wire.jute import pack
from tests.unit.clients.standalone import OPEN_ACL, REPLY, Standalone, request, take

BIG = b"x" * 500_000
READ_BIG = pack(PathRequest("/big")) + b"\0"
CHILDREN = pack(PathRequest("/many")) + b"\0"


@pytest.fixture
def here() -> Standalone:
    world = Standalone()
    conn = world.connect()
    world.ask(conn, Op.CREATE, pack(CreateRequest("/big", BIG, OPEN_ACL, 0)))
    world.ask(conn, Op.CREATE, pack(CreateRequest("/many", b"", OPEN_ACL, 0)))
    for number in range(300):
        path = f"/many/{number:0200}"
        world.ask(conn, Op.CREATE, pack(CreateRequest(path, b"", OPEN_ACL, 0)))
    return world


def unwritten(conn: Connection) -> int:
    return sum(map(len, conn.out))


def go_on(here: Standalone, conn: Connection) -> list[bytes]:
    """Do what the port does when it has written: take, and feed nothing."""
    frames = take(conn)
    conn.owed = 0
    if conn.more:
        here.service.feed(conn, b"", 0)
    return frames


@pytest.mark.parametrize(
    ("op", "body"), [(Op.GET_DATA, READ_BIG), (Op.GET_CHILDREN, CHILDREN)]
)
def test_large_answers_are_written_before_more_are_made(
    here: Standalone, op: int, body: bytes
) -> None:
    conn = here.connect()
    take(conn)
    here.service.feed(conn, b"".join(request(n, op, body) for n in range(200)), 0)

    got: list[bytes] = []
    while conn.out:
        assert unwritten(conn) <= OWED_HIGH + len(BIG) + 200
        got += go_on(here, conn)

    assert [REPLY.unpack_from(frame)[1] for frame in got] == list(range(200))


def test_half_a_frame_behind_large_answers_waits_for_its_other_half(
    here: Standalone,
) -> None:
    conn = here.connect()
    take(conn)
    last = request(9, Op.GET_DATA, READ_BIG)
    asked = b"".join(request(n, Op.GET_DATA, READ_BIG) for n in range(3)) + last[:9]
    here.service.feed(conn, asked, 0)
    while conn.out:
        go_on(here, conn)

    assert not conn.more
    here.service.feed(conn, last[9:], 0)
    assert [REPLY.unpack_from(frame)[1] for frame in take(conn)] == [9]


def test_reads_behind_a_write_that_owe_too_much_end_the_connection(
    here: Standalone,
) -> None:
    conn = here.connect()
    take(conn)
    create = pack(CreateRequest("/n", b"", OPEN_ACL, 0))
    asked = request(1, Op.CREATE, create) + request(2, Op.GET_DATA, READ_BIG) * 900
    here.service.feed(conn, asked, 0)
    assert unwritten(conn) == 0
    here.commit()

    assert conn.closing
    assert unwritten(conn) <= OWED_MAX + 2 * len(BIG)


def test_a_multi_read_of_everything_many_times_is_refused(here: Standalone) -> None:
    conn = here.connect()
    take(conn)
    one = b"\0\0\0\4\0\xff\xff\xff\xff" + READ_BIG[:-1] + b"\0"
    count = MULTI_READ_MAX // len(BIG)

    here.ask(conn, Op.MULTI_READ, one * (count - 1) + MULTI_END)
    assert unwritten(conn) > len(BIG) * (count - 2)
    go_on(here, conn)
    here.ask(conn, Op.MULTI_READ, one * (count + 2) + MULTI_END)

    assert REPLY.unpack_from(take(conn)[0])[3] == Err.MARSHALLING
