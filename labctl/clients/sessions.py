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
            if conn["session_id"]:
                name = f"0x{int(conn['session_id']) & _ID_MASK:x}"
                homes[name] = (sid, conn["remote_socket_address"])
    names = {n for dump in dumps.values() for n in dump["session_id_to_timeout_ms"]}
    return [_seen(name, dumps, homes.get(name, (0, ""))) for name in sorted(names)]


def _seen(
    name: str, dumps: dict[int, dict[str, Any]], home: tuple[int, str]
) -> SessionSeen:
    knowing = {s: d for s, d in dumps.items() if name in d["session_id_to_timeout_ms"]}
    paths = {
        path
        for dump in knowing.values()
        for path in dump["session_id_to_ephemeral_paths"].get(name, ())
    }
    timeout_ms = next(iter(knowing.values()))["session_id_to_timeout_ms"][name]
    return SessionSeen(name, timeout_ms, *home, tuple(sorted(paths)), tuple(knowing))


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
        sid: document["path_to_session_ids"]
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
