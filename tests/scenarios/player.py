"""Plays a scenario: commands at the margin, the machines' exact answers indented.

    # what this scene shows
    servers 3              voters 1..3 (`servers 3 + 1` adds an observer)
    disk 1 1:7 1:8         what a log holds, as epoch:counter
    snapshot 1 1:1 1:7     what is in the snapshot, before the log
    epochs 1 2 2           acceptedEpoch and currentEpoch of server 1
    boot 1 2               start servers
    deliver 1->2           hand over the oldest message from 1 to 2
    lose 1->2              drop it
    settle                 hand over everything, until nothing moves any more
    join 1                 start server 1; the others tell it who leads; it calls
    talk                   the same, but disks finish nothing
    stop 1                 server 1 is paused: it hears nothing (`cont 1`)
    beat 3 4               four times: the tick timer of server 3, then talk
    elect 3 1 2            settle, then 3, 1 and 2 end their last wait, settle
    fire 1 finalize        a timer of server 1 comes due
    tick 3 4               the tick timer of server 3 comes due four times
    stale 1 finalize       a timer comes due that was stopped long ago
    synced 1               the disk of server 1 has finished its fdatasync
    write 2                a client of leader 2 writes
    sync 1                 a client of server 1 asks for `sync`
    session 1 77           server 1 hears of session 77
    revalidate 1 77        session 77 moves to server 1
    verdict 3->1 77 alive  the leader's answer to that, or `gone`
    counter 3 xfffffffe    so many transactions lie behind leader 3
    crash 1                power cut: what was not synced is lost
    break 1-3              their quorum connection breaks
    cut 1-3                nothing passes between them any more
    heal 1-3               it passes again
    vote 2->1 LOOKING 2 1:5 1 1      a vote out of nowhere: leader zxid round epoch
    send 1->3 ACK 1:7      a packet out of nowhere
    call 9->3              a stranger opens a quorum connection to server 3
    send 9->3 FOLLOWERINFO 5:0 as 1    and claims to be server 1, which accepted 5
    wrote 1->3             1 has written a piece of its tree for 3
    read 1->3              3 has read a piece of the tree of 1
    tree 1                 show what server 1 has applied
    wires                  show what is on its way
    state 1                show what server 1 is, and what is on its disk
    quietly COMMAND        play it without writing the answers down

`pytest --rewrite` writes the answers anew; read the diff before you keep it.
"""

from typing import Any

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.history import History
from node.broadcast.limits import Limits
from node.effects import TimerFired
from node.peer import Boot, Member, Peer
from node.quorum import Ensemble, Majority
from node.wire.quorum import (
    ForwardedRequest,
    LearnerInfo,
    Packet,
    PacketType,
    pack_learner_info,
    pack_request,
    pack_revalidation,
    pack_touches,
)
from node.zxid import epoch_of
from tests.scenarios.stage import Stage
from tests.scenarios.words import entry, show, vote, wire, zxid
from tests.simulator.parts import Server

SYNC_OP = 9
TIMEOUT_MS = 4000  # of every session


