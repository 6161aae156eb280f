"""Ids for the records of a simulated lab, as a real lab's recording has them.

A real node's message has an id that both ends know, so a picture can draw it as an
arrow.  A simulated one has none: here the receipt finds its sending by what both ends
say of the message.
"""

from typing import Any

from node.events import (
    NotificationReceived,
    NotificationSent,
    PacketReceived,
    PacketSent,
    Record,
)


class MessageIds:
    """Knows the messages that are on their way."""

    def __init__(self) -> None:
        """Begin with none."""
        self.sent: dict[tuple[object, ...], list[str]] = {}
        self.renamed: dict[str, str] = {}

    def named(self, record: Record, lab: int) -> Record:
        """Return the record of this lab with ids that no other lab's records have."""
        name = f"{lab}:{record.id}"
        causes = [self.renamed.get(f"{lab}:{c}", f"{lab}:{c}") for c in record.cause]
        match record.event:
            case NotificationSent(to=to) | PacketSent(to=to):
                message = f"m:{name}"
                self.renamed[name] = message
                self.sent.setdefault(_key(record.node, to, record), []).append(message)
                name = message
            case NotificationReceived(sender=sender) | PacketReceived(sender=sender):
                if known := self.sent.get(_key(sender, record.node, record)):
                    causes = [known.pop(0)]
            case _:
                pass
        boot = f"{lab}.{record.boot}"
        return record._replace(id=name, cause=tuple(causes), boot=boot)


def _key(source: int, target: int, record: Record) -> tuple[object, ...]:
    """What both ends know of a message."""
    event: Any = record.event
    if isinstance(event, PacketSent | PacketReceived):
        return source, target, event.type, event.zxid
    vote = event.state, event.round, event.leader, event.zxid, event.peer_epoch
    return source, target, *vote
