"""An exercise file that is wrong is named with its file, line and field."""

from pathlib import Path

import pytest
import yaml

from labctl.classroom import library
from labctl.classroom.load import load
from labctl.classroom.yaml_lines import read
from labctl.errors import USAGE, LabError
from labctl.words.phrase import LANGUAGES, text

GOOD = """\
apiVersion: labctl/v1
kind: Exercise
id: small
title: {en: Small, zh: 小}
level: 1
minutes: 5
concepts: [quorum]
runtimes: [sim]
vars:
  path: {pick: [/a, /b]}
steps:
  - id: up
    say: {en: Go, zh: 开始}
    predict:
      - {id: who, type: node, ask: {en: Who, zh: 谁}, answer: "{leader}"}
    do: ["labctl up"]
    capture:
      leader: {match: {event: LeaderEstablished}, take: node}
    expect:
      - id: quorum
        say: {en: A quorum, zh: 法定人数}
        rule: {en: Two of three, zh: 三中之二}
        eventually: {event: LeaderEstablished, epoch: 1}
    explain: {en: So it is, zh: 就是这样}
misconceptions:
  - {step: up, question: who, answer: 3, scores: 50, en: Not so, zh: 不是}
"""


def broken(tmp_path: Path, old: str, new: str) -> LabError:
    assert old in GOOD
    path = tmp_path / "small.yaml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(LabError) as caught:
        load(path)
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "why"),
    [
        ("level: 1", "level: 9", 5, "level", "9"),
        ("minutes: 5\n", "", 1, "minutes", "is missing"),
        ("zh: 小", "cn: 小", 4, "title.zh", "is missing"),
        ("level: 1", "lvel: 1\nlevel: 1", 5, "lvel", "known: level"),
        ("kind: Exercise", "kind: Quiz", 2, "kind", "one of Exercise"),
        ("id: small", "id: Not Small", 3, "id", "must be like"),
        ("runtimes: [sim]", "runtimes: sim", 8, "runtimes", "type array"),
        ("epoch: 1", "epcoh: 1", 23, "steps.0.expect.0.eventually.epcoh", "no field"),
        (
            "eventually: {event: LeaderE",
            "eventually: {event: LeadrE",
            23,
            "steps.0.expect.0.eventually.event",
            "near: LeaderEstablished",
        ),
        ("take: node", "take: nod", 18, "steps.0.capture.leader.take", "no field nod"),
        (
            'answer: "{leader}"',
            'answer: "{boss}"',
            15,
            "steps.0.predict.0.answer",
            "known: leader, path",
        ),
        (
            "        eventually: {event: LeaderEstablished, epoch: 1}\n",
            "",
            20,
            "steps.0.expect.0",
            "exactly one of",
        ),
        ("question: who", "question: whom", 26, "misconceptions.0.question", "up/whom"),
        ("do: [", "do: [rm, ", 16, "steps.0.do.0", "must be like ^labctl"),
        ("  - id: up", "  - id: up\n    id: up", 13, "", "id stands twice"),
        ("level: 1\nminutes: 5", "level: &a 1\nminutes: *a", 5, "", "an alias"),
        ("level: 1", "level: [1", 6, "", "expected"),
    ],
)
def test_what_is_wrong_has_a_line_and_a_field(
    tmp_path: Path, *, old: str, new: str, line: int, field: str, why: str
) -> None:
    error = broken(tmp_path, old, new)
    assert error.code == USAGE
    for lang in LANGUAGES:
        said = text(error.message, lang)
        assert said.startswith(f"{tmp_path}/small.yaml:{line}:"), said
        assert f"{line}: {field}:" in said if field else True, said
    assert why in text(error.message, "en")


def test_the_good_file_is_good(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(GOOD, encoding="utf-8")
    exercise = load(path)
    assert exercise.steps[0].checks[0].form.spec == {
        "event": "LeaderEstablished",
        "epoch": 1,
    }
    assert {exercise.drawn(seed)["path"] for seed in range(20)} == {"/a", "/b"}
    assert exercise.drawn(7) == exercise.drawn(7)


def test_our_lines_are_yamls_data() -> None:
    for path in library.files():
        written = path.read_text(encoding="utf-8")
        assert read(written)[0] == yaml.safe_load(written)


def test_every_shipped_exercise_has_its_files_name() -> None:
    paths = library.files()
    assert len(paths) >= 8
    known = {path.stem for path in paths}
    for path in paths:
        exercise = load(path)
        assert exercise.id == path.stem
        assert set(exercise.requires) <= known
        for variant in exercise.variants:
            assert load(path, variant.id).variant == variant.id
