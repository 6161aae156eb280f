"""Data folders, folders of everything, standard input, rotated files, shared ids."""

import io
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from labctl.doctor import data_folder, report
from labctl.doctor.finding import FINE, FIX
from labctl.logs import sources
from labctl.logs.explain import Read
from labctl.logs.findings import find
from labctl.logs.report import read_files
from labctl.screen.screen import Screen
from node.__main__ import main

LOG = struct.pack(">4siq", b"ZKLG", 2, 0)
SNAPSHOT = struct.pack(">4siq", b"ZKSN", 2, -1)
GOOD: Mapping[str, bytes] = {
    "myid": b"1\n",
    "version-2/acceptedEpoch": b"2",
    "version-2/currentEpoch": b"2",
    "version-2/log.100000001": LOG,
    "version-2/log.200000001": LOG,
    "version-2/snapshot.100000000": SNAPSHOT,
}
SPOILT: tuple[tuple[str, Mapping[str, bytes | None]], ...] = (
    ("data-good", {}),
    ("data-log-empty", {"version-2/log.200000002": b""}),
    ("data-log-empty", {"version-2/log.200000002": LOG[:9]}),
    ("data-log-short", {"version-2/log.100000001": b""}),
    ("data-magic", {"version-2/log.200000001": b"x" * 40}),
    ("data-no-snapshot", {"version-2/snapshot.100000000": None}),
    ("data-snapshot-bad", {"version-2/snapshot.200000005": b""}),
    ("data-epoch-order", {"version-2/acceptedEpoch": b"1"}),
    ("data-epoch-behind", {"version-2/log.500000001": LOG}),
    ("data-epoch-text", {"version-2/currentEpoch": b"two"}),
    ("data-no-my-id", {"myid": None}),
    ("my-id-text", {"myid": b"zk-1"}),
    ("data-many", {f"version-2/snapshot.1000000{n:02x}": SNAPSHOT for n in range(40)}),
)


def written(folder: Path, files: Mapping[str, bytes | None]) -> Path:
    for name, content in files.items():
        if content is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(("key", "change"), SPOILT)
def test_a_data_folder_is_looked_at_and_left_as_it_was(
    tmp_path: Path, key: str, change: Mapping[str, bytes | None]
) -> None:
    folder = written(tmp_path, {**GOOD, **change})
    before = looks(folder)
    found = {one.key for one in data_folder.examine(folder)}
    assert key in found
    assert ("data-good" in found) == (key in ("data-good", *_MILD))
    assert looks(folder) == before


def looks(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return what nobody may change; when a file was last read may."""
    return {
        str(path): (
            (seen := path.stat()).st_mode,
            seen.st_ino,
            seen.st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


_MILD = ("data-no-my-id", "data-snapshot-bad", "data-many")  # to be considered


def test_a_folder_of_everything_is_looked_through(tmp_path: Path) -> None:
    written(tmp_path / "srv/zk1", {**GOOD, "version-2/log.200000002": b""})
    cfg = b"tickTime=2000\ndataDir=/srv\nclientPort=2181\nsynclimit=5\n"
    compose = b"services: {a: {image: zookeeper:3.9}, b: {image: zookeeper:3.9}}\n"
    odd = b"name: some pipeline\n"
    files = {
        "zoo.cfg": cfg,
        "docker-compose.yml": compose,
        "ci.yml": odd,
        "x.bin": b"z",
    }
    written(tmp_path, files)
    found = {one.key for one in report.of_files([tmp_path], lambda _: ["192.0.2.1"])}
    assert {"data-log-empty", "typo", "c-no-servers"} <= found


def test_a_configuration_comes_by_standard_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Standard:
        buffer = io.BytesIO(b"tickTime=2000\ndataDir=/srv/zk\nclientport=2181\n")

    monkeypatch.setattr(sys, "stdin", Standard)
    found = report.of_files([Path("-")], lambda _: ["192.0.2.1"])
    assert "typo" in {one.key for one in found}
    assert all(one.severity != FINE for one in found)


def test_a_dynamic_file_and_a_myid_are_parts_of_their_zoo_cfg(tmp_path: Path) -> None:
    cfg = b"tickTime=2000\ndataDir=/srv/zk\ndynamicConfigFile=/etc/z.cfg.dynamic\n"
    cfg += b"initLimit=10\nsyncLimit=5\nautopurge.purgeInterval=1\n"
    lines = b"".join(b"server.%d=z%d:2888:3888;2181\n" % (n, n) for n in (1, 2, 3))
    files = {"z.cfg": cfg, "z.cfg.dynamic": lines, "myid": b"2\n"}
    paths = [written(tmp_path, files) / name for name in files]
    every = report.of_files(paths, lambda _: ["192.0.2.1"])
    assert every == report.of_files(paths[:1], lambda _: ["192.0.2.1"])
    assert all(one.severity != FIX for one in every)
    (tmp_path / "myid").write_bytes(b"two\n")
    (found,) = report.of_files(paths[1:], lambda _: ["192.0.2.1"])
    assert found.key == "my-id-text"


# --- logs of several files --------------------------------------------------------

LINE = "2024-02-11 08:{m:02}:00,000 [myid:1] - INFO  [main:QuorumPeer@1] - LOOKING\n"


def read(folder: Path, minutes: Mapping[str, tuple[int, int]]) -> list[Read]:
    for name, (first, last) in minutes.items():
        text = "".join(LINE.format(m=minute) for minute in range(first, last))
        (folder / name).write_text(text)
    return read_files([str(folder / name) for name in minutes])


def test_the_files_of_one_server_that_follow_are_one_server(tmp_path: Path) -> None:
    reads = read(tmp_path, {"zookeeper.log.1": (0, 10), "zookeeper.log": (10, 20)})
    assert "one-myid" not in {one.key for one in find(reads)}


def test_two_files_of_one_time_and_one_id_are_two_servers(tmp_path: Path) -> None:
    reads = read(tmp_path, {"a.log": (0, 10), "b.log": (3, 12)})
    (found,) = [one for one in find(reads) if one.key == "one-myid"]
    assert dict(found.facts)["hosts"] == "a.log, b.log"
    assert {one.host for one in reads} == {"a.log", "b.log"}


def test_of_a_folder_its_logs_are_read(tmp_path: Path) -> None:
    read(tmp_path, {"zookeeper.log.1": (0, 10), "zookeeper.log": (10, 20)})
    (tmp_path / "zoo.cfg").write_text("tickTime=2000\n")
    assert len(read_files([str(tmp_path)])) == 20


def test_what_is_left_out_is_said_and_the_numbers_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sources, "LINES_MAX", 5)
    path = tmp_path / "zookeeper.log"
    path.write_text("".join(LINE.format(m=minute) for minute in range(20)))
    reads = read_files([str(path)], None, Screen("en"))
    assert [one.line.number for one in reads] == [16, 17, 18, 19, 20]
    assert "15 older ones are left out" in capsys.readouterr().out


def test_the_node_says_how_it_is_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["node", "--help"])
    main()
    assert "Usage: python -m node configfile" in capsys.readouterr().out
