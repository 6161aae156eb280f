r"""Bring up existing `zoo.cfg` files, for example the three of the article.

Every line of the files stays.  Two things must differ on this machine: a data
folder that cannot exist here (`D:\\zookeeper\\data1` off Windows) is mapped below
the lab's folder, and the ports are bound to the loopback only.
"""

import glob
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from labctl.errors import NO_MATCH, USAGE, LabError
from labctl.lab.config_files import escape, ours
from labctl.lab.ports import LOOPBACK
from labctl.lab.topology import LabSpec, Node, Topology
from labctl.words.phrase import Phrase
from node.config import ConfigError, NotHereError, load_config
from node.members import parse_server

_SETTING = re.compile(r"^\s*([^\s=:#!]+)\s*[=:]\s*(.*?)\s*$")
_WINDOWS = re.compile(r"^[A-Za-z]:[\\/]|\\")


class _File(NamedTuple):
    path: Path
    lines: tuple[str, ...]
    settings: Mapping[str, str]


def adopt(spec: LabSpec, lab: str, folder: Path) -> Topology:
    """Return the topology that the files describe."""
    files = [_read(path) for path in matches(spec.config or "")]
    nodes = [_node(file, folder) for file in files]
    sids = [node.sid for node in nodes]
    if len(set(sids)) != len(sids):
        raise _bad(files[-1].path, Phrase("config.same-id"))
    if missing := _members(files[0]).keys() - set(sids):
        absent = Phrase("config.no-file", {"nodes": tuple(missing)})
        raise _bad(files[0].path, absent)
    order = sorted(zip(nodes, files, strict=True), key=lambda pair: pair[0].sid)
    first = files[0].settings
    return Topology(
        lab=lab,
        runtime="process",
        nodes=tuple(node for node, _ in order),
        base_port=0,
        source=spec.config or "",
        files={node.sid: str(file.path.absolute()) for node, file in order},
        sync_limit_s=_number(first, "tickTime", 3000)
        * _number(first, "syncLimit", 5)
        / 1000,
    )


def matches(pattern: str) -> list[Path]:
    """Expand the pattern as a shell would; LabError if no file is meant."""
    found = sorted(glob.glob(pattern))  # noqa: PTH207  (Path.glob wants relative ones)
    if not found:
        hint = Phrase("config.no-match.hint")
        raise LabError(Phrase("config.no-match", {"glob": pattern}), hint, NO_MATCH)
    return [Path(name) for name in found]


def adopted_cfg(topology: Topology, node: Node, events: str) -> str:
    """Return the file with our lines added; what we replaced stays as a comment."""
    file = _read(Path(topology.files[node.sid]))
    lines = []
    for line in file.lines:
        setting = _SETTING.match(line)
        if setting and setting[1] == "dataDir" and node.owns_data:
            lines += [f"# {line}", f"dataDir={escape(node.data_dir)}"]
        else:
            lines.append(line)
    added = [
        f"clientPortAddress={LOOPBACK}",
        f"admin.serverAddress={LOOPBACK}",
        *ours(topology.lab, escape(events)),
    ]
    lines.append("# added by labctl")
    lines += [line for line in added if line.split("=")[0] not in file.settings]
    return "\n".join(lines) + "\n"


def check(path: Path) -> None:
    """Let the node's own reader judge a configuration before it is started."""
    try:
        load_config(str(path))
    except ConfigError as error:
        key = "not-here" if isinstance(error, NotHereError) else "refused"
        why = Phrase(f"doctor.{key}", {"why": str(error)})
        raise LabError(why, Phrase(f"doctor.{key}.repair"), USAGE) from error


def _read(path: Path) -> _File:
    """Read a file; the members in its dynamicConfigFile become lines of its own."""
    try:
        lines = tuple(path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, Phrase("as-is", {"text": str(error)})) from error
    settings = _settings(lines)
    if dynamic := settings.pop("dynamicConfigFile", ""):
        members = _read(_dynamic(path, dynamic))
        is_it = re.compile(r"\s*dynamicConfigFile\b")
        lines = tuple(f"# {line}" if is_it.match(line) else line for line in lines)
        lines += members.lines
        settings |= members.settings
    return _File(path, lines, settings)


def _dynamic(path: Path, name: str) -> Path:
    """Return where the list of servers is: as named, or beside the file itself."""
    for place in (Path(name), path.parent / name):
        if place.is_file():
            return place
    raise _bad(path, Phrase("doctor.dynamic-missing", {"path": name}))


def _settings(lines: tuple[str, ...]) -> dict[str, str]:
    found = (_SETTING.match(line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def _node(file: _File, folder: Path) -> Node:
    theirs = file.settings.get("dataDir", "").replace("\\\\", "\\")
    if not theirs:
        raise _bad(file.path, Phrase("doctor.no-data-dir"))
    members = _members(file)
    sid = _sid(file, theirs, members)
    server = parse_server(line := members.get(sid, ""))
    if server is None:
        facts = {"key": f"server.{sid}", "value": line}
        raise _bad(file.path, Phrase("doctor.server-line", facts))
    observer = "observer" in (server.role, file.settings.get("peerType", "").lower())
    mapped = _foreign(theirs)
    return Node(
        sid=sid,
        role="observer" if observer else "participant",
        client=_number(file.settings, "clientPort", server.client_port),
        quorum=server.quorum_port,
        election=server.election_port,
        admin=_number(file.settings, "admin.serverPort", 8080),
        data_dir=str(folder / f"n{sid}" / "data") if mapped else theirs,
        owns_data=mapped,
    )


def _members(file: _File) -> dict[int, str]:
    """The lines server.N, by N."""
    return {
        int(key.removeprefix("server.")): value
        for key, value in file.settings.items()
        if re.fullmatch(r"server\.\d+", key)
    }


def _foreign(data_dir: str) -> bool:
    """Return whether the folder must be mapped: not an absolute path of this OS."""
    if os.name != "nt" and _WINDOWS.search(data_dir):
        return True
    return not Path(data_dir).is_absolute()


def _sid(file: _File, data_dir: str, members: Mapping[int, str]) -> int:
    """Who is this file's server?  Its myid, else the number in its names."""
    myid = Path(data_dir) / "myid"
    if not _foreign(data_dir) and myid.is_file():
        return int(myid.read_text(encoding="ascii").strip())
    for name in (file.path.stem, data_dir):
        number = re.search(r"(\d+)$", name)
        if number and int(number[1]) in members:
            return int(number[1])
    raise _bad(file.path, Phrase("config.whose"))


def _number(settings: Mapping[str, str], key: str, default: int) -> int:
    text = settings.get(key, "")
    return int(text) if text.isdecimal() else default


def _bad(path: Path, why: Phrase) -> LabError:
    facts = {"path": path, "why": why}
    return LabError(Phrase("config.bad", facts), Phrase("config.bad.hint"), USAGE)
