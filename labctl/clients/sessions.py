"""`labctl sessions` and `labctl watches`: asked of every node's AdminServer."""

from typing import Any, NamedTuple

from rich.table import Table

from labctl.lab.lab import Lab
from labctl.words.phrase import Phrase

_ID_MASK = 0xFFFFFFFFFFFFFFFF


class SessionSeen(NamedTuple):
    """One session, put together from what all nodes say."""

    session: str
    timeout_ms: int
    node: int  # where its client is connected; 0: nowhere now
    address: str
    ephemerals: tuple[str, ...]
    known_to: tuple[int, ...]


def _everywhere(lab: Lab, name: str) -> dict[int, dict[str, Any]]:
    found = {sid: lab.admin.look_at(sid, name) for sid in lab.topology.sids}
    return {sid: document for sid, document in found.items() if document is not None}


def sessions(lab: Lab) -> list[SessionSeen]:
    """Return every session that any node knows."""
    dumps = _everywhere(lab, "dump")
    homes: dict[str, tuple[int, str]] = {}
    for sid, document in _everywhere(lab, "cons").items():
        for conn in document["connections"]:
            if conn.get("session_id"):
                homes[str(conn["session_id"])] = (sid, conn["remote_socket_address"])
    ids = {n for dump in dumps.values() for n in dump["session_id_to_timeout_ms"]}
    found = [_seen(session, dumps, homes.get(session, (0, ""))) for session in ids]
    return sorted(found)


def _seen(
    session: str, dumps: dict[int, dict[str, Any]], home: tuple[int, str]
) -> SessionSeen:
    timeouts = {
        sid: dump["session_id_to_timeout_ms"][session]
        for sid, dump in dumps.items()
        if session in dump["session_id_to_timeout_ms"]
    }
    paths = {
        path
        for sid in timeouts
        for path in dumps[sid]["session_id_to_ephemeral_paths"].get(session, ())
    }
    timeout_ms = next(iter(timeouts.values()))
    held = tuple(sorted(paths))
    return SessionSeen(_name(session), timeout_ms, *home, held, tuple(timeouts))


def _name(session: int | str) -> str:
    """Return a session id as logs write it; AdminServers write it in decimal."""
    return f"0x{int(session) & _ID_MASK:x}"


def show_sessions(lab: Lab) -> None:
    """One row per session."""
    screen, found = lab.screen, sessions(lab)
    if screen.quiet:
        rows = [session._asdict() for session in found]
        screen.document({"v": 1, "sessions": rows})
        return
    if not found:
        screen.say(Phrase("data.sessions.none"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for column in ("session", "timeout", "node", "ephemerals"):
        table.add_column(screen.text(Phrase(f"column.{column}")), overflow="fold")
    nobody = screen.text(Phrase("data.sessions.nowhere"))
    for seen in found:
        node = f"n{seen.node}" if seen.node else nobody
        held = " ".join(seen.ephemerals) or "-"
        table.add_row(seen.session, f"{seen.timeout_ms} ms", node, held)
    screen.show(table)
    screen.say(Phrase("data.sessions.why"))


def show_watches(lab: Lab) -> None:
    """One row per watched path and node."""
    screen = lab.screen
    found = {
        sid: {
            path: [_name(session) for session in who]
            for path, who in document["path_to_session_ids"].items()
        }
        for sid, document in _everywhere(lab, "wchp").items()
    }
    if screen.quiet:
        nodes = {str(sid): paths for sid, paths in found.items()}
        screen.document({"v": 1, "nodes": nodes})
        return
    if not any(found.values()):
        screen.say(Phrase("data.watches.none"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for column in ("path", "node", "watchers"):
        table.add_column(screen.text(Phrase(f"column.{column}")), overflow="fold")
    rows = sorted(
        (path, sid, who) for sid, paths in found.items() for path, who in paths.items()
    )
    for path, sid, who in rows:
        table.add_row(path, f"n{sid}", " ".join(who))
    screen.show(table)
    screen.say(Phrase("data.watches.why"))
