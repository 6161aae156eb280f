"""Opening a session: the first message of a connection, and its answer.

The order of the checks is ZooKeeper's (ZooKeeperServer.processConnectRequest), but for
the password: it comes before another connection of the session is closed.  The bytes
are in docs/protocol/wire.md.
"""

from node.clients.connection import CONNECTING, OPEN, Connection, Pending
from node.clients.session import make_session_id, password_of
from node.clients.state import ClientState
from node.events import SessionOpened, SessionRefused
from node.wire.client import (
    ConnectRequest,
    ConnectResponse,
    Op,
    frame,
    pack_connect_response,
    unpack_connect_request,
)
from node.wire.jute import BUFFER_MAX, INT, LONG, MalformedRecord

FOUR_LETTER_WORDS = frozenset(
    b"conf cons crst dirs dump envi gtmk hash isro mntr ruok srst srvr stat stmk "
    b"wchc wchp wchs".split()
)
NO_PASSWORD = bytes(16)


class Greeter:
    """Brings new connections to an open session, or turns them away."""

    def __init__(self, state: ClientState) -> None:
        self.state = state
        self._next_session = 0

    def greet(
        self, conn: Connection, chunk: bytes, now_ms: int, *, serving: bool
    ) -> int:
        """Take in the first bytes; return how many are done with."""
        if conn.state == CONNECTING or len(chunk) < 4:
            return 0
        if conn.command or chunk[:4] in FOUR_LETTER_WORDS:
            if not conn.command:
                conn.command = chunk[:4].decode()
                if len(chunk) >= 4 + LONG.size:  # the mask that `stmk` brings
                    (conn.argument,) = LONG.unpack_from(chunk, 4)
            self.state.dirty[conn] = None
            return len(chunk)
        length: int = INT.unpack_from(chunk)[0]
        if not 0 <= length <= BUFFER_MAX or len(chunk) < 4 + length:
            return 0
        try:
            request = unpack_connect_request(chunk[4 : 4 + length])
        except MalformedRecord:
            self.state.close(conn)
            return 4 + length
        if serving:
            self._open_session(conn, request, now_ms)
        else:
            self.state.close(conn)
        return 4 + length

    def revalidated(self, conn: Connection, *, alive: bool) -> None:
        """The leader has answered whether a session that moved here is alive."""
        if alive:
            self.opened(conn, reattached=True)
            return
        del self.state.by_session[conn.session]
        self._refuse(conn, conn.session, "expired", goodbye(conn))

    def opened(self, conn: Connection, *, reattached: bool) -> None:
        """Welcome the client: its session is open."""
        conn.state = OPEN
        conn.paused = False
        conn.needed = 0  # what came early may be served now
        conn.last_op = Op.CREATE_SESSION
        self.state.put(conn, welcome(conn))
        self.state.touched[conn.session] = conn.timeout_ms
        self.state.notes.append(
            SessionOpened(conn.session, conn.timeout_ms, reattached, conn.address)
        )

    def _open_session(
        self, conn: Connection, request: ConnectRequest, now_ms: int
    ) -> None:
        """Ask for a new session, or whether an old one is still alive."""
        state, settings = self.state, self.state.settings
        conn.recved += 1
        state.recved += 1
        conn.sends_flag = request.read_only is not None
        if request.last_zxid_seen > state.tree.processed_zxid:
            # It has seen writes that we do not have: it must not go back in time.
            self._refuse(conn, request.session, "saw-newer-zxid")
            return
        conn.timeout_ms = max(
            settings.min_session_ms, min(request.timeout_ms, settings.max_session_ms)
        )
        conn.state = CONNECTING
        conn.paused = True
        if request.session == 0:
            self._new_session(conn, now_ms)
            return
        if request.password != password_of(request.session):
            self._refuse(conn, request.session, "bad-password", goodbye(conn))
            return
        other = state.by_session.pop(request.session, None)
        if other is not None:
            state.close(other)
        conn.session = request.session
        state.by_session[conn.session] = conn
        state.revalidations.append((conn.session, conn.timeout_ms))

    def _new_session(self, conn: Connection, now_ms: int) -> None:
        state = self.state
        if not self._next_session:
            self._next_session = make_session_id(state.settings.sid, now_ms)
        while self._next_session in state.tree.sessions:
            self._next_session += 1  # the clock was set back
        conn.session = self._next_session
        self._next_session += 1
        state.by_session[conn.session] = conn
        timeout = INT.pack(conn.timeout_ms)
        state.submit(conn, Pending(0, Op.CREATE_SESSION, timeout, now_ms))

    def _refuse(
        self, conn: Connection, session: int, why: str, last_words: bytes = b""
    ) -> None:
        if last_words:
            self.state.put(conn, last_words)
        self.state.notes.append(SessionRefused(session, conn.address, why))
        self.state.close(conn)


def welcome(conn: Connection) -> bytes:
    """Return the framed answer that opens a session."""
    password = password_of(conn.session)
    flag = False if conn.sends_flag else None
    answer = ConnectResponse(0, conn.timeout_ms, conn.session, password, flag)
    return frame(pack_connect_response(answer))


def goodbye(conn: Connection) -> bytes:
    """Return the framed answer that says: that session is gone."""
    flag = False if conn.sends_flag else None
    return frame(pack_connect_response(ConnectResponse(0, 0, 0, NO_PASSWORD, flag)))
