"""The published event language."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node import events
from node.events import Record, VoteChanged, decode, encode
from node.fault_events import (
    LinkFaultCleared,
    LinkFaultSet,
    MessageLost,
    NodeFaultCleared,
    NodeFaultSet,
)

VOTE = VoteChanged(1, 1, 2, "higher id", 2, 0, 0, 0, 0)


def record(event: object) -> Record:
    """Wrap an event."""
    return Record("1.b.7", "lab", 1, "b", 7, 1.5, ("m:a>b#1",), "node/x.py:3", event)


def test_what_is_encoded_decodes_to_the_same() -> None:
    assert decode(encode(record(VOTE))) == record(VOTE)


def test_fault_events_are_of_the_same_language() -> None:
    lost = record(MessageLost("f1>3", 3, "COMMIT"))
    assert decode(encode(lost)) == lost


def test_an_unknown_event_and_an_unknown_version_are_passed_over() -> None:
    document = json.loads(encode(record(VOTE)))
    assert decode(json.dumps({**document, "event": "Newfangled"})) is None
    assert decode(json.dumps({**document, "v": 99})) is None


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        (
            '"event":"GateSet","gate":"f1>3","to":3,"action":"hold",'
            '"from_type":"COMMIT","delay_ms":0,"for_ms":0',
            LinkFaultSet("f1>3", 3, "hold", "COMMIT", 0, 0),
        ),
        (
            '"event":"GateCleared","gate":"f1>3","to":3,"action":"hold","why":"asked"',
            LinkFaultCleared("f1>3", 3, "hold", "asked"),
        ),
        (
            '"event":"MessageLost","gate":"f1>3","to":3,"type":"COMMIT"',
            MessageLost("f1>3", 3, "COMMIT"),
        ),
        (
            '"event":"IllSet","ill":"f2","action":"clock","ms":-5000,"for_ms":0',
            NodeFaultSet("f2", "clock", -5000, 0),
        ),
        (
            '"event":"IllCleared","ill":"f2","action":"clock","why":"time-up"',
            NodeFaultCleared("f2", "clock", "time-up"),
        ),
        (
            '"event":"PeerConnected","sid":2',
            events.PeerConnected(2),
        ),
    ],
)
def test_a_line_that_was_recorded_under_version_1_decodes(
    fields: str, event: object
) -> None:
    line = (
        '{"v":1,"id":"1.b.7","lab":"lab","node":1,"boot":"b","seq":7,"at_ms":1.5,'
        '"cause":["m:a>b#1"],"src":"node/x.py:3",' + fields + "}"
    )
    assert decode(line) == record(event)


def test_every_old_name_leads_to_an_event_of_today() -> None:
    for name, fields in events.OLD_NAMES.values():
        assert set(fields.values()) <= set(events.EVENTS[name]._fields)


def test_a_field_that_this_version_does_not_know_is_dropped() -> None:
    document = json.loads(encode(record(VOTE)))
    assert decode(json.dumps({**document, "mood": "sunny"})) == record(VOTE)


@given(st.text())
def test_any_line_is_an_event_or_nothing(line: str) -> None:
    assert decode(line) is None


def test_no_field_hides_what_tuples_can_do() -> None:
    for kind in events.EVENTS.values():
        assert not set(kind._fields) & {"count", "index"}, kind
