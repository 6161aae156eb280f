"""What is printed: columns, ASCII, a reader who leaves."""

import io

import pytest

from labctl.errors import LabError
from labctl.screen.glyphs import GLYPHS, ascii_only, shape
from labctl.screen.line import PROTOCOL, STORY, Line
from labctl.screen.screen import Pipe, Screen
from labctl.words.phrase import Phrase

VOTE = Phrase("VoteChanged", {"old": 1, "new": 2})
WHY = Phrase("VoteChanged.higher-id", {"new": 2, "epoch": 0, "zxid": "0x0"})


def test_a_line_says_when_who_what_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen("en")
    screen.origin_ms = 1000.0
    screen.narrate(Line(1660.0, 1, STORY, VOTE, WHY))
    assert capsys.readouterr().out == (
        " t+0.66   n1  vote n1 → n2              n2's vote is better:"
        " same epoch 0, same zxid 0x0, higher id\n"
    )


def test_reasons_stand_in_one_column_in_chinese_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen = Screen("zh")
    screen.narrate(Line(0.0, 1, STORY, VOTE, WHY))
    assert " 改票 n1 → n2              n2 更好" in capsys.readouterr().out


def test_messages_are_shown_at_their_level_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for level, lines in ((STORY, 0), (PROTOCOL, 1)):
        Screen("en", level).narrate(Line(0.0, 1, PROTOCOL, VOTE, None))
        assert len(capsys.readouterr().out.splitlines()) == lines


def test_plain_is_one_event_to_a_line_without_colour_or_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    Screen("en", plain=True).narrate(Line(1250.0, 1, STORY, VOTE, WHY))
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert told.startswith("t+1.25 n1 vote n1 → n2 (n2's vote is better")
    assert told.count("\n") == 1


def test_ascii_has_a_letter_for_every_state(capsys: pytest.CaptureFixture[str]) -> None:
    shapes = [ascii_only(shape(state)) for state in GLYPHS]
    assert all(words.isascii() for words in shapes)
    assert len({words[0] for words in shapes}) == len(set(GLYPHS.values()))
    Screen("en", bare=True).narrate(Line(0.0, 1, STORY, VOTE, WHY))
    assert capsys.readouterr().out.isascii()


def test_a_terminal_that_cannot_encode_glyphs_gets_ascii(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    latin = io.TextIOWrapper(written, encoding="latin-1")
    monkeypatch.setattr("sys.stdout", latin)
    screen = Screen("en")
    screen.narrate(Line(0.0, 2, STORY, Phrase("ElectionDecided.leads"), None))
    latin.flush()
    assert b"? -> L LEADING" in written.getvalue()


def test_an_error_is_one_line_and_one_hint(capsys: pytest.CaptureFixture[str]) -> None:
    facts = {"lab": "x"}
    Screen("en").fail(LabError(Phrase("lab.none", facts), Phrase("lab.none.hint"), 4))
    assert capsys.readouterr().err == (
        "✕ there is no lab x\n  → labctl up makes one; labctl ls lists them\n"
    )


class _Left(io.StringIO):
    """A stream whose reader has left."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_reader_who_leaves_is_noticed_and_forgiven() -> None:
    pipe = Pipe(_Left())
    assert not pipe.broken
    assert pipe.write("nobody hears this\n") > 0
    assert pipe.broken
    pipe.write("nor this\n")
    pipe.flush()


def test_a_program_gets_no_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen("en")
    screen.quiet = True
    screen.say(Phrase("ls.none"))
    screen.narrate(Line(0.0, 1, STORY, VOTE, WHY))
    screen.document({"quorum": True})
    assert capsys.readouterr().out == '{"quorum": true}\n'


def test_nobody_there_answers_no_question() -> None:
    assert not Screen("en").asks(Phrase("down.sure", {"lab": "x"}))
