"""The gallery: known stories, performed in the simulator, each as one page."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from labctl.classroom.simulated_lab import SimulatedLab, in_order
from labctl.pictures.html import Names, html
from labctl.pictures.saving import blamed, save
from labctl.pictures.spacetime import whole
from labctl.screen.screen import Screen
from labctl.story.lab_events import LabOpened
from labctl.story.recording.run import Run
from labctl.words.phrase import LANGUAGES

SEED = 1
_SHIPPED = (
    Path(__file__).resolve().parents[2] / "conf" / "gallery.yaml",  # a source tree
    Path(__file__).resolve().parent / "gallery.yaml",  # an installed labctl
)


class Scene(NamedTuple):
    """One story: its name, what it is called, and the commands that bring it about."""

    id: str
    title: Names
    commands: tuple[str, ...]


def scenes() -> Iterator[Scene]:
    """Yield all stories in the order of the gallery."""
    path = next(path for path in _SHIPPED if path.exists())
    for found in yaml.safe_load(path.read_text(encoding="utf-8")):
        english, chinese = (found["title"][lang] for lang in LANGUAGES)
        yield Scene(found["id"], (english, chinese), tuple(found["do"]))


def perform(scene: Scene) -> Run:
    """Return what a lab would have recorded."""
    lab = SimulatedLab(SEED)
    for command in scene.commands:
        lab.perform(command)
    records = in_order(lab.records)
    opened = next(r.event for r in records if isinstance(r.event, LabOpened))
    return Run(scene.id, tuple(records), opened.voters, opened.observers)


def page_of(scene: Scene, lang: str) -> str:
    """Return the page of one story."""
    run = perform(scene)
    return html(run, whole(run), lang, name=scene.title)


def write_gallery(folder: Path, screen: Screen) -> None:
    """Write a page for every story into this folder."""
    with blamed(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for scene in scenes():
        save(folder / f"{scene.id}.html", page_of(scene, screen.lang), screen)
