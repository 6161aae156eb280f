"""What a page may do: known verbs with words of a known form, and nothing else."""

import pytest

from labctl.web.commands import asked, is_allowed


@pytest.mark.parametrize(
    "line",
    [
        "kill 2",
        "start down",
        "cut 1->3",
        "hold 2-3",
        "delay 1-2 300ms",
        "heal f3",
        "heal --all",
        "step 1",
        "go",
        "deliver n1>n2#17",
        "do --node 2 create",
    ],
)
def test_what_a_click_means_is_allowed(line: str) -> None:
    assert is_allowed(line.split())


@pytest.mark.parametrize(
    "line",
    [
        "",
        "down",
        "down --yes",
        "kill",
        "kill all",
        "kill 2 --lab other",
        "kill --lab=other",
        "start 2\n",
        "export 1",
        "wipe 1 --out-of-model",
        "heal --help",
        "deliver ../../etc",
    ],
)
def test_anything_else_is_not(line: str) -> None:
    assert not is_allowed(line.split(" ") if line else [])


@pytest.mark.parametrize("words", [["-x"], ["a\nb"], ["x" * 501], []])
def test_a_clients_line_is_one_line_and_no_option(words: list[str]) -> None:
    assert not is_allowed(["do", "--node", "1", *words])


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"words": "go", "lang": "en"}', b'{"words": [1], "lang":""}'],
)
def test_a_body_that_is_no_command_is_none(body: bytes) -> None:
    assert asked(body) is None


def test_a_command_is_understood() -> None:
    found = asked(b'{"words": ["kill", "2"], "lang": "zh"}')
    assert found is not None
    assert found == (("kill", "2"), "zh")
