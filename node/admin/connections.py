"""One connection as `stat`, `cons` and the AdminServer show it.

After ZooKeeper's ServerCnxn (dumpConnectionInfo, getConnectionInfo).
"""

from typing import Any

from node.clients.connection import Connection

_UNSIGNED_64 = 0xFFFFFFFFFFFFFFFF
_UNSIGNED_32 = 0xFFFFFFFF


def brief(conn: Connection) -> str:
    """Return the line of `stat`."""
    counts = f"queued={len(conn.pending)},recved={conn.recved},sent={conn.sent}"
    return f"/{conn.address}[{1 if conn.session else 0}]({counts})"


def full(conn: Connection, now_ms: int, wall_ms: int) -> str:
    """Return the line of `cons`; who has no session yet is told in brief."""
    if not conn.session:
        return brief(conn)
    latency = conn.latency
    last = f"lcxid=0x{conn.last_cxid & _UNSIGNED_32:x}," if conn.last_cxid >= 0 else ""
    return (
        f"{brief(conn)[:-1]},"
        f"sid=0x{conn.session & _UNSIGNED_64:x},lop={conn.last_op_name()},"
        f"est={_established(conn, now_ms, wall_ms)},to={conn.timeout_ms},{last}"
        f"lzxid=0x{conn.last_zxid & _UNSIGNED_64:x},lresp={conn.last_response_ms},"
        f"llat={latency.last_ms},minlat={latency.min_ms},"
        f"avglat={latency.average_ms():.0f},maxlat={latency.max_ms})"
    )


def described_briefly(conn: Connection) -> dict[str, Any]:
    """Return what the AdminServer's `stats` says of it."""
    return {
        "remote_socket_address": conn.address,
        "interest_ops": 0 if conn.paused else 1,
        "outstanding_requests": len(conn.pending),
        "packets_received": conn.recved,
        "packets_sent": conn.sent,
    }


def described(conn: Connection, now_ms: int, wall_ms: int) -> dict[str, Any]:
    """Return what its `connections` says of it."""
    found = described_briefly(conn)
    if not conn.session:
        return found
    latency = conn.latency
    return found | {
        "session_id": conn.session,
        "last_operation": conn.last_op_name(),
        "established": _established(conn, now_ms, wall_ms),
        "session_timeout": conn.timeout_ms,
        "last_cxid": conn.last_cxid,
        "last_zxid": conn.last_zxid,
        "last_response_time": conn.last_response_ms,
        "last_latency": latency.last_ms,
        "min_latency": latency.min_ms,
        "avg_latency": int(latency.average_ms()),
        "max_latency": latency.max_ms,
    }


def _established(conn: Connection, now_ms: int, wall_ms: int) -> int:
    """Return when it came, in milliseconds since 1970."""
    return wall_ms - (now_ms - conn.established_ms)
