"""A folder of everything, packed: read without unpacking, and hostile ones refused."""

import gzip
import io
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from labctl.archives import held
from labctl.archives import members as archives
from labctl.archives.members import members
from labctl.doctor import report
from labctl.errors import NO_MATCH, LabError
from labctl.logs.findings import find
from labctl.logs.report import read_files
from labctl.words.phrase import LANGUAGES, text
from tests.cases.test_folders import GOOD, LINE

CFG = (
    b"tickTime=2000\ninitLimit=10\nsynclimit=5\ndataDir=/var/lib/zk\nclientPort=2181\n"
    b"server.1=zk-a:2888:3888\nserver.2=zk-b:2888:3888\nserver.3=zk-c:2888:3888\n"
)
LOG = LINE.format(m=1).encode() + LINE.format(m=2).encode()
ALL: Mapping[str, bytes] = {
    "a/conf/zoo.cfg": CFG,
    **{f"a/var/lib/zk/{name}": data for name, data in GOOD.items()},
    "a/var/lib/zk/version-2/log.200000002": b"",
    "a/logs/zookeeper.log": LOG,
    "b/logs/zookeeper.log.1.gz": gzip.compress(LOG),
    "b/photo.png": bytes(200_000),
}
Pack = Callable[[Path, Mapping[str, bytes]], Path]


def tar(mode: str, ending: str) -> Pack:
    def pack(folder: Path, files: Mapping[str, bytes]) -> Path:
        path = folder / f"bundle{ending}"
        with tarfile.open(path, mode) as packed:  # type: ignore[call-overload]
            for name, data in files.items():
                info = tarfile.TarInfo(f"./{name}")
                info.size = len(data)
                packed.addfile(info, io.BytesIO(data))
        return path

    return pack


def zipped(folder: Path, files: Mapping[str, bytes]) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


PACKS: Mapping[str, Pack] = {
    "tar": tar("w", ".tar"),
    "tar.gz": tar("w:gz", ".tar.gz"),
    "tgz": tar("w:gz", ".tgz"),
    "tar.xz": tar("w:xz", ".tar.xz"),
    "zip": zipped,
}


@pytest.mark.parametrize("pack", PACKS)
def test_the_doctor_looks_into_an_archive(tmp_path: Path, pack: str) -> None:
    path = PACKS[pack](tmp_path, ALL)
    found = report.of_files([path], lambda _: ["192.0.2.1"])
    where = {one.key: one.where for one in found}
    assert where["typo"] == f"{path}!a/conf/zoo.cfg:3"
    assert where["data-log-empty"] == f"{path}!a/var/lib/zk/version-2/log.200000002"
    assert not where.keys() & {"my-id-missing", "my-id-elsewhere"}  # it is in there
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("pack", PACKS)
def test_the_logs_of_an_archive_are_read(tmp_path: Path, pack: str) -> None:
    reads = read_files([str(PACKS[pack](tmp_path, ALL))])
    assert [one.known.key for one in reads if one.known] == ["looking"] * 4
    (found,) = [one for one in find(reads) if one.key == "one-myid"]
    assert dict(found.facts)["hosts"] == "zookeeper.log, zookeeper.log.1.gz"
    assert sorted(path.suffix for path in tmp_path.iterdir()) != [".log"]


def test_files_of_one_name_are_told_apart_by_their_folder(tmp_path: Path) -> None:
    files = {"zk-a/logs/zookeeper.log": LOG, "zk-b/logs/zookeeper.log": LOG}
    (found,) = find(read_files([str(zipped(tmp_path, files))]))
    assert dict(found.facts)["hosts"] == (
        "zk-a/logs/zookeeper.log, zk-b/logs/zookeeper.log"
    )


def link(target: str, kind: bytes = tarfile.SYMTYPE) -> Pack:
    def pack(folder: Path, _: Mapping[str, bytes]) -> Path:
        with tarfile.open(folder / "x.tar", "w") as packed:
            info = tarfile.TarInfo("conf/zoo.cfg")
            info.type, info.linkname = kind, target
            packed.addfile(info)
        return folder / "x.tar"

    return pack


def zip_link(folder: Path, _: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "x.zip", "w") as packed:
        info = zipfile.ZipInfo("conf/zoo.cfg")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(info, "/etc/passwd")
    return folder / "x.zip"


def named(name: str, pack: Pack) -> Pack:
    return lambda folder, _: pack(folder, {name: b"tickTime=1\n"})


def raw(name: str, data: bytes) -> Pack:
    def pack(folder: Path, _: Mapping[str, bytes]) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return pack


