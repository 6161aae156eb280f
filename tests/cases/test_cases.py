"""What people bring, and the answer a good engineer would give: cause and repair.

Each case is of a kind that public reports show; hosts, times and ids are made up.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from labctl.cli.reports.answer import show_answer
from labctl.doctor import report as doctor
from labctl.errors import LabError
from labctl.logs.ask import answer
from labctl.logs.explain import explain_log
from labctl.logs.findings import find
from labctl.logs.layout import read_lines
from labctl.logs.merge import merged, spoken
from labctl.logs.report import Shown, show_log
from labctl.screen.screen import Screen
from labctl.story.glossary import find_term, is_term, show_term
from labctl.words.phrase import LANGUAGES, text

HERE = Path(__file__).parent
Case = Mapping[str, Any]
CASES: dict[str, Case] = {
    f"{path.stem}: {case['name']}": case
    for path in sorted(HERE.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
}


def read(case: Case, lang: str) -> set[str]:
    """Show a log; return the keys of its findings and verdicts."""
    lines = case["text"].strip("\n").split("\n")
    reads = explain_log(merged([spoken(read_lines(lines))]))
    show_log(Screen(lang), reads, Shown())
    verdicts = {one.verdict.how.key for one in reads if one.verdict}
    return verdicts | {finding.key for finding in find(reads)}


def examine(case: Case, lang: str, folder: Path) -> set[str]:
    """Show what the doctor says of a file; return the keys."""
    files = dict(case.get("files", {}))
    if "file" in case:
        files[case["file"]] = case["text"]
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content.lstrip("\n"), encoding="utf-8")
    path = folder / case["file"] if "file" in case else folder
    if "beside" in case:
        (folder / case["beside"]).write_text(case["beside_text"].lstrip("\n"))
    found = doctor.of_files([path], lambda _: ["192.0.2.1"])
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch:
        patch.setattr(doctor, "of_files", lambda *_: found)
        doctor.doctor(Screen(lang), [path])
    return {finding.key for finding in found}


def ask(case: Case, lang: str) -> set[str]:
    """Show the answer to a question; return its key."""
    question = case["text"]
    if is_term(question):
        show_term(find_term(question), None, Screen(lang))
        return {find_term(question)}
    found = answer(question)
    assert found is not None
    show_answer(found, Screen(lang))
    return {found.what.key}


def judge(case: Case, lang: str, folder: Path) -> set[str]:
    match case.get("ask", "read"):
        case "read":
            return read(case, lang)
        case "doctor":
            return examine(case, lang, folder)
        case _:
            return ask(case, lang)


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_the_answer_names_the_cause_and_the_repair(
    name: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    if "refused" in case:
        with pytest.raises(LabError) as refused:
            judge(case, lang, tmp_path)
        assert refused.value.message.key == case["refused"]
        assert refused.value.code == case.get("code", refused.value.code)
        hint = refused.value.hint
        shown = text(refused.value.message, lang) + (text(hint, lang) if hint else "")
    else:
        keys = judge(case, lang, tmp_path)
        shown = capsys.readouterr().out
        assert {key for key in case["keys"] if not _in(key, keys)} == set(), keys
        assert keys & set(case.get("never", ())) == set()
    assert [words for words in case[lang] if words not in shown] == [], shown


def _in(key: str, keys: set[str]) -> bool:
    return key in keys or f"cause.{key}" in keys
