"""What a simulated lab is judged by once a disk was emptied: nothing.

An emptied disk is outside of what Zab promises to survive, so its checkers would be
right to complain; an exercise wants to show what happens then.
"""

from node.events import Record
from node.wire.jute import INT
from node.wire.notification import Notification
from node.wire.quorum import Packet
from simulator.checkers import Checker, Watched
from simulator.judge import Judge, Sent


class Unjudged(Checker):
    """A checker that checks nothing any more."""

    def noted(self, host: Watched, record: Record) -> None:
        """Take no note of an event."""

    def look(self, host: Watched, *, dying: bool = False) -> None:
        """Do not look at a server."""

    def notified(self, sid: int, n: Notification) -> None:
        """Take no note of a vote."""

    def heard(self, host: Watched, notification: Notification) -> None:
        """Take no note of a vote that arrived."""

    def received(self, host: Watched, link: int, packet: Packet) -> None:
        """Take no note of a packet that arrived."""

    def client_heard(self, host: Watched, session: int) -> None:
        """Take no note of a sign of life."""

    def sent(self, host: Watched, packet: Packet) -> None:
        """Take no note of a packet."""


class Believing(Judge):
    """A session's judge that believes every answer."""

    def watches_left(self, body: bytes) -> None:
        """Take no note of watches."""

    def event(self, body: bytes) -> None:
        """Take no note of a watch that fired."""

    def saw(self, body: bytes) -> int:
        """Believe the answer's zxid."""
        return int.from_bytes(body[4:12], "big", signed=True)

    def answer(self, session: int, sent: Sent, body: bytes) -> int:
        """Return the answer's error code."""
        return int(INT.unpack_from(body, 12)[0])