class Player:
    """Gives commands to a stage."""

    def __init__(self) -> None:
        """Begin with an empty stage."""
        self.stage = Stage()
        self.stopped: set[int] = set()  # by SIGSTOP: they hear nothing

    def play(self, command: str) -> list[str]:
        """Perform one command and return the machines' answers."""
        self.stage.answers = []
        self._perform(command)
        return self.stage.answers

    def _perform(self, command: str) -> None:
        verb, *words = command.split()
        getattr(self, f"do_{verb}")(*words)

    def do_quietly(self, *words: str) -> None:
        self._perform(" ".join(words))
        self.stage.answers.clear()

    # --- the world ---

    def do_servers(self, voters: str, *more: str) -> None:
        observers = int(more[1]) if more else 0
        self.stage.quorum = Majority(range(1, int(voters) + 1))
        for sid in range(1, int(voters) + observers + 1):
            self.stage.servers[sid] = Server(sid)

    def do_disk(self, sid: str, *txns: str) -> None:
        disk = self._server(sid).disk
        disk.log = [(zxid(txn), entry(txn)) for txn in txns]
        disk.sync()
        disk.epochs.setdefault("acceptedEpoch", epoch_of(disk.log[-1][0]))
        disk.epochs.setdefault("currentEpoch", epoch_of(disk.log[-1][0]))

    def do_snapshot(self, sid: str, *txns: str) -> None:
        disk = self._server(sid).disk
        disk.snapshot = tuple((zxid(txn), entry(txn)) for txn in txns)

    def do_epochs(self, sid: str, accepted: str, current: str) -> None:
        epochs = self._server(sid).disk.epochs
        epochs.update(acceptedEpoch=int(accepted), currentEpoch=int(current))

    def do_boot(self, *sids: str) -> None:
        for server in map(self._server, sids):
            server.up = True
            server.tree = server.disk.history()
            server.behind_sync, server.timers = [], {}
            epochs = server.disk.epochs
            history = History(
                server.tree[-1][0] if server.tree else 0,
                epochs.get("acceptedEpoch", 0),
                epochs.get("currentEpoch", 0),
                server.tree[len(server.disk.snapshot) :],
            )
            limits = Limits(tick_ms=2000, init_limit=10, sync_limit=5)
            voters = self.stage.quorum
            observers = frozenset(self.stage.servers) - voters.voters
            ensemble = Ensemble(voters, "", observers)
            member = Member(server.sid, ensemble, limits)
            server.peer = Peer(member, history)
            self.stage.tell(server, Boot())

    def do_crash(self, *sids: str) -> None:
        stage = self.stage
        for server in map(self._server, sids):
            server.up = server.listening = False
            del server.disk.log[server.disk.synced :]
            server.behind_sync = []
            for peer in stage.servers:
                stage.wires.pop((server.sid, peer), None)
                stage.wires.pop((peer, server.sid), None)
                stage.hang_up(server.sid, peer)

    # --- messages ---

    def do_deliver(self, line: str) -> None:
        sender, receiver = wire(line)
        kind, message = self.stage.wires[sender, receiver].popleft()
        self.stage.arrive(sender, receiver, kind, message)

    def do_lose(self, line: str) -> None:
        self.stage.wires[wire(line)].popleft()

    def do_talk(self) -> None:
        while self._hand_over():
            pass

    def do_settle(self) -> None:
        moving = True
        while moving:
            moving = self._hand_over()
            for server in self.stage.servers.values():
                while server.up and server.behind_sync:
                    moving = True
                    self.do_synced(str(server.sid))

    def _hand_over(self) -> bool:
        """Hand over everything that waits now; return whether there was anything."""
        moved = False
        for (sender, receiver), waiting in list(self.stage.wires.items()):
            while waiting and receiver not in self.stopped:
                moved = True
                self.stage.arrive(sender, receiver, *waiting.popleft())
        return moved

    def do_beat(self, sid: str, times: str) -> None:
        for _ in range(int(times)):
            self.do_tick(sid)
            self.do_talk()

    def do_stop(self, *sids: str) -> None:
        self.stopped |= set(map(int, sids))

    def do_cont(self, *sids: str) -> None:
        self.stopped -= set(map(int, sids))

    def do_elect(self, *sids: str) -> None:
        self.do_settle()
        for sid in sids:
            self.do_fire(sid, "finalize")
        self.do_settle()

    def do_join(self, sid: str) -> None:
        self.do_boot(sid)
        joining = self._server(sid)
        for near in self.stage.servers:
            self._only_votes(joining.sid, near)
            self._only_votes(near, joining.sid)

    def do_break(self, line: str) -> None:
        self.stage.hang_up(*wire(line))

    def do_cut(self, *lines: str) -> None:
        for one, other in map(wire, lines):
            self.stage.severed |= {(one, other), (other, one)}
            for pair in ((one, other), (other, one)):
                self.stage.wires.pop(pair, None)
            self.stage.hang_up(one, other)

    def do_heal(self, *lines: str) -> None:
        for one, other in map(wire, lines):
            self.stage.severed -= {(one, other), (other, one)}

    def do_vote(self, line: str, *words: str) -> None:
        sender, receiver = wire(line)
        state, leader, last, round_, epoch = words
        said = vote(state, leader, last, round_, epoch)
        self.stage.arrive(sender, receiver, "vote", said)

    def do_call(self, line: str) -> None:
        self.stage.call(*wire(line))

    def do_send(self, line: str, kind: str, last: str, *data: str) -> None:
        sender, receiver = wire(line)
        body = bytes.fromhex(data[0]) if len(data) == 1 else None
        if data and data[0] == "00" * 20:
            body = pack_learner_info(LearnerInfo(sender))
        elif data and data[0] == "as":
            body = pack_learner_info(LearnerInfo(int(data[1])))
        packet = Packet(PacketType[kind], zxid(last), body)
        self.stage.send(sender, receiver, "packet", packet)

    def do_wrote(self, line: str) -> None:
        sender, receiver = wire(line)
        moved = on.TreeMoved(self.stage.links[sender, receiver])
        self.stage.tell(self.stage.servers[sender], moved)

    def do_read(self, line: str) -> None:
        moved = on.TreeMoved(do.UPSTREAM)
        self.stage.tell(self.stage.servers[wire(line)[1]], moved)

    # --- time and disks ---

    def do_fire(self, sid: str, name: str) -> None:
        server = self._server(sid)
        if name not in server.timers:
            raise AssertionError(f"server {sid} has no timer {name}: {server.timers}")
        self.stage.now_ms += server.timers.pop(name)
        self.stage.tell(server, TimerFired(name))

    def do_tick(self, sid: str, times: str = "1") -> None:
        for _ in range(int(times)):
            if "tick" in self._server(sid).timers:
                self.do_fire(sid, "tick")

    def do_stale(self, sid: str, name: str) -> None:
        server = self._server(sid)
        assert name not in server.timers, f"{name} is still to come: use `fire`"
        self.stage.tell(server, TimerFired(name))

    def do_synced(self, sid: str) -> None:
        server = self._server(sid)
        server.disk.sync()
        self.stage.say(f"n{sid} disk: synced to {show(server.disk.log[-1][0])}")
        tails, server.behind_sync = server.behind_sync, []
        for tail in tails:
            self.stage.perform(server, tail)

    # --- clients ---

    def do_write(self, sid: str) -> None:
        server = self._server(sid)
        role: Any = server.peer.role
        next_zxid = role.next_zxid
        self.stage.tell(server, on.Propose(next_zxid, entry(show(next_zxid))))

    def do_counter(self, sid: str, counter: str) -> None:
        role: Any = self._server(sid).peer.role
        last = zxid(f"{role.epoch}:{counter}")
        role.agreement.last_zxid = role.agreement.own_ack = last
        for follower in self.stage.servers.values():
            if follower.up and follower.peer.history.last_zxid < last:
                follower.peer.history.last_zxid = last
                heard: Any = follower.peer.role
                heard.last_heard = last

    def do_sync(self, sid: str) -> None:
        server = self._server(sid)
        leader = server.peer.leader
        if leader == server.sid:
            self.stage.tell(server, on.SyncAsked())
            return
        asked = pack_request(ForwardedRequest(7, 1, SYNC_OP, b""))
        self._upstream(server, Packet(PacketType.REQUEST, -1, asked))

    def do_session(self, sid: str, session: str) -> None:
        heard = self.stage.sessions.setdefault(int(sid), {})
        heard[int(session)] = TIMEOUT_MS

    def do_revalidate(self, sid: str, session: str) -> None:
        asked = pack_touches({int(session): TIMEOUT_MS})
        self._upstream(self._server(sid), Packet(PacketType.REVALIDATE, -1, asked))

    def do_verdict(self, line: str, session: str, verdict: str) -> None:
        sender, receiver = wire(line)
        told = pack_revalidation(int(session), alive=verdict == "alive")
        packet = Packet(PacketType.REVALIDATE, -1, told)
        self.stage.send(sender, receiver, "packet", packet)

    # --- what is seen ---

    def do_tree(self, *sids: str) -> None:
        for sid in sids:
            applied = " ".join(show(one) for one, _ in self._server(sid).tree)
            self.stage.say(f"n{sid} tree: {applied or 'empty'}")

    def do_state(self, *sids: str) -> None:
        for server in map(self._server, sids):
            peer, disk = server.peer, server.disk
            whom = f" n{peer.leader}" if peer.leader not in (None, server.sid) else ""
            log = " ".join(show(one) for one, _ in disk.history()) or "nothing"
            accepted = disk.epochs.get("acceptedEpoch", 0)
            current = disk.epochs.get("currentEpoch", 0)
            what = f"{peer.state.name}{whom}, {peer.phase}" if server.up else "down"
            self.stage.say(
                f"n{server.sid} is {what}; acceptedEpoch {accepted},"
                f" currentEpoch {current}, on disk: {log}"
            )

    def do_wires(self) -> None:
        for (sender, receiver), waiting in sorted(self.stage.wires.items()):
            said = [
                PacketType(message.type).name if kind == "packet" else kind
                for kind, message in waiting
            ]
            if said:
                self.stage.say(f"on the way n{sender} -> n{receiver}: {' '.join(said)}")

    # --- helpers ---

    def _server(self, sid: str) -> Server:
        return self.stage.servers[int(sid)]

    def _only_votes(self, sender: int, receiver: int) -> None:
        waiting = self.stage.wires.get((sender, receiver))
        while waiting and waiting[0][0] == "vote":
            self.stage.arrive(sender, receiver, *waiting.popleft())

    def _upstream(self, server: Server, packet: Packet) -> None:
        near = self.stage.peer_on(server.sid, do.UPSTREAM)
        assert near is not None, f"server {server.sid} follows nobody"
        name = PacketType(packet.type).name
        self.stage.say(f"n{server.sid} -> n{near}: {name} {show(packet.zxid)}")
        self.stage.send(server.sid, near, "packet", packet)


def rewrite(text: str) -> str:
    """Return the scenario with the answers that the machines give today."""
    player = Player()
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith((" ", "\t")):
            continue
        lines.append(line)
        if line and not line.startswith("#"):
            lines += [f"    {answer}" for answer in player.play(line)]
    return "\n".join(lines) + "\n"
