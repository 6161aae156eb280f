"""A peer message in words: what a vote or a packet says, decoded from its bytes."""

from typing import NamedTuple

from labctl.words.phrase import CATALOG, Phrase
from node.wire.client import Op
from node.wire.errors import ProtocolViolation
from node.wire.jute import MalformedRecord
from node.wire.notification import PeerState, unpack_notification
from node.wire.quorum import Packet, unpack_packet, unpack_request
from node.wire.txn import header_of
from node.zxid import epoch_of, show

_LENGTH_BYTES = 4
_TXN_HEADER_BYTES = 32
_PATHED = frozenset((Op.CREATE, Op.CREATE2, Op.DELETE, Op.SET_DATA, Op.SET_ACL))
_OPS = {number: name.lower() for name, number in vars(Op).items() if name.isupper()}


class Message(NamedTuple):
    """One message that waits in its sender."""

    sender: int
    to: int
    number: int
    kind: str
    data: bytes
    at_ms: float
    first: bool  # nothing of its connection waits before it

    @property
    def id(self) -> str:
        """Its name in step mode: n1>n2#17."""
        return f"n{self.sender}>n{self.to}#{self.number}"


def content(message: Message) -> Phrase:
    """Return what the message says, decoded."""
    try:
        if message.kind == "NOTIFICATION":
            return _vote(message.data)
        packet, _ = unpack_packet(message.data, 0)
        if packet is not None:
            return _packet(message.kind, packet)
    except (ProtocolViolation, MalformedRecord, ValueError, IndexError):
        pass
    return Phrase("step.bytes", {"bytes": len(message.data)})


def _vote(data: bytes) -> Phrase:
    vote = unpack_notification(data[_LENGTH_BYTES:])
    facts = {
        "leader": vote.leader,
        "zxid": show(vote.zxid),
        "epoch": vote.peer_epoch,
        "round": vote.round,
        "state": PeerState(vote.state).name,
    }
    key = "step.vote" if vote.leader > 0 else "step.vote.none"
    return Phrase(key, facts)


def _packet(kind: str, packet: Packet) -> Phrase:
    facts: dict[str, object] = {"zxid": show(packet.zxid)}
    facts["epoch"] = epoch_of(packet.zxid)
    data = packet.data or b""
    if kind in ("PROPOSAL", "INFORM"):
        facts["what"] = _txn(data)
    elif kind == "REQUEST":
        facts["what"] = op_name(unpack_request(packet.data).op)
    elif kind == "ACKEPOCH":
        facts["current"] = int.from_bytes(data[:4], "big", signed=True)
    key = f"step.{kind}"
    return Phrase(key if key in CATALOG else "step.packet", facts)


def _txn(entry: bytes) -> str:
    """Return what a transaction does: `create /a`."""
    header = header_of(entry)
    name = op_name(header.type)
    if header.type not in _PATHED:
        return name
    at = _TXN_HEADER_BYTES
    length = int.from_bytes(entry[at : at + 4], "big")
    path = entry[at + 4 : at + 4 + length].decode("utf-8", "replace")
    return f"{name} {path}"


def op_name(number: int) -> str:
    """Return what a request or transaction of this type does."""
    return _OPS.get(number, f"op {number}")
