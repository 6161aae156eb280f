"""docs/gallery holds what `make pictures` makes; each page shows what it promises."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from labctl.classroom.gallery import Scene, page_of, perform, scenes
from node.events import SyncPlanned

GALLERY = Path(__file__).parents[3] / "docs" / "gallery"
SCENES = list(scenes())


def document(page: str) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    held: dict[str, Any] = json.loads(found[1])
    return held


def sentences(page: str) -> list[Any]:
    return [e["line"]["what"] for e in document(page)["entries"] if "line" in e]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.id)
def test_the_gallery_is_what_its_command_makes(scene: Scene) -> None:
    kept = (GALLERY / f"{scene.id}.html").read_text(encoding="utf-8")
    assert sentences(kept) == sentences(page_of(scene, "en")), "make pictures"
    assert len(kept.encode()) < 320_000


def test_the_gallery_is_whole() -> None:
    assert {path.stem for path in GALLERY.glob("*.html")} == {s.id for s in SCENES}


@pytest.mark.parametrize(
    ("name", "mode"), [("late-joiner-snap", "SNAP"), ("trunc", "TRUNC")]
)
def test_a_learner_is_brought_in_line_as_promised(name: str, mode: str) -> None:
    (scene,) = [scene for scene in SCENES if scene.id == name]
    modes = {
        (record.event.sid, record.event.mode)
        for record in perform(scene).records
        if isinstance(record.event, SyncPlanned)
    }
    assert (2, mode) in modes
