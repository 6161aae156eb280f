"""No word of a diagram lies on another, and none needs a magnifying glass."""

import re
from pathlib import Path

import pytest

from labctl.pictures.spacetime import layout, whole
from labctl.pictures.svg import svg, words
from tests.unit.pictures.generated import drawn_run

SEEDS, TOGETHER = 200, 20
EVENTS = 160
STYLES = Path(__file__).parents[3] / "labctl" / "pictures" / "page"


@pytest.mark.sim
@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_no_two_words_of_200_generated_runs_collide(first: int) -> None:
    arrows = named = 0
    for seed in range(first, first + TOGETHER):
        run = drawn_run(seed, EVENTS)
        drawn = layout(run, whole(run))
        found = words(drawn, "zh" if seed % 2 else "en")
        labels = [
            label for label in (*found.arrows, *found.marks, *found.bands) if label.text
        ]
        labels.sort(key=lambda label: label.box.top)
        for at, one in enumerate(labels):
            for other in labels[at + 1 :]:
                if other.box.top >= one.box.bottom:
                    break
                assert not one.box.meets(other.box), (seed, one, other)
        arrows += len(found.arrows)
        named += sum(bool(label.text) for label in found.arrows)
    assert named > 0.8 * arrows, "a picture without words says nothing"


def test_no_text_is_below_12_pixels() -> None:
    for sheet in ("page.css", "ring.css", "diagram.css"):
        css = (STYLES / sheet).read_text(encoding="utf-8")
        sizes = re.findall(r"font(?:-size)?: *([\d.]+)(px|rem)", css)
        assert all(float(n) >= (12 if unit == "px" else 0.8) for n, unit in sizes)
    run = drawn_run(1, EVENTS)
    assert "font-size=" not in svg(layout(run, whole(run)), "t", "en")
