"""What a node logs: ZooKeeper's own words, for people who know them.

    … 07:44:42,818 [myid:1] - INFO  [QuorumPeer[myid=1]…:QuorumPeer@120] - LOOKING

The wording is that of ZooKeeper 3.5 (census 9.2).  `QuorumPeer` is ZooKeeper's
name for the place, and the number is a line of *our* source: `PLACES` tells
which file the name stands for.  Lines are made from events, so whatever the log
says, the event stream says too.
"""

import sys
from datetime import datetime
from typing import Any, NamedTuple, TextIO

from node import events as ev
from node import fault_events
from node.effects import Note
from node.zxid import make_zxid, show

_LEADER, _LEARNER = "node/broadcast/leader.py", "node/broadcast/learner.py"

# Where a name may lead; the event stream's `src` says which it was.
PLACES: dict[str, tuple[str, ...]] = {
    "QuorumPeerConfig": ("node/__main__.py",),
    "QuorumPeerMain": ("node/__main__.py",),
    "QuorumPeer": ("node/peer.py", _LEARNER, "node/shell/server.py"),
    "FastLeaderElection": ("node/election/machine.py",),
    "QuorumCnxManager": ("node/shell/election_port.py",),
    "QuorumCnxManager$Listener": ("node/shell/election_port.py",),
    "Leader": (_LEADER, "node/peer.py"),
    "LearnerHandler": (_LEADER,),
    "Learner": (_LEARNER,),
    "Follower": (_LEARNER,),
    "Observer": (_LEARNER,),
    "ZooKeeperServer": (_LEADER, _LEARNER, "node/requests.py"),
    "FileTxnSnapLog": ("node/storage/store.py",),
    "FileTxnLog": ("node/storage/store.py",),
    "NIOServerCnxnFactory": ("node/shell/client_port.py",),
    "JettyAdminServer": ("node/shell/admin_port.py",),
}


_SILENT = (
    *(ev.TxnsProposed, ev.TxnsLogged, ev.TxnsCommitted, ev.NotificationSent),
    *(fault_events.GateSet, fault_events.GateCleared, fault_events.MessageLost),
)


class Line(NamedTuple):
    """One log line before it is laid out."""

    thread: str
    place: str
    message: str
    level: str = "INFO"


