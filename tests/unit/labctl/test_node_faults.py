"""What a majority remembers, what waiting messages say."""

import struct

import pytest

from labctl.errors import CONFLICT, LabError
from labctl.faults.node_faults import check_majority_remembers
from labctl.lab.probe import NodeAnswer
from labctl.lab.runtime.base import DOWN, UP, NodeRun
from labctl.lab.status import NodeView
from labctl.lab.topology import OBSERVER, VOTER, Node
from labctl.story.peer_message import Message, content
from labctl.words.phrase import LANGUAGES, text
from node.wire.client import Op
from node.wire.notification import Notification, pack_notification
from node.wire.quorum import PacketType, pack_bare, pack_data
from node.wire.txn import HEADER


def view(sid: int, *, up: bool = True, role: str = VOTER) -> NodeView:
    node = Node(sid, role, 1, 2, 3, 4, "/nowhere")
    answer = NodeAnswer("x", sid, "b", 1, "FOLLOWING", "broadcast", 2, 1, 5, True, 0)
    return NodeView(node, NodeRun(UP if up else DOWN), answer if up else None)


def test_one_of_three_may_forget_while_the_others_serve() -> None:
    views = [view(1), view(2), view(3), view(4, role=OBSERVER)]
    assert check_majority_remembers(views, [1, 4], out_of_model=False) is None


@pytest.mark.parametrize(("wiped", "down"), [((1, 2), 0), ((1,), 3)])
def test_a_majority_that_may_have_forgotten_needs_consent(
    wiped: tuple[int, ...], down: int
) -> None:
    views = [view(sid, up=sid != down) for sid in (1, 2, 3)]
    with pytest.raises(LabError) as refused:
        check_majority_remembers(views, wiped, out_of_model=False)
    assert refused.value.code == CONFLICT
    beyond = check_majority_remembers(views, wiped, out_of_model=True)
    assert beyond is not None
    assert "the disks of a majority keep" in text(beyond, "en")


def said(kind: str, data: bytes, lang: str = "en") -> str:
    return text(content(Message(1, 2, 17, kind, data, 0.0, first=True)), lang)


def test_a_waiting_vote_and_a_waiting_proposal_are_decoded() -> None:
    vote = pack_notification(Notification(0, 3, 0x100000002, 2, 1))
    framed = struct.pack(">i", len(vote)) + vote
    assert said("NOTIFICATION", framed) == (
        "votes for n3 (epoch 1, zxid 0x100000002), round 2; is LOOKING"
    )
    path = b"\0\0\0\2/a"
    entry = HEADER.pack(1, 1, 0x100000003, 0, Op.CREATE) + path
    proposal = pack_data(PacketType.PROPOSAL, 0x100000003, entry)
    assert "0x100000003: create /a" in said("PROPOSAL", proposal)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", list(PacketType))
def test_every_packet_says_something_even_a_broken_one(
    kind: PacketType, lang: str
) -> None:
    assert said(kind.name, pack_bare(kind, 0x200000001), lang)
    assert said(kind.name, b"\0\0\0\1", lang)
    assert said(kind.name, pack_data(kind, 1, b"x"), lang)
