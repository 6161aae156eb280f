"""Every scenario file, played: the machines answer exactly as written down."""

from pathlib import Path

import pytest

from tests.scenarios.player import rewrite

SCENES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_the_machines_answer_as_written(
    path: Path, request: pytest.FixtureRequest
) -> None:
    text = path.read_text(encoding="utf-8")
    played = rewrite(text)
    if request.config.getoption("--rewrite"):
        path.write_text(played, encoding="utf-8")
    else:
        assert played == text, f"{path.name} has changed; see pytest --rewrite"


def test_there_are_scenes() -> None:
    assert len(SCENES) >= 60
