"""`ex new` writes an exercise that passes `ex lint`, and overwrites nothing."""

from pathlib import Path

import pytest

from labctl.classroom.lint import lint
from labctl.classroom.template import new
from labctl.errors import CONFLICT, USAGE, LabError
from labctl.screen.screen import Screen


def test_a_new_exercise_is_valid_and_can_be_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    new("my-first", Screen("en"))
    assert list(lint(tmp_path / "my-first.yaml", 5)) == []
    with pytest.raises(LabError) as caught:
        new("my-first.yaml", Screen("en"))
    assert caught.value.code == CONFLICT


@pytest.mark.parametrize("name", ["My-First", "../evil name", "", "1st"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(LabError) as caught:
        new(f"{tmp_path}/{name}", Screen("en"))
    assert caught.value.code == USAGE
    assert list(tmp_path.iterdir()) == []
