"""The recorder's part as a client: one of every request, and what comes back."""

import socket
import struct
from typing import Self

from tests.e2e.ensemble import LOOPBACK, Ensemble, Server
from tests.vectors.raw import PASSWORD, Line, Said, buffer

CREATE, DELETE, EXISTS, GET, SET, GET_ACL, SET_ACL = 1, 2, 3, 4, 5, 6, 7
CHILDREN, SYNC, PING, CHILDREN2, CHECK, MULTI, CREATE2 = 8, 9, 11, 12, 13, 14, 15
CREATE_CONTAINER, MULTI_READ, AUTH, SET_WATCHES, CLOSE = 19, 22, 100, 101, -11
CHECK_WATCHES, REMOVE_WATCHES = 17, 18
GET_EPHEMERALS, ALL_CHILDREN, SET_WATCHES2 = 103, 104, 105
ADD_WATCH, WHO_AM_I = 106, 107

OPEN_ACL = struct.pack(">ii", 1, 31) + buffer(b"world") + buffer(b"anyone")


def text(words: str) -> bytes:
    """Return a jute string."""
    return buffer(words.encode())


def flag(value: bool) -> bytes:
    """Return a jute bool."""
    return struct.pack(">?", value)


def number(value: int) -> bytes:
    """Return a jute int."""
    return struct.pack(">i", value)


def create(path: str, data: bytes, mode: int = 0) -> bytes:
    """Return a CreateRequest with the usual open ACL."""
    return text(path) + buffer(data) + OPEN_ACL + number(mode)


def header(kind: int, done: bool = False) -> bytes:
    """Return a MultiHeader."""
    return struct.pack(">i?i", kind, done, -1)


END = header(-1, done=True)


