"""Whose a thing is: of a lab that stands, left over, or somebody else's."""

import json
from pathlib import Path

import pytest

from labctl.errors import PARTLY, LabError
from labctl.lab import belongings
from labctl.lab.belongings import ELSEWHERE, LEFT_OVER, OF_A_LAB, remove_all, whose
from labctl.lab.lock import locked
from labctl.lab.runtime.base import Belonging
from labctl.lab.topology import LabSpec, plan, save


def lab(folder: Path, runtime: str, boot: str = "b1") -> Path:
    save(plan(LabSpec(nodes=1), folder.name, runtime, folder), folder)
    (folder / "n1").mkdir()
    (folder / "n1" / "run.json").write_text(json.dumps({"pid": 1, "boot": boot}))
    return folder


def process(folder: Path, boot: str = "b1", *, ours: bool = True) -> Belonging:
    return Belonging("process", "1", folder.name, str(folder), boot, ours=ours)


def container(folder: str) -> Belonging:
    return Belonging("container", "quorumlab-x-1", "x", folder)


def test_a_process_is_of_a_lab_that_records_its_boot(tmp_path: Path) -> None:
    folder = lab(tmp_path / "x", "process")
    assert whose(process(folder)) == OF_A_LAB
    assert whose(process(folder, "b2")) == LEFT_OVER
    assert whose(process(tmp_path / "gone")) == LEFT_OVER
    assert whose(process(tmp_path / "gone", ours=False)) == ELSEWHERE


def test_what_the_engine_has_is_of_a_lab_in_containers(tmp_path: Path) -> None:
    assert whose(container(str(lab(tmp_path / "x", "docker")))) == OF_A_LAB
    assert whose(container(str(lab(tmp_path / "y", "process")))) == LEFT_OVER
    assert whose(container(str(tmp_path / "gone"))) == LEFT_OVER
    assert whose(container("")) == ELSEWHERE, "it names no folder: nobody knows"


def test_a_description_that_cannot_be_read_is_no_reason_to_end(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "lab.json").write_text("{")
    assert whose(process(folder)) == OF_A_LAB


def test_a_lab_that_somebody_works_on_is_left_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[Belonging] = []
    monkeypatch.setattr(belongings, "remove", gone.append)
    busy, free = tmp_path / "busy" / "x", tmp_path / "free" / "x"
    busy.parent.mkdir()
    things = [process(busy), process(free)]
    with locked(busy, "up"), pytest.raises(LabError) as refused:
        list(remove_all(things))
    assert refused.value.code == PARTLY
    assert gone == [process(free)]


def test_what_became_a_labs_meanwhile_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[Belonging] = []
    monkeypatch.setattr(belongings, "remove", gone.append)
    thing = process(tmp_path / "x")
    removing = remove_all([thing])
    lab(tmp_path / "x", "process")
    assert (list(removing), gone) == ([], [])


def test_an_exercise_that_was_begun_stays_and_half_of_one_is_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_HOME", str(tmp_path))
    begun, half = (tmp_path / "classroom" / name for name in ("begun", "half"))
    for folder in (begun, half):
        folder.mkdir(parents=True)
    (begun / "attempt.json").touch()
    (begun.parent / "current").touch()
    # What other labs on this machine left is found as well, and left alone.
    left_over = belongings.find(engine=False).left_over()
    (left,) = [thing for thing in left_over if thing.name.startswith(str(tmp_path))]
    assert left.name == str(half)
    assert belongings.begun() == 1
    (half / "attempt.json").touch()  # it was begun meanwhile
    assert list(remove_all([left])) == []
    (half / "attempt.json").unlink()
    assert list(remove_all([left])) == [left]
    assert sorted(path.name for path in begun.parent.iterdir()) == ["begun", "current"]
