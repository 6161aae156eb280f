"""The first bytes of a connection: a four-letter word, or a ConnectRequest.

Census §3.2; the order of the checks is ZooKeeper's.
"""

from node.clients.session import password_of
from node.wire.client import ConnectRequest, ConnectResponse, frame
from node.wire.client import pack_connect_response

FOUR_LETTER_WORDS = frozenset(
    word.encode()
    for word in (
        "conf cons crst dirs dump envi gtmk hash isro mntr ruok srst srvr stat stmk "
        "wchc wchp wchs"
    ).split()
)
NO_PASSWORD = bytes(16)


def clamp_timeout(wanted_ms: int, least_ms: int, most_ms: int) -> int:
    """Return the session time-out that the client gets."""
    return max(least_ms, min(wanted_ms, most_ms))


def password_fits(request: ConnectRequest) -> bool:
    """Return whether a client that names a session proves it to be its own."""
    return request.session != 0 and request.password == password_of(request.session)


def welcome(session: int, timeout_ms: int, *, with_flag: bool) -> bytes:
    """Return the framed answer that opens a session."""
    flag = False if with_flag else None
    answer = ConnectResponse(0, timeout_ms, session, password_of(session), flag)
    return frame(pack_connect_response(answer))


def goodbye(*, with_flag: bool) -> bytes:
    """Return the framed answer that says: that session is gone."""
    flag = False if with_flag else None
    return frame(pack_connect_response(ConnectResponse(0, 0, 0, NO_PASSWORD, flag)))
