"""Where a line may end, in English and in Chinese."""

from rich.cells import cell_len

from labctl.screen.wrap import fold

ENGLISH = "its connection closed; without a leader nobody may answer: clients wait"
CHINESE = "连接断开；没有 leader 谁都不能应答：客户端等待，开始投票"


def test_english_ends_a_line_at_a_space() -> None:
    lines = fold(ENGLISH, 40)
    assert lines[0] == "its connection closed; without a leader"
    assert " ".join(lines) == ENGLISH


def test_chinese_fills_the_line_and_loses_nothing() -> None:
    lines = fold(CHINESE, 40)
    assert lines == ["连接断开；没有 leader 谁都不能应答：客户", "端等待，开始投票"]


def test_no_line_begins_with_a_mark_that_closes_nor_is_too_wide() -> None:
    for room in range(10, 60):
        for line in fold(CHINESE, room):
            assert cell_len(line) <= room
            assert line[0] not in "，；：）"


def test_a_word_wider_than_the_room_stands_whole() -> None:
    assert fold("see 127.0.0.1:27401,127.0.0.1:27402 now", 10)[1].startswith(
        "127.0.0.1"
    )
    assert fold("", 10) == [""]
