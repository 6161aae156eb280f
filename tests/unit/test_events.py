"""The published event language."""

import json

from hypothesis import given
from hypothesis import strategies as st

from node import events
from node.events import Record, VoteChanged, decode, encode
from node.fault_events import MessageLost

VOTE = VoteChanged(1, 1, 2, "higher id", 2, 0, 0, 0, 0)


def record(event: object) -> Record:
    """Wrap an event."""
    return Record("1.b.7", "lab", 1, "b", 7, 1.5, ("m:a>b#1",), "node/x.py:3", event)


def test_what_is_encoded_decodes_to_the_same() -> None:
    assert decode(encode(record(VOTE))) == record(VOTE)


def test_what_a_lab_makes_a_node_suffer_is_of_the_same_language() -> None:
    lost = record(MessageLost("f1>3", 3, "COMMIT"))
    assert decode(encode(lost)) == lost


def test_an_unknown_event_and_an_unknown_version_are_passed_over() -> None:
    document = json.loads(encode(record(VOTE)))
    assert decode(json.dumps({**document, "event": "Newfangled"})) is None
    assert decode(json.dumps({**document, "v": 99})) is None


def test_a_field_that_this_version_does_not_know_is_dropped() -> None:
    document = json.loads(encode(record(VOTE)))
    assert decode(json.dumps({**document, "mood": "sunny"})) == record(VOTE)


@given(st.text())
def test_any_line_is_an_event_or_nothing(line: str) -> None:
    assert decode(line) is None


def test_no_field_hides_what_tuples_can_do() -> None:
    for kind in events.EVENTS.values():
        assert not set(kind._fields) & {"count", "index"}, kind
