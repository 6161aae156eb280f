"""Java's properties format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.properties import PropertiesError, parse_properties


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("a=b", "a", "b"),
        ("a = b ", "a", "b"),
        ("a: b", "a", "b"),
        ("a b", "a", "b"),
        ("  a=b", "a", "b"),
        ("a", "a", ""),
        ("a=b=c", "a", "b=c"),
        (r"a\=b=c", "a=b", "c"),
        (r"dataDir=D:\\zookeeper\\data1", "dataDir", r"D:\zookeeper\data1"),
        (r"a=tab\there", "a", "tab\there"),
        (r"a=\u4e2d", "a", "中"),
        ("a=one\\\n   two", "a", "onetwo"),
    ],
)
def test_one_line_as_java_reads_it(line: str, key: str, value: str) -> None:
    (found,) = parse_properties(line)
    assert (found.key, found.value) == (key, value)


def test_comments_and_blanks_are_passed_over_and_lines_counted() -> None:
    found = parse_properties("# one\n\n! two\na=1\n  # three\nb=2\n")
    assert [(p.key, p.line) for p in found] == [("a", 4), ("b", 6)]


def test_a_broken_escape_names_its_line() -> None:
    with pytest.raises(PropertiesError) as caught:
        parse_properties("a=1\nb=\\u12x4\n")
    assert caught.value.line == 2


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_properties(text)
    except PropertiesError:
        return
    assert all(p.line >= 1 for p in found)
