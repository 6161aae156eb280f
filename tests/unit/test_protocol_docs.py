"""The pages on the protocol: their numbers are the code's, their files exist."""

import re
from pathlib import Path

import pytest

from node.broadcast.learner_handler import EPOCHS_AHEAD_MAX
from node.election.machine import ROUNDS_AHEAD_MAX
from node.wire.client import Op
from node.wire.jute import BUFFER_MAX
from node.wire.notification import GREETING_MAX, NOTIFICATION_MAX
from node.wire.quorum import AUTHINFO_MAX, DATA_MAX, PacketType
from node.zxid import EPOCH_MAX

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "protocol").glob("*.md"))
CODES = {**{p.name: int(p) for p in PacketType}, **vars(Op)}
BOTH = {"SYNC", "PING"}  # a request of a client, and a packet between servers


def test_every_code_on_the_wire_page_is_the_code_of_the_node() -> None:
    page = (ROOT / "docs" / "protocol" / "wire.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| ([A-Z][A-Z0-9_]+) \| (\d+) ?(?=\|)", page)
    assert len(rows) > 35
    for name, code in rows:
        known = {CODES[name], *([int(PacketType[name])] if name in BOTH else [])}
        assert int(code) in known, name


@pytest.mark.parametrize(
    ("page", "number"),
    [
        ("wire.md", BUFFER_MAX),
        ("wire.md", DATA_MAX),
        ("wire.md", AUTHINFO_MAX),
        ("election.md", GREETING_MAX),
        ("election.md", NOTIFICATION_MAX),
    ],
)
def test_a_limit_on_a_page_is_the_limit_of_the_node(page: str, number: int) -> None:
    text = (ROOT / "docs" / "protocol" / page).read_text(encoding="utf-8")
    assert f"{number:,}" in text


def test_pages_and_code_name_files_that_exist() -> None:
    named = {
        found
        for page in PAGES
        for found in re.findall(r"`(node/[\w/.]*)`", page.read_text(encoding="utf-8"))
    }
    for room in ("node", "labctl", "simulator", "tests"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            named |= set(re.findall(r"docs/protocol/\w+\.md", text))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_row_on_strangers_names_a_test_that_exists() -> None:
    page = (ROOT / "docs" / "protocol" / "strangers.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    proofs = [row.split("|")[-2].strip().strip("`") for row in rows]
    named = [proof for proof in proofs if proof not in {"test", "---"}]
    scenes = {path.stem for path in (ROOT / "tests" / "scenarios").glob("*.txt")}
    written = {
        found
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in re.findall(
            r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE
        )
    }
    assert len(named) > 45
    assert [name for name in named if name not in scenes | written] == []


def test_a_number_on_strangers_is_the_nodes() -> None:
    page = (ROOT / "docs" / "protocol" / "strangers.md").read_text(encoding="utf-8")
    assert f"{EPOCHS_AHEAD_MAX:,} ahead" in page
    assert f"{EPOCH_MAX:#x}" in page
    assert f"2^{ROUNDS_AHEAD_MAX.bit_length() - 1} ahead" in page
