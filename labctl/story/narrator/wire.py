"""The wire: a peer message's bytes beside the fields that they are."""

import struct
from collections.abc import Iterator, Sequence

from labctl.screen.line import WIRE, Narrated
from labctl.story.peer_message import Message, content, op_name
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase
from node import events
from node.wire.notification import PeerState
from node.wire.quorum import PacketType
from node.zxid import show

Field = tuple[str, str]  # struct's letter, and ZooKeeper's name
_VOTE: Sequence[Field] = (
    *(("i", "length"), ("i", "state"), ("q", "leader"), ("q", "zxid")),
    *(("q", "electionEpoch"), ("q", "peerEpoch"), ("i", "version")),
    ("i", "configLength"),
)
_PACKET: Sequence[Field] = (("i", "type"), ("q", "zxid"), ("i", "dataLength"))
_TXN: Sequence[Field] = (
    *(("q", "session"), ("i", "cxid"), ("q", "zxid"), ("q", "time"), ("i", "txnType")),
)
_WITH_TXN = ("PROPOSAL", "INFORM")
_HEX = ("zxid", "session", "electionEpoch", "peerEpoch")
_SHOWN = 8  # bytes of what has no fields here
_BARE = 4  # bytes: -1, there is no authinfo


def message_tapped(_world: LabWorld, me: int, event: events.MessageTapped) -> Narrated:
    """These bytes leave for a peer."""
    data = _bytes(event.data)
    facts = {**event._asdict(), "me": me}
    message = Message(me, event.to, 0, event.type, data, 0.0, first=True)
    what = Phrase("MessageTapped.more" if event.left_out else "MessageTapped", facts)
    below = tuple(
        f"{' '.join(f'{byte:02x}' for byte in part):<24}{name}"
        for part, name in fields(event.type, data, event.size)
    )
    return Narrated(WIRE, what, content(message), below)


def fields(kind: str, data: bytes, size: int) -> Iterator[tuple[bytes, str]]:
    """Yield the bytes of each field with its name and value; `size` is the whole."""
    vote = kind == "NOTIFICATION"
    plan = [*(_VOTE if vote else _PACKET), *(_TXN if kind in _WITH_TXN else ())]
    at = 0
    for letter, name in plan:
        end = at + struct.calcsize(f">{letter}")
        if end > len(data):
            break
        (value,) = struct.unpack_from(f">{letter}", data, at)
        yield data[at:end], f"{name} {_value(name, value)}"
        at = end
    left = size - at
    if not left:
        return
    rest = "config" if vote else "data, authinfo"
    if left == _BARE and not vote:  # no data, and no authinfo
        rest = "authinfo none"
    more = f", {left} bytes" if left > _SHOWN else ""
    yield data[at : at + _SHOWN], rest + more


def _bytes(hexadecimal: str) -> bytes:
    """The bytes; none if a recording has something else there."""
    try:
        return bytes.fromhex(hexadecimal)
    except ValueError:
        return b""


def _value(name: str, value: int) -> str:
    if name == "state" and value in PeerState._value2member_map_:
        return PeerState(value).name
    if name == "type" and value in PacketType._value2member_map_:
        return f"{value} {PacketType(value).name}"
    if name == "txnType":
        return f"{value} {op_name(value)}"
    return show(value) if name in _HEX else str(value)
