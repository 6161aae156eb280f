"""docs/settings.md is made from the table that the node obeys.

`pytest tests/unit/test_settings_docs.py --rewrite` writes both pages anew.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.words.phrase import CATALOG
from node.config_keys import FATES, KEYS

DOCS = Path(__file__).parents[2] / "docs"
TITLE = ("# Settings of zoo.cfg", "# zoo.cfg 的设置")
INTRO = (
    "Every key that ZooKeeper 3.9 knows, and what our node does with it."
    " `labctl config explain KEY` says the same.",
    "ZooKeeper 3.9 认识的每一个键，以及本节点怎样处理。"
    "`labctl config explain KEY` 说的也是这些。",
)
SECTIONS = {
    "obeyed": ("Obeyed", "照做"),
    "refused": ("Refused, with file and line", "拒绝，并指出文件和行"),
    "ignored": ("Named in a warning", "用警告指出"),
    "jvm-only": ("Not for zoo.cfg", "不属于 zoo.cfg"),
}
HEAD = ("| key | default | it means |", "| 键 | 默认 | 含义 |")


def page(language: int) -> Iterator[str]:
    """Yield the lines of the page; 0 is English, 1 is Chinese."""
    yield from (TITLE[language], "", INTRO[language])
    for fate in FATES:
        yield from ("", f"## {SECTIONS[fate][language]}", "")
        if fate != "obeyed":
            said = CATALOG[f"key.{fate}"][language]
            yield said[0].upper() + said[1:] + ".。"[language]
            yield ""
        yield from (HEAD[language], "| --- | --- | --- |")
        for key in (key for key in KEYS.values() if key.fate == fate):
            default = f"`{key.default}`" if key.default else ""
            meaning = CATALOG[f"set.{key.name}"][language]
            yield f"| `{key.name}` | {default} | {meaning} |"


@pytest.mark.parametrize(
    ("name", "language"), [("settings.md", 0), ("settings.zh.md", 1)]
)
def test_the_page_of_settings_is_made_from_the_table(
    name: str, language: int, request: pytest.FixtureRequest
) -> None:
    path = DOCS / name
    text = "\n".join(page(language)) + "\n"
    if request.config.getoption("--rewrite"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