def pax_bomb(folder: Path, _: Mapping[str, bytes]) -> Path:
    """A header that says it is 300 MB long, and is."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 300 << 20
    with gzip.open(folder / "x.tar.gz", "wb", compresslevel=1) as packed:
        packed.write(info.tobuf(tarfile.USTAR_FORMAT))
        for _each in range(300):
            packed.write(bytes(1 << 20))
    return folder / "x.tar.gz"


def cut(folder: Path, _: Mapping[str, bytes]) -> Path:
    noise = random.Random(1).randbytes(99_999)
    path = PACKS["tar.gz"](folder, {"zoo.cfg": noise, "a.log": noise})
    path.write_bytes(path.read_bytes()[:50_000])
    return path


HOSTILE: Mapping[str, tuple[str, Pack]] = {
    "a tar's name leads out": ("outside", named("../../etc/zoo.cfg", PACKS["tar"])),
    "a zip's name leads out": ("outside", named("../zoo.cfg", zipped)),
    "a zip's name is absolute": ("outside", named("/etc/zoo.cfg", zipped)),
    "a zip's name has a drive": ("outside", named("C:\\zk\\zoo.cfg", zipped)),
    "a link leads out": ("outside", link("../../etc/passwd")),
    "a link is absolute": ("outside", link("/etc/passwd")),
    "a hard link leads out": ("outside", link("../x", tarfile.LNKTYPE)),
    "a zip's link leads out": ("outside", zip_link),
    "a header without end": ("headers", pax_bomb),
    "no tar": ("as-is", raw("x.tar", b"nothing of the kind" * 99)),
    "no zip": ("as-is", raw("x.zip", b"PK\x03\x04" + b"x" * 99)),
    "a cut tar.gz": ("as-is", cut),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_with_one_line(tmp_path: Path, name: str) -> None:
    why, pack = HOSTILE[name]
    refused(pack(tmp_path, {}), why)


def refused(path: Path, why: str) -> None:
    def doctor() -> None:
        report.of_files([path], lambda _: [])

    for look in (doctor, lambda: read_files([str(path)])):
        with pytest.raises(LabError) as told:
            look()
        assert told.value.code == NO_MATCH
        assert told.value.message.key == "archive.refused"
        cause = told.value.message.facts["why"]
        assert getattr(cause, "key", "") in (why, f"archive.{why}")
        for lang in LANGUAGES:
            assert text(told.value.message, lang).count("\n") == 0


@pytest.mark.parametrize("pack", ["tar.gz", "zip"])
def test_too_many_members_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: str
) -> None:
    monkeypatch.setattr(archives, "MEMBERS_MAX", 50)
    path = PACKS[pack](tmp_path, {f"logs/{n}.log": b"" for n in range(51)})
    refused(path, "members")


def test_a_zips_list_is_not_read_if_it_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path, {f"{n}.log": b"" for n in range(300)})
    monkeypatch.setattr(archives, "_HEADER_MAX", 1000)

    def never(*_: object) -> None:
        pytest.fail("the list was read")

    monkeypatch.setattr(zipfile, "ZipFile", never)
    refused(path, "members")


@pytest.mark.parametrize("pack", ["tar.gz", "zip"])
def test_a_bomb_is_not_unfolded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: str
) -> None:
    monkeypatch.setattr(archives, "UNFOLDED_MAX", 1 << 20)
    refused(PACKS[pack](tmp_path, {"a.log": bytes(8 << 20)}), "unfolds")


def test_no_more_is_held_than_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "KEPT_MAX", 5000)
    path = zipped(tmp_path, {f"{n}.cfg": b"#" * 1000 for n in range(9)})
    with pytest.raises(LabError) as told:
        report.of_files([path], lambda _: [])
    assert told.value.message.key == "archive.refused"


def test_names_do_not_steer_the_terminal(tmp_path: Path) -> None:
    path = PACKS["tar"](tmp_path, {"\x1b[2J/zoo.cfg": CFG})
    found = report.of_files([path], lambda _: ["192.0.2.1"])
    assert found
    assert all(one.where.isprintable() for one in found)


def test_a_link_inside_is_passed_over(tmp_path: Path) -> None:
    assert list(files_of(link("zoo.cfg.real")(tmp_path, {}))) == []


def files_of(path: Path) -> Iterator[str]:
    return (str(member.path) for member in members(path))


@pytest.mark.parametrize("folder", [True, False])
def test_without_any_log_it_says_so(tmp_path: Path, folder: bool) -> None:
    path = tmp_path if folder else zipped(tmp_path, {"zoo.cfg": CFG})
    with pytest.raises(LabError) as told:
        read_files([str(path)])
    assert told.value.message.key == "read.no-logs"
