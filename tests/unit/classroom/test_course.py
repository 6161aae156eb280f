"""The course's pages say what the files beside them say.

`pytest tests/unit/classroom/test_course.py --rewrite` writes the teacher's table of
misconceptions anew.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.classroom.load import load

ROOT = Path(__file__).parents[3]
COURSE = ROOT / "docs" / "course"
EXERCISES = {path.stem: path for path in (ROOT / "conf/exercises").glob("*.yaml")}
LANGUAGES = {".md": "en", ".zh.md": "zh"}
HEAD = {
    "en": "| exercise | asked | answered | the answer to it |",
    "zh": "| 练习 | 问 | 答 | 对此的回应 |",
}
_DRAWN = re.compile(r"\{\w+\}")  # differs from student to student

every_language = pytest.mark.parametrize("ending", LANGUAGES)


def table(lang: str) -> Iterator[str]:
    """Yield the lines of the table of misconceptions."""
    yield from (HEAD[lang], "| --- | --- | --- | --- |")
    for name in sorted(EXERCISES):
        exercise = load(EXERCISES[name])
        for wrong in exercise.misconceptions:
            (question,) = (
                question
                for question in exercise.step(wrong.step).questions
                if question.id == wrong.question
            )
            asked, answer = question.ask.put(lang, {}), wrong.text.put(lang, {})
            cells = (f"`{name}`", asked, question.shown(wrong.answer, lang), answer)
            yield _DRAWN.sub("…", f"| {' | '.join(cells)} |")


@every_language
def test_the_teachers_table_is_what_the_exercises_say(
    ending: str, request: pytest.FixtureRequest
) -> None:
    page = COURSE / f"teaching{ending}"
    before, head, _ = page.read_text(encoding="utf-8").partition(
        HEAD[LANGUAGES[ending]]
    )
    assert head
    text = before + "\n".join(table(LANGUAGES[ending])) + "\n"
    if request.config.getoption("--rewrite"):
        page.write_text(text, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == text


@every_language
def test_every_exercise_has_a_chapter_and_a_week(ending: str) -> None:
    text = (COURSE / f"teaching{ending}").read_text(encoding="utf-8")
    for part in text.partition(HEAD[LANGUAGES[ending]])[0].split("\n## 12 "):
        assert set(re.findall(r"`([a-z-]+)`", part)) >= set(EXERCISES)


@every_language
def test_chapter_one_shows_the_articles_first_file(ending: str) -> None:
    page = (COURSE / f"01-three-config-files{ending}").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert shown.split() == (ROOT / "conf/zoo_sample1.cfg").read_text().split()


def test_eight_chapters_begin_an_exercise_each() -> None:
    for ending in LANGUAGES:
        chapters = sorted(COURSE.glob(f"0[1-8]-*{ending}"))
        chapters = [one for one in chapters if ending != ".md" or ".zh" not in one.name]
        assert len(chapters) == 8
        for chapter in chapters:
            text = chapter.read_text(encoding="utf-8")
            begun = re.findall(r"\$ labctl ex start (\S+) --student", text)
            assert begun, chapter.name
            assert set(begun) <= set(EXERCISES)
