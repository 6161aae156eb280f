"""Spans of time as people write them."""

import pytest

from labctl.errors import USAGE, LabError
from labctl.lab.durations import span_ms
from labctl.words.phrase import LANGUAGES, text


@pytest.mark.parametrize(
    ("words", "ms"),
    [
        ("300ms", 300),
        (" 8s ", 8000),
        ("1.5m", 90_000),
        ("24h", 86_400_000),
        ("", 0),
        (None, 0),
    ],
)
def test_a_span_is_a_number_with_its_unit(words: str | None, ms: int) -> None:
    assert span_ms(words) == ms


def test_only_a_clock_goes_back() -> None:
    assert span_ms("-5m", signed=True) == -300_000
    assert span_ms("+30s", signed=True) == 30_000
    with pytest.raises(LabError):
        span_ms("-5m")


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("words", ["8", "0s", "soon", "25h", "8 days", "s", "0.1ms"])
def test_what_is_no_span_is_a_usage_error_with_an_example(
    words: str, signed: bool
) -> None:
    with pytest.raises(LabError) as refused:
        span_ms(words, signed=signed)
    assert refused.value.code == USAGE
    for lang in LANGUAGES:
        assert repr(words) in text(refused.value.message, lang)
        assert refused.value.hint is not None
        assert ("+30s" if signed else "8s") in text(refused.value.hint, lang)
