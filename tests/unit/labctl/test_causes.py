"""What led to an event, where no node can know it: the chain of the lab's events."""

from labctl.story.lab_events import (
    FaultHealed,
    FaultSet,
    NodeEnded,
    NodePaused,
    NodeResumed,
    VerbGiven,
)
from labctl.story.recording.causes import implied, released
from node import events, fault_events
from node.events import Record
from tests.unit.labctl.streams import LOOKING, Stream, votes_for_itself

LAB = 0
SENT = events.NotificationSent(1, "LEADING", 1, 2, 0, 1)
HEARD = events.NotificationReceived(2, "LEADING", 1, 2, 0, 1, 2, 0, LOOKING)
LOST = events.LeaderLost(2, "closed", 9000)


def cut(name: str) -> FaultSet:
    return FaultSet(name, "cut", (1, 2), ("1>2", "2>1"), "", 0)


def cleared(name: str, why: str) -> fault_events.LinkFaultCleared:
    return fault_events.LinkFaultCleared(f"{name}>1", 1, "cut", why)


def told(*happened: tuple[int, object]) -> list[Record]:
    stream = Stream()
    for second, (node, event) in enumerate(happened):
        stream.at(second, node, event)
    return stream.records


def test_a_fault_that_was_healed_before_explains_no_later_loss() -> None:
    records = told(
        (LAB, NodeEnded(2, "killed")),
        (LAB, cut("f1")),
        (LAB, FaultHealed("f1", "asked")),
        (1, LOST),
    )
    assert implied(records, 3) == 0


def test_a_fault_whose_links_ran_out_of_time_explains_no_later_loss() -> None:
    records = told(
        (LAB, NodePaused(2)), (LAB, cut("f1")), (2, cleared("f1", "time-up")), (1, LOST)
    )
    assert implied(records, 3) == 0


def test_a_healed_fault_explains_what_nothing_else_does() -> None:
    records = told((LAB, cut("f1")), (LAB, FaultHealed("f1", "asked")), (1, LOST))
    assert implied(records, 2) == 0


def test_a_resumed_node_lost_its_leader_because_it_was_paused() -> None:
    records = told(
        (LAB, VerbGiven("pause", ("1",), (1,))),
        (LAB, NodePaused(1)),
        (LAB, NodeResumed(1)),
        (1, LOST),
    )
    assert implied(records, 3) == 2
    assert implied(records, 2) == 1


def test_a_vote_that_waited_behind_a_link_fault_came_because_the_fault_went() -> None:
    records = told((2, SENT), (2, cleared("f1", "asked")), (1, HEARD))
    assert released(records, 0, 2) == 1


def test_another_link_s_fault_frees_nothing_here() -> None:
    other = fault_events.LinkFaultCleared("f1>3", 3, "cut", "asked")
    records = told((2, SENT), (2, other), (1, HEARD))
    assert released(records, 0, 2) is None


def test_a_message_to_a_paused_node_was_read_when_it_resumed() -> None:
    records = told((2, SENT), (LAB, NodeResumed(1)), (1, HEARD))
    assert released(records, 0, 2) == 1


def test_a_connection_is_there_because_one_of_the_two_began_to_look() -> None:
    records = told(
        (1, votes_for_itself(1, 1)),
        (3, votes_for_itself(3, 1)),
        (1, events.PeerConnected(2)),
    )
    assert implied(records, 2) == 0


def test_a_link_fault_went_because_its_time_was_up_or_somebody_asked() -> None:
    records = told(
        (LAB, cut("f1")),
        (LAB, VerbGiven("heal", ("f2",), ())),
        (2, cleared("f1", "time-up")),
        (2, cleared("f2", "asked")),
    )
    assert implied(records, 2) == 0
    assert implied(records, 3) == 1
