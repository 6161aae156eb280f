"""What was given to the doctor: each input is looked at for what it is."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import NamedTuple

from labctl.archives.held import Held, Inside, Place, below
from labctl.archives.members import is_archive
from labctl.doctor import config_file, container_files, data_folder
from labctl.doctor.finding import FIX, Finding
from labctl.doctor.lenient import Sheet, sheet_of
from labctl.doctor.services import Service, every_name, of_variables, services_in
from labctl.doctor.units import is_unit, look_at_unit
from labctl.doctor.yaml_lines import Located, YamlError, documents
from labctl.errors import NO_MATCH, LabError
from labctl.words.phrase import Phrase

_ENDINGS = (".yml", ".yaml", ".env", ".service")
_SIZE_MAX = 4 << 20  # bytes of one file: no configuration is larger
_FILES_MAX = 500  # of one folder
_CFG = re.compile(r".*\.(?:cfg|conf|properties|dynamic)(?:\.\w+)?")
_YAML_TEXT = re.compile(
    r"^(?:services|apiVersion|kind|version)\s*:|^ +image\s*:", re.MULTILINE
)
_ENV_LINE = re.compile(r"^(?:export\s+)?(?:ZOO|ZOOKEEPER|ZK)_\w+=", re.MULTILINE)
_LOG_LINE = re.compile(
    r"^\S* ?\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d.*\b(?:INFO|WARN|ERROR)\b", re.MULTILINE
)


class Given(NamedTuple):
    """What the inputs hold, sorted by kind."""

    sheets: list[Sheet]
    findings: list[Finding]
    number: int  # files and folders that were understood


def look_at(paths: Sequence[Path]) -> Given:
    """Return the zoo.cfg files, and what is wrong in everything else."""
    given = Given([], [], 0)
    for path in paths:
        if path.is_dir():
            given = _joined(given, _folder(path))
        elif is_archive(path):
            given = _joined(given, _folder(Held(path, _kept).root))
        elif path.name == "myid":
            given = _joined(given, Given([], [*data_folder.my_id(path.parent)], 1))
        elif _is_dynamic(path):  # read with the file that names it, if that is here
            alone = all(_is_dynamic(other) for other in paths)
            found = config_file.members(sheet_of(path, _text(path))) if alone else []
            given = _joined(given, Given([], found, 1))
        else:
            given = _joined(given, _file(path, _text(path)))
    if not given.number:
        facts = {"path": ", ".join(map(str, paths))}
        raise LabError(
            Phrase("doctor.nothing", facts), Phrase("doctor.nothing.hint"), NO_MATCH
        )
    return given


def _joined(one: Given, other: Given) -> Given:
    return Given(
        one.sheets + other.sheets,
        one.findings + other.findings,
        one.number + other.number,
    )


def _is_dynamic(path: Place) -> bool:
    return path.name.endswith(".dynamic") or ".cfg.dynamic" in path.name


def _kept(path: PurePosixPath) -> int:
    """How many bytes of an archive's file are looked at."""
    return _SIZE_MAX + 1 if _is_configuration(path) else data_folder.HEAD


def _is_configuration(path: PurePath | Inside) -> bool:
    return _CFG.fullmatch(path.name) is not None or path.suffix in _ENDINGS


def _folder(folder: Place) -> Given:
    """Everything of ZooKeeper below a folder; nothing is written."""
    given = Given([], [], 0)
    if data_folder.is_data_folder(folder):
        given = _joined(given, Given([], data_folder.examine(folder), 1))
    for number, path in enumerate(_walk(folder, 4)):
        if number > _FILES_MAX:
            break
        if path.is_dir():
            given = _joined(given, Given([], data_folder.examine(path), 1))
        elif _is_configuration(path):
            text = _text(path)
            if path.suffix != ".cfg" and "zoo" not in text.lower():
                continue
            if not _is_dynamic(path):
                given = _joined(given, _file(path, text, quiet=True))
    return given


def _walk(folder: Place, depth: int) -> Iterator[Place]:
    for path in below(folder):
        if path.is_symlink() or path.name in ("version-2", ".git"):
            continue
        if path.is_dir():
            if data_folder.is_data_folder(path):
                yield path
            if depth:
                yield from _walk(path, depth - 1)
        elif path.is_file():
            yield path


def _file(path: Place, text: str, *, quiet: bool = False) -> Given:
    name = str(path)
    if path.suffix in (".yml", ".yaml") or _YAML_TEXT.search(text):
        return _yaml(path, text, quiet=quiet)
    if is_unit(text):
        services, findings = look_at_unit(name, text)
        seen = Given([], findings, 1 if findings else 0)
        return _joined(seen, _services(services, frozenset()))
    if (
        path.suffix == ".env"
        or path.name == ".env"
        or (_ENV_LINE.search(text) and "server.1" not in text.partition("=")[0])
    ):
        services = of_variables(name, text)
        return _services(services, frozenset())
    if _LOG_LINE.search(text[:20_000]):
        hint = Phrase("doctor.is-log.hint", {"path": name})
        raise LabError(Phrase("doctor.is-log", {"path": name}), hint, NO_MATCH)
    return Given([sheet_of(path, text)], [], 1)


def _yaml(path: Place, text: str, *, quiet: bool) -> Given:
    try:
        services = services_in(str(path), text)
        sheets = [
            sheet_of(path, value.text)
            for document in documents(text)
            for key, value in _config_map(document)
            if key.endswith(".cfg")
        ]
        names = every_name(text)
    except YamlError as error:
        facts = {"why": str(error)}
        found = [Finding(FIX, "c-yaml", f"{path}:{error.line}", facts)]
        return Given([], [] if quiet else found, 0 if quiet else 1)
    return _joined(_services(services, names), Given(sheets, [], len(sheets)))


def _config_map(document: Located) -> list[tuple[str, Located]]:
    data = document.get("data")
    kind = document.get("kind")
    is_map = kind is not None and kind.text == "ConfigMap"
    return list(data.entries.items()) if data and is_map else []


def _services(services: list[Service], names: frozenset[str]) -> Given:
    if not services:
        return Given([], [], 0)
    return Given([], container_files.examine(services, names), len(services))


def _text(path: Place) -> str:
    """Return a file's text; - is standard input."""
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(_SIZE_MAX + 1)
        elif not isinstance(path, Path):
            data = path.read_bytes()
        else:
            with path.open("rb") as file:
                data = file.read(_SIZE_MAX + 1)
    except OSError as error:
        facts = {"path": path, "why": error.strerror or error}
        raise LabError(Phrase("doctor.unreadable", facts), None, NO_MATCH) from None
    if len(data) > _SIZE_MAX:
        facts = {"path": path, "why": f"> {_SIZE_MAX >> 20} MB"}
        raise LabError(Phrase("doctor.unreadable", facts), None, NO_MATCH)
    return data.decode("utf-8", "replace")
