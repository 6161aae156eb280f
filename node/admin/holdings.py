"""What a node holds for its clients: sessions with ephemerals, and watches.

Every server knows all sessions and their ephemerals, because those are in the
tree; of watches it knows only those of the clients connected to itself.  Sessions
are plain signed numbers here; who shows them chooses decimal or `session_name`.
"""

from typing import TypedDict

from node.clients.service import Service

_UNSIGNED_64 = 0xFFFFFFFFFFFFFFFF


class WatchSummary(TypedDict):
    """How many of each; the fields are ZooKeeper's."""

    num_connections: int
    num_paths: int
    num_total_watches: int


def session_name(session: int) -> str:
    """Return a session id as logs and four-letter words write it."""
    return f"0x{session & _UNSIGNED_64:x}"


def ephemerals(service: Service) -> dict[int, list[str]]:
    """Return by session the ephemerals that it owns."""
    owned = service.tree.ephemerals
    return {session: sorted(paths) for session, paths in owned.items() if paths}


def timeouts(service: Service) -> dict[int, int]:
    """Return by session its time-out in milliseconds."""
    return dict(service.tree.sessions)


def paths_by_session(service: Service) -> dict[int, list[str]]:
    """Return `wchc`: by session, the paths it watches here."""
    found: dict[int, list[str]] = {}
    for path, sessions in sessions_by_path(service).items():
        for session in sessions:
            found.setdefault(session, []).append(path)
    return found


def sessions_by_path(service: Service) -> dict[str, list[int]]:
    """Return `wchp`: every watched path, of whatever kind the watch is."""
    found: dict[str, dict[int, None]] = {}
    for table in service.watches.tables:
        for path, watchers in table.items():
            sessions = {conn.session: None for conn in watchers}
            found.setdefault(path, {}).update(sessions)
    return {path: list(sessions) for path, sessions in sorted(found.items())}


def watch_summary(service: Service) -> WatchSummary:
    """Return `wchs`."""
    table = sessions_by_path(service)
    return {
        "num_connections": len(
            {who for sessions in table.values() for who in sessions}
        ),
        "num_paths": len(table),
        "num_total_watches": sum(map(len, table.values())),
    }
