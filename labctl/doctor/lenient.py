"""Reads one zoo.cfg leniently: what a strict parser refuses is kept for a finding."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from labctl.archives.held import Place
from node.members import OBSERVER, Server, parse_server
from node.properties import PropertiesError, Property, parse_properties

BOM = "\ufeff"


class ServerLine(NamedTuple):
    """One `server.N` line that could be read."""

    server: Server
    where: str  # file:line


class Sheet(NamedTuple):
    """Everything that one file, and the myid it leads to, says."""

    path: str
    text: str
    given: Sequence[Property]  # in file order, doubles included
    broken: tuple[int, str] | None  # line and why, if it is no properties file
    servers: Mapping[int, ServerLine]
    malformed: Sequence[tuple[str, Property]]  # server lines that cannot be read
    data_dir: Path | None
    my_id: int | None
    my_id_text: str | None  # as it stands in the file; None: no such file
    dynamic_missing: str = ""  # the dynamicConfigFile that cannot be read
    here: bool = True  # its paths are of this machine

    def value(self, key: str) -> str | None:
        """Return a key's last value: that is the one that counts."""
        found = [prop.value for prop in self.given if _plain(prop.key) == key]
        return found[-1] if found else None

    def number(self, key: str, default: int) -> int:
        """Return a key's value as a number, or the default."""
        try:
            return int(self.value(key) or default)
        except ValueError:
            return default

    def at(self, key: str) -> str:
        """Return file:line of a key, or the file."""
        lines = [prop.line for prop in self.given if _plain(prop.key) == key]
        return f"{self.path}:{lines[-1]}" if lines else self.path

    @property
    def mine(self) -> ServerLine | None:
        """The server line that is this server's own."""
        return self.servers.get(self.my_id) if self.my_id is not None else None

    @property
    def host(self) -> str:
        """Where this server runs, as far as the file tells."""
        if self.mine:
            return self.mine.server.host
        hosts = {line.server.host for line in self.servers.values()}
        return hosts.pop() if len(hosts) == 1 else ""

    @property
    def voters(self) -> list[int]:
        """The ids that vote."""
        lines = self.servers.items()
        return [sid for sid, line in lines if line.server.role != OBSERVER]


def read_sheet(path: Path) -> Sheet:
    """Read a file; OSError if there is none."""
    return sheet_of(path, path.read_bytes().decode("utf-8", "replace"))


def sheet_of(path: Place, text: str) -> Sheet:
    """Return the sheet of a text; the path says where its neighbours are."""
    broken = None
    try:
        given = parse_properties(text.removeprefix(BOM))
    except PropertiesError as error:
        given, broken = [], (error.line, str(error))
    members = [(f"{path}:{prop.line}", prop) for prop in given]
    dynamic, missing = _dynamic_lines(path, given)
    members += dynamic
    servers: dict[int, ServerLine] = {}
    malformed = []
    for where, prop in members:
        if not prop.key.startswith("server."):
            continue
        server = parse_server(prop.value)
        number = prop.key.removeprefix("server.")
        if server is None or not number.lstrip("-").isdecimal():
            malformed.append((where, prop))
        else:
            sid = int(number)
            servers[sid] = ServerLine(server._replace(sid=sid), where)
    folder = _folder(given)
    said = _my_id_text(path, folder)
    return Sheet(
        *(str(path), text, given, broken, servers, malformed, folder),
        my_id=_number(said),
        my_id_text=said,
        dynamic_missing=missing,
        here=isinstance(path, Path),
    )


def _dynamic_lines(
    path: Place, given: Sequence[Property]
) -> tuple[list[tuple[str, Property]], str]:
    """Return the members of a dynamicConfigFile with file:line, or what is missing.

    Its path is taken from where the server is started; that is most often the
    folder of the file itself.
    """
    paths = [prop.value for prop in given if prop.key == "dynamicConfigFile"]
    if not paths:
        return [], ""
    named = Path(paths[-1])
    relative = [path.parent / paths[-1]] if not named.is_absolute() else []
    for place in (*_as_named(path, named), *relative, path.parent / named.name):
        try:
            text = place.read_bytes().decode()
            return [(f"{place}:{p.line}", p) for p in parse_properties(text)], ""
        except (OSError, ValueError):  # not here, or no text
            continue
    return [], paths[-1]


def _as_named(path: Place, named: Path) -> list[Place]:
    """Where a path is that a file names: on this machine, or in the file's archive."""
    if isinstance(path, Path):
        return [named]
    found = path.as_named(named)
    return [] if found is None else [found]


def _folder(given: Sequence[Property]) -> Path | None:
    found = [prop.value for prop in given if prop.key == "dataDir" and prop.value]
    return Path(found[-1]) if found else None


def _my_id_text(path: Place, folder: Path | None) -> str | None:
    # One beside the file was put there for it: this machine may be another.
    places: list[Place] = [path.parent / "myid"]
    if folder is not None and folder.is_absolute():
        places += _as_named(path, folder / "myid")
    for place in places:
        try:
            return place.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
    return None


def _number(said: str | None) -> int | None:
    lines = (said or "").splitlines()
    try:
        return int(lines[0]) if lines else None
    except ValueError:
        return None


def _plain(key: str) -> str:
    return key.removeprefix("zookeeper.")