class ZkLog:
    """Lays out lines and writes them to standard output."""

    def __init__(self, my_id: int, client: str, out: TextIO | None = None) -> None:
        """Know the node's id and its client address as thread names show it."""
        self.my_id = my_id
        self.peer = (
            f"QuorumPeer[myid={my_id}](plain={client})(secure=disabled)"
            if my_id >= 0
            else "main"
        )
        self.created = ""  # what a new server says of its settings
        self.snap_dir = ""
        self.took_ms = 0  # the last election
        self.out = out or sys.stdout

    def note(self, note: Note) -> None:
        """Write what ZooKeeper would log for this event, if anything."""
        if type(note.event) in _SILENT:
            return
        for line in self._lines(note.event):
            self._write(line, note.src.rpartition(":")[2])

    def say(self, line: Line) -> None:
        """Write a line that belongs to no event."""
        self._write(line, str(sys._getframe(1).f_lineno))

    def flush(self) -> None:
        """Let the reader see it."""
        self.out.flush()

    def _write(self, line: Line, number: str) -> None:
        now = datetime.now()  # noqa: DTZ005 (ZooKeeper logs local time)
        stamp = f"{now:%Y-%m-%d %H:%M:%S},{now.microsecond // 1000:03d}"
        my_id = self.my_id if self.my_id >= 0 else ""
        self.out.write(
            f"{stamp} [myid:{my_id}] - {line.level:<5} "
            f"[{line.thread}:{line.place}@{number}] - {line.message}\n"
        )
        self.out.flush()

    def _lines(self, event: Any) -> list[Line]:
        for tell in (self._election, self._recovery, self._service):
            lines = tell(event)
            if lines:
                return lines
        return []

    def _election(self, event: Any) -> list[Line]:
        peer, fle = self.peer, "FastLeaderElection"
        match event:
            case ev.StateChanged(_, new):
                return [Line(peer, "QuorumPeer", new)]
            case ev.PhaseChanged(state, "discovery"):
                return self._office(state)
            case ev.ElectionStarted(_, _, zxid, _):
                said = (
                    f"New election. My id =  {self.my_id}, proposed zxid={show(zxid)}"
                )
                return [Line(peer, fle, said), self._own_vote(event)]
            case ev.NotificationReceived():
                receiver = f"WorkerReceiver[myid={self.my_id}]"
                return [Line(receiver, fle, _notification(event))]
            case ev.NotificationTimedOut(next_ms):
                return [Line(peer, fle, f"Notification time out: {next_ms}")]
            case ev.ListenerOpened("election", address, port):
                said = (
                    f"{self.my_id} is accepting connections now,"
                    f" my election bind port: {address}:{port}"
                )
                place = "QuorumCnxManager$Listener"
                tries = "Election port bind maximum retries is 3"
                return [
                    Line("main", place, tries),
                    Line("QuorumPeerListener", place, said),
                ]
            case ev.PeerUnreachable(sid, host, port, _):
                said = f"Cannot open channel to {sid} at election address {host}:{port}"
                thread = f"QuorumConnectionThread-[myid={self.my_id}]-{sid}"
                return [Line(thread, "QuorumCnxManager", said, "WARN")]
            case ev.ConnectionYielded(sid):
                said = (
                    "Have smaller server identifier, so dropping the connection:"
                    f" (myId:{self.my_id} --> sid:{sid})"
                )
                return [Line(peer, "QuorumCnxManager", said)]
            case ev.PeerLost(sid, _):
                said = f"Connection broken for id {sid}, my id = {self.my_id}, error = "
                return [Line(f"RecvWorker:{sid}", "QuorumCnxManager", said, "WARN")]
            case ev.ElectionDecided():
                self.took_ms = event.took_ms
                return []
            case _:
                return []

    def _own_vote(self, event: ev.ElectionStarted) -> Line:
        """In ZooKeeper a server's vote comes back to itself; we count it at once."""
        round_, leader, zxid, epoch = event
        mine = ev.NotificationReceived(
            self.my_id, "LOOKING", round_, leader, zxid, epoch, 2, 0, "LOOKING"
        )
        thread = f"WorkerReceiver[myid={self.my_id}]"
        return Line(thread, "FastLeaderElection", _notification(mine))

    def _office(self, state: str) -> list[Line]:
        """What is said on taking up a role."""
        role = {"LEADING": "Leader", "FOLLOWING": "Follower", "OBSERVING": "Observer"}
        place = "Leader" if state == "LEADING" else "Learner"
        took = f"{state} - LEADER ELECTION TOOK - {self.took_ms} MS"
        return [
            Line(self.peer, place, "TCP NoDelay set to: true"),
            Line(self.peer, "ZooKeeperServer", self.created),
            Line(self.peer, role[state], took),
        ]

    def _recovery(self, event: Any) -> list[Line]:
        peer = self.peer
        match event:
            case ev.LearnerJoined(sid, observer, _):
                role = "observer" if observer else "participant"
                said = f"Follower sid: {sid} : info : {role}"
                return [Line(f"LearnerHandler-{sid}", "LearnerHandler", said)]
            case ev.SyncPlanned():
                return self._sync_planned(event)
            case ev.SyncReceived("DIFF", zxid, _):
                said = f"Getting a diff from the leader {show(zxid)}"
                return [Line(peer, "Learner", said)]
            case ev.SyncReceived("SNAP", zxid, _):
                said = f"Getting a snapshot from leader {show(zxid)}"
                return [Line(peer, "Learner", said)]
            case ev.SyncReceived("TRUNC", zxid, _):
                said = f"Truncating log to get in sync with the leader {show(zxid)}"
                return [Line(peer, "Learner", said, "WARN")]
            case ev.NewLeaderReceived():
                disabled = (
                    "Dynamic reconfig is disabled, we don't store the last seen config."
                )
                return [
                    Line(peer, "Learner", "Learner received NEWLEADER message"),
                    Line(peer, "QuorumPeer", disabled),
                ]
            case ev.UpToDate():
                return [Line(peer, "Learner", "Learner received UPTODATE message")]
            case ev.LeaderEstablished(epoch, sids, _, _):
                members = ", ".join(map(str, sids))
                said = (
                    f"Have quorum of supporters, sids: [ [{members}] ]; starting up"
                    f" and setting last processed zxid: {show(make_zxid(epoch, 0))}"
                )
                return [Line(peer, "Leader", said)]
            case ev.LeaderUnreachable(_, host, port, tries, _):
                said = f"Unexpected exception, tries={tries - 1}, connecting to"
                return [Line(peer, "Learner", f"{said} {host}:{port}", "WARN")]
            case ev.LeaderLost(_, why, _):
                said = f"Exception when following the leader: {why}"
                return [
                    Line(peer, "Follower", said, "WARN"),
                    Line(peer, "Follower", "shutdown called"),
                ]
            case ev.PortUnavailable(_, _, port, why):
                return [
                    Line(peer, "Leader", f"Couldn't bind to port {port}", "ERROR"),
                    Line(peer, "QuorumPeer", f"Unexpected exception: {why}", "WARN"),
                ]
            case ev.LearnerLost(sid, _, why):
                thread = f"LearnerHandler-{sid}"
                said = f"******* GOODBYE sid:{sid} {why} ********"
                return [Line(thread, "LearnerHandler", said, "WARN")]
            case ev.LeadershipLost(why, synced, _):
                return [
                    Line(peer, "Leader", f"Shutdown called. {_gave_up(why, synced)}")
                ]
            case _:
                return []

    def _sync_planned(self, event: ev.SyncPlanned) -> list[Line]:
        thread, place, sid = f"LearnerHandler-{event.sid}", "LearnerHandler", event.sid
        lines = [
            Line(
                thread,
                place,
                f"Synchronizing with Follower sid: {sid}"
                f" maxCommittedLog={show(event.max_committed)}"
                f" minCommittedLog={show(event.min_committed)}"
                f" lastProcessedZxid={show(event.max_committed)}"
                f" peerLastZxid={show(event.learner_last)}",
            )
        ]
        if event.mode == "TRUNC":
            said = f"Sending TRUNC zxid={show(event.truncate_to)} for peer sid: {sid}"
        elif event.mode == "DIFF":
            said = f"Sending DIFF zxid={show(event.max_committed)} for peer sid: {sid}"
        else:
            said = (
                f"Sending snapshot last zxid of peer is {show(event.learner_last)},"
                f" zxid of leader is {show(event.max_committed)}"
            )
        return [*lines, Line(thread, place, said)]

    def _service(self, event: Any) -> list[Line]:
        match event:
            case ev.SnapshotTaken(zxid, took_ms, _):
                file = f"{self.snap_dir}/snapshot.{zxid:x}"
                saving = f"Snapshotting: {show(zxid)} to {file}"
                taken = f"Snapshot taken in {took_ms} ms"
                return [
                    Line(self.peer, "FileTxnSnapLog", saving),
                    Line(self.peer, "FileTxnSnapLog", taken),
                ]
            case ev.SlowSync(took_ms):
                said = (
                    f"fsync-ing the write ahead log in SyncThread:{self.my_id} took"
                    f" {took_ms}ms which will adversely effect operation latency."
                    " See the ZooKeeper troubleshooting guide"
                )
                thread = f"SyncThread:{self.my_id}"
                return [Line(thread, "FileTxnLog", said, "WARN")]
            case ev.SessionExpired(session, timeout_ms):
                said = (
                    f"Expiring session 0x{session & _ID_MASK:x},"
                    f" timeout of {timeout_ms}ms exceeded"
                )
                return [Line("SessionTracker", "ZooKeeperServer", said)]
            case ev.ListenerOpened("admin", address, port):
                said = (
                    f"Started AdminServer on address {address}, port {port}"
                    " and command URL /commands"
                )
                return [Line(self.peer, "JettyAdminServer", said)]
            case ev.ListenerOpened("client", address, port):
                said = f"binding to port {address}:{port}"
                return [Line("main", "NIOServerCnxnFactory", said)]
            case ev.AdminUnavailable(port, why):
                said = f"Problem starting AdminServer on port {port}: {why}"
                return [Line(self.peer, "QuorumPeer", said, "WARN")]
            case _:
                return []


