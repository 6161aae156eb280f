"""What `srst`, `crst` and `stmk` do to a server's counters and connections."""

from node.clients.connection import Connection
from node.clients.session import SessionTracker


def test_counters_begin_again_and_the_session_stays() -> None:
    conn = Connection("10.0.0.1:4711", 5)
    conn.session, conn.timeout_ms = 7, 4000
    conn.recved, conn.sent, conn.last_op, conn.last_zxid = 3, 2, 1, 9
    conn.latency.add(12)
    conn.reset_counters()
    assert (conn.recved, conn.sent, conn.last_op_name()) == (0, 0, "NA")
    assert (conn.last_zxid, conn.latency.max_ms, conn.latency.count) == (-1, 0, 0)
    assert (conn.session, conn.timeout_ms, conn.established_ms) == (7, 4000, 5)


def test_a_tracker_tells_when_sessions_end() -> None:
    tracker = SessionTracker(100)
    tracker.add(1, 250, now_ms=0)
    tracker.add(2, 260, now_ms=0)
    tracker.add(3, 900, now_ms=0)
    assert tracker.ends() == {300: [1, 2], 1000: [3]}
    tracker.close(3)
    assert tracker.ends() == {300: [1, 2]}
