"""`up --config` and `doctor` say the same of the same files."""

from pathlib import Path

import pytest

from labctl.doctor import ensemble, report
from labctl.doctor.finding import CONSIDER, FIX, Finding
from labctl.errors import USAGE, LabError
from labctl.lab.topology import LabSpec
from labctl.lifecycle.up import up
from labctl.screen.screen import Screen
from labctl.words.phrase import LANGUAGES, text

CONF = Path(__file__).parents[2] / "conf"
FAULTS = {
    "not-a-number": ("tickTime=2000", "tickTime=soon"),
    "typo": ("initLimit", "initlimit"),
    "no-data-dir": ("dataDir=", "#dataDir="),
    "server-line": ("server.1=127.0.0.1:2888:3888", "server.1=here"),
    "ports-same": ("server.2=127.0.0.1:2889:3889", "server.2=127.0.0.1:3889:3889"),
    "dynamic-missing": ("clientPort", "dynamicConfigFile=/none\nclientPort"),
    "peer-type": ("clientPort", "peerType=observer\nclientPort"),
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(ensemble, "addresses_of", lambda _: ["192.0.2.1"])
    for number in (1, 2, 3):
        source = (CONF / f"zoo_sample{number}.cfg").read_text()
        (tmp_path / f"zoo{number}.cfg").write_text(source)
    (tmp_path / "myid").write_text("2\n")
    return tmp_path / "zoo2.cfg"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", FAULTS)
def test_a_fault_is_told_in_the_doctors_words_and_nothing_starts(
    key: str, lang: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(file.read_text().replace(*FAULTS[key]))
    found = report.of_files([file], lambda _: ["192.0.2.1"])
    faults = [one for one in found if one.severity == FIX]
    assert key in {one.key for one in faults}
    with pytest.raises(LabError) as refused:
        up("x", LabSpec(config=str(file)), Screen(lang), together=False, sure=True)
    assert refused.value.code == USAGE
    assert refused.value.message.key == "doctor.refused-to-run"
    assert refused.value.message.facts["n"] == len(faults)
    said = capsys.readouterr().out
    assert [one for one in faults if told(one, lang) not in said] == []
    assert not list((file.parent / "home").glob("labs/x/lab.json"))


def told(finding: Finding, lang: str) -> str:
    return f"{finding.where}  {text(finding.what, lang)}".strip()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_to_be_considered_is_told_once_for_all_files(
    lang: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = file.parent
    for number in (1, 2, 3):  # a myid for each: none is another's
        (folder / f"n{number}").mkdir()
        (folder / f"zoo{number}.cfg").rename(folder / f"n{number}/zoo.cfg")
        (folder / f"n{number}/myid").write_text(f"{number}\n")
    every = sorted(folder.glob("n*/zoo.cfg"))
    found = report.of_files(every, lambda _: ["192.0.2.1"])
    assert {one.severity for one in found} == {CONSIDER}
    report.refuse_faults(Screen(lang), every)
    said = capsys.readouterr().out
    assert len(said.splitlines()) == len({one.key for one in found})
    first = {one.key: one for one in reversed(found)}
    assert [one for one in first.values() if told(one, lang) not in said] == []
