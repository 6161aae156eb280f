"""Sessions: which are alive, which server owns each, and what proves a client.

Only the leader expires sessions.  It looks once per tick, so a session's end is
rounded up to the next tick and sessions that end together share a bucket.
After ZooKeeper's SessionTrackerImpl and ExpiryQueue.
"""

from itertools import islice

from node.wire.client import Err

_SECRET = 0xB3415C00
_JAVA_MULTIPLIER = 0x5DEECE66D
_JAVA_MASK = (1 << 48) - 1


class _Session:
    __slots__ = ("closing", "ends_ms", "owner", "timeout_ms")

    def __init__(self, timeout_ms: int, ends_ms: int) -> None:
        self.timeout_ms = timeout_ms
        self.ends_ms = ends_ms  # the bucket it is in
        self.owner: object = None  # who serves it: a learner, or our own clients
        self.closing = False


class SessionTracker:
    """The leader's list of live sessions; times are of a clock that never jumps."""

    def __init__(self, tick_ms: int) -> None:
        self.tick_ms = tick_ms
        self.now_ms = 0  # the latest time that was handed in
        self._sessions: dict[int, _Session] = {}
        self._buckets: dict[int, dict[int, None]] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def advance(self, now_ms: int) -> None:
        """Learn what time it is; it never runs back."""
        self.now_ms = max(self.now_ms, now_ms)

    def add(self, session: int, timeout_ms: int, now_ms: int | None = None) -> None:
        """Watch over a session from now on; without a time, from the latest known."""
        if now_ms is None:
            now_ms = self.now_ms
        if session not in self._sessions:
            self._sessions[session] = _Session(timeout_ms, -1)
        self.touch(session, timeout_ms, now_ms)

    def touch(self, session: int, timeout_ms: int, now_ms: int) -> bool:
        """Hear of a session; False if it is closing or unknown."""
        self.advance(now_ms)
        known = self._sessions.get(session)
        if known is None or known.closing:
            return False
        known.timeout_ms = timeout_ms
        ends_ms = ((now_ms + timeout_ms) // self.tick_ms + 1) * self.tick_ms
        if ends_ms != known.ends_ms:
            self._leave_bucket(session, known)
            known.ends_ms = ends_ms
            self._buckets.setdefault(ends_ms, {})[session] = None
        return True

    def set_owner(self, session: int, owner: object) -> None:
        """Let requests of a session come from one side only."""
        known = self._sessions.get(session)
        if known is not None:
            known.owner = owner

    def check(self, session: int, owner: object) -> int:
        """Return 0 if this owner may speak for the session, else the error."""
        known = self._sessions.get(session)
        if known is None or known.closing:
            return Err.SESSION_EXPIRED
        if known.owner is None:
            known.owner = owner
        return Err.OK if known.owner is owner else Err.SESSION_MOVED

    def close(self, session: int) -> None:
        """Refuse what the session asks from now on: its end is in line."""
        known = self._sessions.get(session)
        if known is not None:
            known.closing = True
            self._leave_bucket(session, known)

    def remove(self, session: int) -> None:
        """Forget a session that has ended."""
        known = self._sessions.pop(session, None)
        if known is not None:
            self._leave_bucket(session, known)

    def timeout_of(self, session: int) -> int:
        """Return a session's time-out in milliseconds; 0 if it is unknown."""
        known = self._sessions.get(session)
        return known.timeout_ms if known is not None else 0

    def ends(self) -> dict[int, list[int]]:
        """Return by its end, in milliseconds of our clock, which sessions end then."""
        return {ends_ms: [*self._buckets[ends_ms]] for ends_ms in sorted(self._buckets)}

    def expired(self, now_ms: int, most: int) -> list[int]:
        """Return at most so many sessions whose time is over; they are closing now."""
        self.advance(now_ms)
        due = sorted(ends_ms for ends_ms in self._buckets if ends_ms <= now_ms)
        waiting = (session for ends_ms in due for session in self._buckets[ends_ms])
        over = list(islice(waiting, most))
        for session in over:
            self.close(session)
        return over

    def _leave_bucket(self, session: int, known: _Session) -> None:
        bucket = self._buckets.get(known.ends_ms)
        if bucket is not None:
            bucket.pop(session, None)
            if not bucket:
                del self._buckets[known.ends_ms]


def make_session_id(sid: int, now_ms: int) -> int:
    """Return a server's first session id; it counts on from there.

    The server's number in the highest byte, then the low 40 bits of the time:
    two servers never give the same id, nor does one after a restart.
    """
    value = (now_ms & 0xFFFFFFFFFF) << 16 | (sid & 0xFF) << 56
    return value - (1 << 64) if value >> 63 else value


def password_of(session: int) -> bytes:
    """Return the 16 bytes that prove a session is the client's own.

    They are what java.util.Random, seeded with the id and a constant, gives:
    every server of the ensemble can compute them.
    """
    state = ((session ^ _SECRET) ^ _JAVA_MULTIPLIER) & _JAVA_MASK
    password = b""
    for _ in range(4):
        state = (state * _JAVA_MULTIPLIER + 0xB) & _JAVA_MASK
        password += (state >> 16).to_bytes(4, "little")
    return password
