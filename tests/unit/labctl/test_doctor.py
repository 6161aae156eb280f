"""The doctor: files sabotaged one by one, each found by name and place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.doctor import machine, report
from labctl.doctor.finding import CONSIDER, FINE, FIX, Finding
from labctl.errors import LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import CATALOG

SERVERS = [f"server.{n}=zk{n}:2888:3888" for n in (1, 2, 3)]
GOOD = [
    "tickTime=2000",
    "initLimit=10",
    "syncLimit=5",
    "clientPort=2181",
    "autopurge.purgeInterval=24",
    "4lw.commands.whitelist=ruok,srvr",
    *SERVERS,
]
Change = Callable[[list[str]], list[str]]


def ensemble(folder: Path, change: Change, *, of: int = 1) -> list[Path]:
    """Write three good files; change one of them."""
    paths = []
    for sid in (1, 2, 3):
        data = folder / f"data{sid}"
        data.mkdir()
        (data / "myid").write_text(f"{sid}\n")
        lines = [*GOOD, f"dataDir={data}", f"dataLogDir={folder / f'log{sid}'}"]
        path = folder / f"zoo{sid}.cfg"
        path.write_text("\n".join(change(lines) if sid == of else lines) + "\n")
        paths.append(path)
    return paths


def found(paths: list[Path]) -> list[Finding]:
    findings = report.of_files(
        paths, lambda host: [] if host == "nowhere" else ["192.0.2.1"]
    )
    # the tests' own folder may be below /tmp
    return [finding for finding in findings if finding.key != "in-tmp"]


def add(*more: str) -> Change:
    return lambda lines: [*lines, *more]


def swap(old: str, new: str) -> Change:
    return lambda lines: [line.replace(old, new) for line in lines]


def drop(start: str) -> Change:
    return lambda lines: [line for line in lines if not line.startswith(start)]


SABOTAGE: list[tuple[str, str, Change]] = [
    ("id-twice", FIX, add("server.2=zk9:2888:3888")),
    ("key-twice", CONSIDER, add("tickTime=2000")),
    ("typo", FIX, swap("tickTime", "ticktime")),
    ("unknown", CONSIDER, add("colour=blue")),
    ("jvm-only", CONSIDER, add("jute.maxbuffer=1")),
    ("jvm-only", CONSIDER, add("znode.container.maxPerMinute=9")),
    ("not-a-flag", FIX, add("quorumListenOnAllIPs=yes")),
    ("not-a-number", FIX, swap("tickTime=2000", "tickTime=2s")),
    ("no-client-port", FIX, drop("clientPort")),
    ("port-range", FIX, swap("clientPort=2181", "clientPort=99999")),
    ("election-alg", FIX, add("electionAlg=1")),
    ("tick-zero", FIX, swap("tickTime=2000", "tickTime=0")),
    ("tick-odd", CONSIDER, swap("tickTime=2000", "tickTime=20")),
    ("no-limit", FIX, drop("initLimit")),
    ("limit-zero", FIX, swap("syncLimit=5", "syncLimit=-1")),
    ("sync-short", CONSIDER, swap("syncLimit=5", "syncLimit=1")),
    ("init-short", CONSIDER, swap("initLimit=10", "initLimit=2")),
    ("session-range", FIX, add("minSessionTimeout=9000", "maxSessionTimeout=8000")),
    ("session-range", FIX, add("maxSessionTimeout=3000")),
    ("no-data-dir", FIX, drop("dataDir")),
    ("relative", CONSIDER, lambda lines: [*drop("dataDir")(lines), "dataDir=data1"]),
    ("log-dir", CONSIDER, drop("dataLogDir")),
    ("no-purge", CONSIDER, drop("autopurge")),
    ("no-purge", CONSIDER, swap("Interval=24", "Interval=-1")),
    ("retain", CONSIDER, add("autopurge.snapRetainCount=1")),
    ("words-few", CONSIDER, drop("4lw")),
    ("words-all", CONSIDER, swap("ruok,srvr", "*")),
    ("no-fsync", FIX, add("forceSync=no")),
    ("trailing", CONSIDER, swap("syncLimit=5", "syncLimit=5  ")),
    ("bom", FIX, swap("tickTime=2000", "\ufefftickTime=2000")),
    ("crlf", CONSIDER, swap("tickTime=2000", "tickTime=2000\r")),
    ("broken", FIX, add(r"dataDir=\u12")),
    ("any-address", FIX, swap("server.1=zk1", "server.1=0.0.0.0")),
    ("any-address-other", FIX, swap("server.2=zk2", "server.2=0.0.0.0")),
    ("loopback", FIX, swap("server.1=zk1", "server.1=localhost")),
    ("ports-same", FIX, swap("zk2:2888:3888", "zk2:2888:2888")),
    ("port-twice", FIX, swap("zk2:2888:3888", "zk1:2888:3999")),
    ("client-port-taken", FIX, swap("clientPort=2181", "clientPort=3888")),
    ("server-line", FIX, swap("zk2:2888:3888", "zk2:2888")),
    ("role", FIX, swap("zk2:2888:3888", "zk2:2888:3888:king")),
    ("peer-type", FIX, add("peerType=observer")),
    ("swapped", FIX, swap("zk2:2888:3888", "zk2:3888:2888")),
    ("list-lacks", FIX, drop("server.3")),
    ("list-ports", FIX, swap("zk2:2888:3888", "zk2:2889:3888")),
    ("list-roles", FIX, swap("zk2:2888:3888", "zk2:2888:3888:observer")),
    ("list-hosts", CONSIDER, swap("zk2:", "zoo2:")),
    ("even", CONSIDER, add("server.4=zk4:2888:3888")),
    ("limits-differ", CONSIDER, swap("tickTime=2000", "tickTime=3000")),
    ("unresolved", CONSIDER, swap("zk2:", "nowhere:")),
]


def test_a_good_ensemble_has_nothing_to_fix(tmp_path: Path):
    assert found(ensemble(tmp_path, lambda lines: lines)) == []


@pytest.mark.parametrize(("key", "severity", "change"), SABOTAGE)
def test_each_sabotage_is_found_where_it_was_done(
    tmp_path: Path, key: str, severity: str, change: Change
):
    findings = found(ensemble(tmp_path, change))
    mine = [finding for finding in findings if finding.key == key]
    assert mine, f"only {[finding.key for finding in findings]}"
    assert {finding.severity for finding in mine} == {severity}
    if severity == CONSIDER and key != "unresolved":
        grave = [finding.key for finding in findings if finding.severity == FIX]
        assert set(grave) <= {"list-lacks"}, "advice is no error"


def test_a_line_is_named_by_file_and_number(tmp_path: Path):
    paths = ensemble(tmp_path, add("forceSync=no"))
    where = [finding.where for finding in found(paths) if finding.key == "no-fsync"]
    assert where == [f"{paths[0]}:{len(GOOD) + 3}"]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (None, "my-id-missing"),
        ("1 \n", "my-id-text"),
        ("one\n", "my-id-text"),
        ("7\n", "my-id-not-listed"),
        ("2\n", "my-id-twice"),
    ],
)
def test_a_wrong_myid_is_found(tmp_path: Path, said: str | None, key: str):
    paths = ensemble(tmp_path, lambda lines: lines)
    place = tmp_path / "data1" / "myid"
    if said is None:
        place.unlink()
    else:
        place.write_text(said)
    assert key in [finding.key for finding in found(paths)]


def test_three_servers_of_one_host_need_their_own_ports_and_folders(tmp_path: Path):
    paths = ensemble(tmp_path, lambda lines: lines)
    for path in paths:
        lines = path.read_text().replace("zk2:2888:3888", "zk1:2889:3889")
        lines = lines.replace("zk3:2888:3888", "zk1:2890:3890")
        path.write_text(lines.replace("data2", "data1"))
    keys = {f.key for f in found(paths) if f.severity == FIX}
    wanted = {"client-port-twice", "admin-port-twice", "data-dir-twice", "my-id-twice"}
    assert keys == wanted


def test_files_from_another_machine_are_no_error(tmp_path: Path):
    path = tmp_path / "zoo.cfg"
    path.write_text("\n".join([*GOOD, r"dataDir=D:\\zk\\data", "dataLogDir=E:/log"]))
    assert [f.key for f in found([path])] == ["my-id-elsewhere"]


def test_the_code_says_whether_something_must_be_fixed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    paths = ensemble(tmp_path, add("forceSync=no"))
    assert report.doctor(Screen("en"), paths) == 1
    shown = capsys.readouterr().out
    assert "✕ fix it" in shown
    assert "why     writes are acknowledged before" in shown
    with pytest.raises(LabError):
        report.doctor(Screen("en"), [tmp_path / "none.cfg"])


def test_every_finding_has_cause_and_repair():
    keys = {key.removeprefix("doctor.") for key in CATALOG if key.startswith("doctor.")}
    for key, severity, _ in SABOTAGE:
        assert {key, f"{key}.why", f"{key}.repair"} <= keys, severity


def test_the_machine_is_looked_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("LABCTL_HOME", str(tmp_path))
    findings = machine.examine()
    assert {"python"} <= {f.key for f in findings if f.severity == FINE}
    assert {"sync", "sync-slow"} & {f.key for f in findings}
    assert all(finding.what for finding in findings)
