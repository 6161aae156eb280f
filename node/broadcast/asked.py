"""What a synchronized learner may ask of its leader, besides acknowledging."""

from node.broadcast import effects as do
from node.broadcast.agreement import Agreement
from node.wire.errors import ProtocolViolation
from node.wire.quorum import Packet, PacketType, unpack_request, unpack_touches

SYNC_OP = 9  # the client's `sync`, the one request that is no transaction


def asked(link: int, packet: Packet, agreement: Agreement) -> list[do.Effect]:
    """Return what comes of a packet; ProtocolViolation if a learner never sends it."""
    match packet.type:
        case PacketType.REQUEST:
            request = unpack_request(packet.data)
            if request.op == SYNC_OP:
                return agreement.sync(link)
            return [do.Prepare(link, request, packet.authinfo or ())]
        case PacketType.PING:
            return [do.Touch(link, unpack_touches(packet.data))]
        case PacketType.REVALIDATE:
            sessions = unpack_touches(packet.data)
            return [do.Revalidate(link, *session) for session in sessions.items()]
        case _:
            raise ProtocolViolation(f"packet type {packet.type} from a learner")
