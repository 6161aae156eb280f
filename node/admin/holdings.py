"""What a node holds for its clients: sessions with ephemerals, and watches.

Every server knows all sessions and their ephemerals, because those are in the
tree; of watches it knows only those of the clients connected to itself.  The
names of the commands and their fields are ZooKeeper's (class Commands).
"""

from typing import Any

from node.clients.service import Service

_ID_MASK = 0xFFFFFFFFFFFFFFFF


def sessions(service: Service) -> dict[str, Any]:
    """Return `dump`: who owns which ephemerals, and every session's time-out (ms)."""
    tree = service.tree
    return {
        "session_id_to_ephemeral_paths": {
            _name(session): sorted(paths) for session, paths in tree.ephemerals.items()
        },
        "session_id_to_timeout_ms": {
            _name(session): timeout_ms for session, timeout_ms in tree.sessions.items()
        },
    }


def watches(service: Service) -> dict[str, Any]:
    """Return `wchc`: by session, the paths it watches here."""
    found: dict[str, list[str]] = {}
    for path, watchers in _table(service).items():
        for session in watchers:
            found.setdefault(session, []).append(path)
    return {"session_id_to_watched_paths": found}


def watches_by_path(service: Service) -> dict[str, Any]:
    """Return `wchp`: by path, the sessions that watch it here."""
    return {"path_to_session_ids": _table(service)}


def watch_summary(service: Service) -> dict[str, Any]:
    """Return `wchs`: how many of each."""
    table = _table(service)
    return {
        "num_connections": len(
            {who for sessions in table.values() for who in sessions}
        ),
        "num_paths": len(table),
        "num_total_watches": sum(map(len, table.values())),
    }


def _table(service: Service) -> dict[str, list[str]]:
    """Every watched path, of whatever kind the watch is, with its sessions."""
    found: dict[str, dict[str, None]] = {}
    for table in service.watches.tables:
        for path, watchers in table.items():
            names = {_name(conn.session): None for conn in watchers}
            found.setdefault(path, {}).update(names)
    return {path: list(sessions) for path, sessions in sorted(found.items())}


def _name(session: int) -> str:
    return f"0x{session & _ID_MASK:x}"