_ID_MASK = 0xFFFFFFFFFFFFFFFF

_GAVE_UP = {
    "no-quorum": "Not sufficient followers synced, only synced with sids: {}",
    "no-epoch-quorum": "Timeout while waiting for epoch from quorum",
    "no-epoch-acks": "Timeout while waiting for epoch to be acked by quorum",
    "newer-epoch": "A learner has accepted a newer epoch",
    "no-newleader-quorum": (
        "Waiting for a quorum of followers, only synced with sids: {}"
    ),
    "rollover": (
        "zxid lower 32 bits have rolled over, forcing re-election,"
        " and therefore new epoch start"
    ),
}


def _gave_up(why: str, synced: tuple[int, ...]) -> str:
    members = ", ".join(map(str, synced))
    return "For the reason " + _GAVE_UP.get(why, why).format(f"[ [{members}] ]")


def _notification(event: ev.NotificationReceived) -> str:
    """Lay out a vote as ZooKeeper 3.5 does, its odd `n.peerEPoch` included."""
    return (
        f"Notification: {event.version} (message format version),"
        f" {event.leader} (n.leader), {show(event.zxid)} (n.zxid),"
        f" 0x{event.round:x} (n.round), {event.state} (n.state),"
        f" {event.sender} (n.sid), 0x{event.peer_epoch:x} (n.peerEPoch),"
        f" {event.my_state} (my state){event.config_version:x} (n.config version)"
    )
