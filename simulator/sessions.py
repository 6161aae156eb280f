"""The life of sessions: never too short, never after death, one server at a time.

Nothing here asks the node's own tracker.  A leader has heard of a session when a
packet or a client's bytes came to it; a learner owes it the names of those it
heard of itself; who moved to another server may not be spoken for by the old one.
"""

from collections.abc import Mapping
from typing import NamedTuple

from node.wire.client import Op
from node.wire.jute import read
from node.wire.txn import HEADER_BYTES, CreateSessionTxn, TxnHeader, header_of
from node.zxid import epoch_of
from simulator.model import Model
from simulator.violation import Violation


class Hello(NamedTuple):
    """What was known of a session when its client asked for it again."""

    session: int
    ended: int  # zxid of its end; 0 while it lived


class Move(NamedTuple):
    """A session is served on a new connection."""

    epoch: int
    proposed: int  # the newest zxid that its leader had proposed by then
    first_cxid: int  # of what is asked on the new connection


class Sessions:
    """All sessions of one world."""

    def __init__(self, model: Model) -> None:
        """Begin with none; `model` says which are agreed on."""
        self.model = model
        self.timeouts_ms: dict[int, int] = {}  # of all that were ever proposed
        self.closing: set[int] = set()  # their end was proposed
        self.heard: dict[int, dict[int, int]] = {}  # leader -> session -> at_ms
        self.owed: dict[int, set[int]] = {}  # learner -> sessions since its PING
        self.newest: dict[int, int] = {}  # epoch -> the last zxid proposed
        self.moves: dict[int, list[Move]] = {}

    # --- never too short ------------------------------------------------------------

    def serves(self, sid: int, *, leading: bool, now_ms: int) -> None:
        """A server begins to serve; a leader gives every session its full time."""
        self.owed[sid] = set()
        if leading:
            self.heard[sid] = dict.fromkeys(self.timeouts_ms, now_ms)

    def proposed(self, sid: int, entry: bytes, now_ms: int) -> None:
        """A leader proposed a transaction."""
        header = header_of(entry)
        epoch, session = epoch_of(header.zxid), header.session
        self.newest[epoch] = max(header.zxid, self.newest.get(epoch, 0))
        if header.type == Op.CREATE_SESSION:
            txn = read(CreateSessionTxn, entry, HEADER_BYTES)[0]
            self.timeouts_ms[session] = txn.timeout_ms
            self.heard.setdefault(sid, {})[session] = now_ms
        elif header.type == Op.CLOSE_SESSION:
            self.closing.add(session)

    def leader_heard(self, sid: int, session: int, now_ms: int) -> None:
        """A sign of life of a session has come to its leader."""
        self.heard.setdefault(sid, {})[session] = now_ms

    def learner_heard(self, sid: int, session: int) -> None:
        """A sign of life of a session has come to a learner."""
        self.owed.setdefault(sid, set()).add(session)

    def pinged(self, sid: int, touches: Mapping[int, int]) -> None:
        """A learner answers a PING with the sessions that it has heard of."""
        left_out = self.owed.get(sid, set()) - touches.keys()
        if left_out:
            raise Violation(f"Session life: n{sid} heard of {_hex(left_out)}, in vain")
        self.owed[sid] = set()

    def expired(self, sid: int, session: int, now_ms: int) -> None:
        """A leader ends a session: its time-out must have passed, by its clock."""
        heard_ms = self.heard.get(sid, {}).get(session)
        timeout_ms = self.timeouts_ms.get(session, 0)
        if heard_ms is not None and now_ms - heard_ms < timeout_ms:
            raise Violation(
                f"Session life: n{sid} expired {session:#x} after"
                f" {now_ms - heard_ms} of {timeout_ms} ms"
            )

    # --- never after death ----------------------------------------------------------

    def hello(self, session: int) -> Hello:
        """A client asks for a session."""
        return Hello(session, self.model.ended.get(session, 0))

    def refused(self, hello: Hello, epoch: int) -> None:
        """A server of that leader epoch says that a session has expired."""
        session = hello.session
        alive = session in self.model.sessions and session not in self.closing
        if alive and epoch_of(self.model.created[session]) <= epoch:
            raise Violation(f"Session life: {session:#x} was refused, nothing ended it")

    def welcomed(self, hello: Hello, session: int, epoch: int) -> None:
        """A server of that leader epoch goes on with a session."""
        if not hello.session:
            return
        if session != hello.session:
            raise Violation(f"Session {hello.session:#x} came back as {session:#x}")
        if hello.ended and epoch_of(hello.ended) <= epoch:
            raise Violation(
                f"Session death: {session:#x} was revalidated in epoch {epoch},"
                f" {hello.ended:#x} had ended it"
            )

    # --- one server at a time -------------------------------------------------------

    def moved(self, session: int, epoch: int, first_cxid: int) -> None:
        """A session is served on a new connection, under the leader of that epoch."""
        move = Move(epoch, self.newest.get(epoch, epoch << 32), first_cxid)
        self.moves.setdefault(session, []).append(move)

    def agreed(self, header: TxnHeader) -> None:
        """A write that changed something was agreed on; who asked for it?

        ZooKeeper lets anybody close a session: the leader itself does it.
        """
        owned = header.cxid > 0 and header.type != Op.CLOSE_SESSION
        for move in self.moves.get(header.session, ()) if owned else ():
            same_leader = move.epoch == epoch_of(header.zxid)
            if (
                same_leader
                and header.zxid > move.proposed
                and header.cxid < move.first_cxid
            ):
                raise Violation(
                    f"Ownership: {header.zxid:#x} was asked on a connection that"
                    f" {header.session:#x} had left before {move.proposed:#x}"
                )


def _hex(sessions: set[int]) -> str:
    return ", ".join(f"{session:#x}" for session in sorted(sessions))