class Client(Line):
    """A session over a raw socket."""

    def __init__(self, server: Server, timeout_ms: int = 10_000):
        """Connect and open a session."""
        self._dial(server, timeout_ms)
        self.finish()

    @classmethod
    def begin(cls, server: Server) -> Self:
        """Send the handshake and do not wait for the answer."""
        client = cls.__new__(cls)
        client._dial(server)
        return client

    def _dial(self, server: Server, timeout_ms: int = 10_000) -> None:
        link = socket.create_connection((LOOPBACK, server.ports.client))
        super().__init__(link, "client")
        self.xid = 0
        body = struct.pack(">iqiq", 0, 0, timeout_ms, 0)
        body += buffer(PASSWORD) + flag(False)
        self.send("ConnectRequest", buffer(body))

    def finish(self) -> None:
        """Hear the answer to the handshake."""
        reply = self.frame()
        self.note("ConnectResponse")
        self.timeout_ms, self.session = struct.unpack_from(">iq", reply, 4)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the session."""
        self.ask("closeSession", CLOSE, b"")
        self.link.close()

    def ask(self, what: str, kind: int, body: bytes, wait: bool = True) -> bytes:
        """Send a request and hear its reply, watch events on the way."""
        special = {PING: -2, AUTH: -4, SET_WATCHES: -8, SET_WATCHES2: -8}
        self.xid += kind not in special
        xid = special.get(kind, self.xid)
        self.send(what, buffer(struct.pack(">ii", xid, kind) + body))
        return self.hear_reply(what) if wait else b""

    def hear_reply(self, what: str) -> bytes:
        """Hear frames until one is no watch event."""
        while True:
            reply = self.frame()
            (xid,) = struct.unpack_from(">i", reply)
            self.note("watch event" if xid == -1 else f"reply: {what}")
            if xid != -1:
                return reply

    def create(self, path: str, data: bytes) -> None:
        """Create a persistent node."""
        self.ask("create", CREATE, create(path, data))


def play_client(servers: Ensemble) -> list[Said]:
    """Ask a follower one of everything."""
    servers[1].ask("ruok")
    client = Client(servers[1])
    _nodes(client)
    _watches(client)
    _transactions(client)
    _rarities(client)
    client.ask("closeSession", CLOSE, b"")
    client.link.close()
    return client.said + _refused(servers[1])


def _nodes(client: Client) -> None:
    ask = client.ask
    ask("create", CREATE, create("/a", b"one"))
    ask("create: exists already", CREATE, create("/a", b"one"))
    ask("create: no parent", CREATE, create("/no/parent", b""))
    ask("create: ephemeral", CREATE, create("/a/e", b"", 1))
    ask("create: child of an ephemeral", CREATE, create("/a/e/c", b""))
    ask("create: sequential", CREATE, create("/a/s-", b"", 2))
    ask("create2: ephemeral sequential", CREATE2, create("/a/t-", b"x", 3))
    ask("createContainer", CREATE_CONTAINER, create("/box", b"", 4))
    ask("create: bad mode", CREATE, create("/bad", b"", 99))
    ask("create: null data", CREATE, text("/null") + number(-1) + OPEN_ACL + number(0))
    ask("create: café", CREATE, create("/café", "π".encode()))
    ask("exists", EXISTS, text("/a") + flag(False))
    ask("exists: not", EXISTS, text("/nowhere") + flag(False))
    ask("getData", GET, text("/a") + flag(False))
    ask("setData", SET, text("/a") + buffer(b"two") + number(0))
    ask("setData: bad version", SET, text("/a") + buffer(b"x") + number(7))
    ask("getACL", GET_ACL, text("/a"))
    read_only = struct.pack(">ii", 1, 1) + text("world") + text("anyone")
    ask("setACL", SET_ACL, text("/null") + read_only + number(-1))
    ask("setData: no permission", SET, text("/null") + buffer(b"") + number(-1))
    ask("getChildren", CHILDREN, text("/a") + flag(False))
    ask("getChildren2", CHILDREN2, text("/a") + flag(False))
    ask("delete: has children", DELETE, text("/a") + number(-1))
    ask("sync", SYNC, text("/a"))
    ask("ping", PING, b"")


def _watches(client: Client) -> None:
    ask = client.ask
    ask("getData, watched", GET, text("/a") + flag(True))
    ask("setData that fires it", SET, text("/a") + buffer(b"three") + number(-1))
    ask("exists, watched", EXISTS, text("/w") + flag(True))
    ask("getChildren, watched", CHILDREN, text("/") + flag(True))
    ask("create that fires two", CREATE, create("/w", b""))
    ask("getData, watched", GET, text("/w") + flag(True))
    ask("delete that fires it", DELETE, text("/w") + number(0))
    ask("addWatch, recursive", ADD_WATCH, text("/a") + number(1))
    ask("create that fires it", CREATE, create("/a/deep", b""))
    paths = [number(1) + text("/a"), number(1) + text("/w"), number(1) + text("/")]
    since = struct.pack(">q", 0)
    ask("setWatches", SET_WATCHES, since + b"".join(paths))
    more = [number(0), number(0), number(0), number(1) + text("/box"), number(0)]
    ask("setWatches2", SET_WATCHES2, since + b"".join(more))
    ask("checkWatches: any", CHECK_WATCHES, text("/a") + number(3))
    ask("checkWatches: none", CHECK_WATCHES, text("/nowhere") + number(3))
    ask("removeWatches: any", REMOVE_WATCHES, text("/box") + number(3))


def _transactions(client: Client) -> None:
    good = (
        header(CREATE) + create("/m", b"") + header(SET) + text("/m") + buffer(b"1")
        + number(0) + header(CHECK) + text("/a") + number(-1) + header(CREATE2)
        + create("/m/c", b"") + header(DELETE) + text("/m/c") + number(0) + END
    )  # fmt: skip
    bad = (
        header(CREATE) + create("/n", b"") + header(CHECK) + text("/a") + number(99)
        + header(DELETE) + text("/m") + number(-1) + END
    )  # fmt: skip
    read = (
        header(GET) + text("/m") + flag(False) + header(CHILDREN) + text("/nowhere")
        + flag(False) + END
    )  # fmt: skip
    client.ask("multi", MULTI, good)
    boxes = header(CREATE_CONTAINER) + create("/m/box", b"", 4)
    boxes += header(CREATE) + create("/m/s-", b"", 2) + END
    client.ask("multi: a container and a sequential node", MULTI, boxes)
    client.ask("multi that fails", MULTI, bad)
    client.ask("multiRead", MULTI_READ, read)


def _rarities(client: Client) -> None:
    ask = client.ask
    ask("auth", AUTH, number(0) + text("digest") + buffer(b"ada:lovelace"))
    ask("whoAmI", WHO_AM_I, b"")
    ask("getEphemerals", GET_EPHEMERALS, text("/a"))
    ask("getAllChildrenNumber", ALL_CHILDREN, text("/a"))
    ask("body that does not parse", SET, number(1 << 30))


def _refused(server: Server) -> list[Said]:
    """Ask for a session that never was, then for an operation that is none."""
    link = socket.create_connection((LOOPBACK, server.ports.client))
    line = Line(link, "client")
    body = struct.pack(">iqiq", 0, 0, 10_000, 0x123456789) + buffer(PASSWORD)
    line.send("ConnectRequest of an unknown session, old form", buffer(body))
    line.frame()
    line.note("ConnectResponse: refused")
    client = Client(server)
    client.ask("unknown operation", 4242, b"")
    return line.said + client.said
