"""Snapshots that Java compressed are read: gz and snappy."""

import shutil
import zlib
from pathlib import Path

import pytest

from node.shell.files import Files
from node.storage.disk import StorageError
from node.storage.purge import choose
from node.storage.recovery import recover
from node.storage.snapshot import load_file, newer_than, snapshot_names, zxid_in
from tests.e2e.ensemble import Ensemble, ours
from tests.e2e.kazoos import connected
from tests.interop.java import java
from tests.interop.test_mixed import everything
from tests.vectors.load import COMPRESSED

RECORDED = sorted(path.name for path in COMPRESSED.iterdir())


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_file_of_each_kind_is_read(name: str) -> None:
    tree = load_file((COMPRESSED / name).read_bytes(), name)
    count = sum(path.startswith("/compressed-") for path in tree.nodes)
    assert count > 10
    for number in range(count):
        data = b"again and again " * number
        assert tree.nodes[f"/compressed-{number}"].data == data


@pytest.mark.parametrize("name", RECORDED)
def test_a_file_that_is_cut_off_is_passed_over(name: str, tmp_path: Path) -> None:
    data = (COMPRESSED / name).read_bytes()
    for cut in (8, len(data) // 2, len(data) - 1):
        with pytest.raises(StorageError, match=name):
            load_file(data[:cut], name)
    shutil.copy(COMPRESSED / name, tmp_path)
    newer = f"snapshot.200000000{Path(name).suffix}"
    (tmp_path / newer).write_bytes(data[:-1])
    files = Files(tmp_path)
    assert recover(files, files).snapshot_zxid == zxid_in(name)


def test_a_compressed_files_name_counts_as_a_snapshots() -> None:
    names = ["snapshot.5", "snapshot.9.gz", "snapshot.a.snappy", "snapshot.b.gz.tmp"]
    assert snapshot_names(names) == ["snapshot.a.snappy", "snapshot.9.gz", "snapshot.5"]
    assert newer_than(names, 5) == ["snapshot.a.snappy", "snapshot.9.gz"]
    assert choose([*names, "snapshot.3.gz"], 3).snapshots == ["snapshot.3.gz"]


@pytest.mark.interop
@pytest.mark.stories
@pytest.mark.parametrize("method", ["gz", "snappy"])
def test_ours_goes_on_from_a_folder_that_java_compressed(
    method: str, tmp_path: Path
) -> None:
    settings = {"snapCount": 100, "snapshot.compression.method": method}
    with Ensemble(tmp_path, [java] * 3, settings=settings) as servers:
        servers.start()
        with connected(servers.hosts) as client:
            for number in range(250):
                noise = zlib.compress(b"%d" % number) * (number % 9)
                client.create(f"/compressed-{number}", noise + b"x" * 40 * number)
            before = everything(servers.leader())
            for server in servers.servers:
                server.kill()
                server.launcher = ours
            kept = snapshot_names([path.name for path in servers[1].data.iterdir()])
            assert {Path(name).suffix for name in kept} == {f".{method}"}
            assert zxid_in(kept[0]), "written after the start"
            servers.start()
        assert everything(servers.leader()) == before
