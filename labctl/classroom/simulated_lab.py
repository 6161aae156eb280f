"""A lab in the simulator that understands the verbs of an exercise.

`ex lint` performs a reference solution here: whole servers in virtual time, from one
seed, with the events that a real lab would have recorded.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence

from labctl.classroom.sim_client import OneClient
from labctl.classroom.sim_lock import lock_round
from labctl.classroom.simulated_time import (
    LIMIT_MS,
    SLICE_MS,
    CannotSimulate,
    SimulatedTime,
)
from labctl.classroom.unjudged import Unjudged
from labctl.clients.grammar import Command, understand
from labctl.faults import grammar
from labctl.lab.durations import span_ms
from labctl.lab.selectors import Candidate, select
from labctl.story import lab_events as lab
from labctl.story.recording.order import causal
from node.events import Record
from simulator.clients import OPEN
from simulator.disk import SimDisk
from simulator.host import KILL
from simulator.world import TICK_MS, Audience, Shape, World

_PACE = TICK_MS / 2000  # of a lab's tick: sessions are as long in ticks
PATIENCE_MS = TICK_MS * 4  # until silence means death; a real lab's is 10 s
_ON_THE_SOCKET_MS = 100  # until an unawaited request is
_TYPED_MS = 300  # until a command that asks every server is on its way
_RECIPE_MS = 20_000  # of the sessions of a recipe
_SENT_MS = 500  # until it is on the server's disk
_RIPPLE_MS = 1500  # how long it must stay so after a resume
_NO_SNAPSHOTS = 100_000
_LOOKS = ("status", "why", "explain", "votes", "log", "logs", "net", "export", "watch")


class SimulatedLab(SimulatedTime):
    """A simulated lab and everything that was recorded of it."""

    def __init__(self, seed: int, *, judged: bool = True) -> None:
        """Begin with no lab; a run that is not judged goes on when a promise breaks."""
        super().__init__()
        self.seed = seed
        self.judged = judged
        self.clients = 0
        self.sent_ms = 0  # when the last write leaves that nobody waits for
        self.held: list[tuple[int, int]] = []
        self.verbs: Mapping[str, Callable[[list[str]], None]] = {
            "up": self._up,
            "down": self._down,
            "kill": self._kill,
            "stop": self._kill,
            "start": self._start,
            "restart": self._restart,
            "pause": self._pause,
            "resume": self._resume,
            "wipe": self._wipe,
            "partition": self._partition,
            "cut": self._cut,
            "hold": self._hold,
            "heal": self._heal,
            "do": self._do,
            "call": self._call,
            "recipe": self._recipe,
            "wait": self._wait,
        }

    def perform(self, line: str) -> None:
        """Carry out one command of an exercise."""
        self.act(shlex.split(line)[1:])

    def act(self, said: Sequence[str]) -> None:
        """Carry out one command, given as its words."""
        verb, *words = said
        if verb in _LOOKS:
            return
        if verb not in self.verbs:
            raise CannotSimulate(verb)
        if verb != "up":
            self._lab()
        self.verbs[verb](words)
        self._publish()

    def compare(self) -> None:
        """Hold every serving server's tree against what was agreed on."""
        for host in self._lab().hosts.values():
            if host.up and host.server.peer.serving:
                self._lab().checker.compare(host)

    # --- the lab ---------------------------------------------------------------------

    def _up(self, words: list[str]) -> None:
        if self.world is None:
            voters = int(_option(words, "--nodes", "3"))
            observers = int(_option(words, "--observers", "0"))
            shape = Shape(voters, observers, _NO_SNAPSHOTS)
            audience = Audience(self._hear, lambda _at, _kind, _sids: None)
            self.world = World(self.seed + self.labs, shape, audience)
            if not self.judged:
                self.world.checker = Unjudged(self.world.voters)
            self.world.now_ms = self.now_ms
            self.labs += 1
            self.held, self.cuts = [], []
            sids = sorted(self.world.hosts)
            self.note(lab.LabOpened(tuple(sids[:voters]), tuple(sids[voters:]), "sim"))
        down = [sid for sid, host in self.world.hosts.items() if not host.up]
        self._given("up", words, down)
        self._boot(down, together="--together" in words)

    def _down(self, words: list[str]) -> None:
        world = self._lab()
        running = [sid for sid, host in world.hosts.items() if host.up]
        self._given("down", words, running)
        for sid in running:
            self.note(lab.NodeEnded(sid, "killed"))
        self.now_ms = world.now_ms
        self.world = None

    def _kill(self, words: list[str]) -> None:
        for sid in self._chosen("kill", words):
            if self._lab().hosts[sid].up:
                self.note(lab.NodeEnded(sid, "killed"))
                self._lab().end(self._lab().hosts[sid], KILL)
        self._settle()

    def _start(self, words: list[str]) -> None:
        sids = self._chosen("start", [word for word in words if word != "--together"])
        down = [sid for sid in sids if not self._lab().hosts[sid].up]
        self._boot(down, together="--together" in words)

    def _restart(self, words: list[str]) -> None:
        world = self._lab()
        chosen = self._chosen("restart", words)
        for sid in chosen:
            self.note(lab.NodeEnded(sid, "terminated"))
            world.end(world.hosts[sid], KILL)
        self._settle()
        self._boot(chosen, together=False)

    def _boot(self, sids: Sequence[int], *, together: bool) -> None:
        world = self._lab()
        for sid in sids:
            world.boot(world.hosts[sid])
            if not together:
                self._settle(sid)
        self._settle(*sids)

    def _pause(self, words: list[str]) -> None:
        for sid in self._chosen("pause", words):
            self._lab().hosts[sid].pause()
            self.note(lab.NodePaused(sid))
        self._settle()

    def _resume(self, words: list[str]) -> None:
        for sid in self._chosen("resume", words):
            self.note(lab.NodeResumed(sid))
            self._lab().hosts[sid].resume()
        self._run(_RIPPLE_MS)
        self._settle()

    def _wipe(self, words: list[str]) -> None:
        for sid in self._chosen("wipe", [w for w in words if not w.startswith("--")]):
            host = self._lab().hosts[sid]
            host.disk = SimDisk(host.burn)
            if not isinstance(self._lab().checker, Unjudged):
                self._lab().checker = Unjudged(self._lab().voters)
            self.note(lab.NodeWiped(sid, "all"))

    # --- links -----------------------------------------------------------------------

    def _partition(self, words: list[str]) -> None:
        parts = grammar.groups(words, self._candidates())
        self._block("partition", words, grammar.apart(parts))

    def _cut(self, words: list[str]) -> None:
        self._block("cut", words, self._pairs(words[0]))

    def _pairs(self, said: str) -> list[tuple[int, int]]:
        """The links in `leader->1`, or in `2->1,2->3` as a recording has them."""
        parts = said.split(",")
        listed = parts if all("-" in part for part in parts) else [said]
        nodes = self._candidates()
        return [pair for part in listed for pair in grammar.links(part, nodes)]

    def _block(
        self, kind: str, words: list[str], pairs: Sequence[tuple[int, int]]
    ) -> None:
        self._fault(kind, words, pairs, "")
        self._lab().network.open_cut(list(pairs))
        self.cuts += pairs
        self._settle()

    def _hold(self, words: list[str]) -> None:
        pairs = self._pairs(words[0])
        first = _option(words, "--from", "")
        self._fault("hold", words, pairs, f"from {first}")
        self._lab().network.hold(list(pairs), first)
        self.held += pairs

    def _heal(self, words: list[str]) -> None:
        self._given("heal", words, ())
        self.note(lab.FaultHealed("f1", "asked"))
        self._lab().network.close_cut(self.cuts)
        self._lab().network.release(self.held)
        self.cuts, self.held = [], []
        self._run(2 * SLICE_MS)
        self._settle()

    def _fault(
        self,
        kind: str,
        words: list[str],
        pairs: Sequence[tuple[int, int]],
        detail: str,
    ) -> None:
        nodes = tuple(sorted({sid for pair in pairs for sid in pair}))
        self._given(kind, words, nodes)
        links = tuple(f"{one}>{other}" for one, other in pairs)
        self.note(lab.FaultSet("f1", kind, nodes, links, detail, 0))

    # --- clients ---------------------------------------------------------------------

    def _do(self, words: list[str]) -> None:
        line = words[-1]
        target = _option(words, "--node", "")
        wanted = _option(words, "--session-timeout", "10s")
        timeout_ms = round(span_ms(wanted) * _PACE)
        serving = [p.sid for p in self._now().alive() if p.serving]
        if target:
            serving = list(select([target], self._candidates()))
        if not serving:
            return
        if "--async" in words:
            self._given("do", words, serving[:1])
            client = self._client(serving[0], timeout_ms)
            after_ms = span_ms(_option(words, "--after", "1ms"))
            self._lab().later(after_ms, client.ask, understand(line))
            self.sent_ms = self._time() + after_ms
            hold_ms = round(span_ms(_option(words, "--hold", wanted)) * _PACE)
            self._lab().later(after_ms + hold_ms, client.fall_silent)
            if "--after" not in words:
                self._run(_ON_THE_SOCKET_MS)
            return
        command = understand(line)
        if command.flags or command.version >= 0:
            self._given("do", words, serving[:1] if target else ())
        self._ask(serving[0], command, "do", timeout_ms)

    def _call(self, words: list[str]) -> None:
        """Look at every server's tree: a session would be a write, see node_reads."""
        command = understand(words[-1])
        self._run(_TYPED_MS)
        for sid in [peer.sid for peer in self._now().alive() if peer.serving]:
            znode = self._lab().hosts[sid].server.service.tree.nodes.get(command.path)
            shown = (znode.data or b"").decode() if znode else ""
            result = "ok" if znode else "NO_NODE"
            asked = ("call", sid, command.kind, command.path, shown, result)
            self.note(lab.ClientDid(*asked, float(self._time()), 0.0))

    def _recipe(self, words: list[str]) -> None:
        count = int(_option(words, "--clients", "20"))
        sids = [peer.sid for peer in self._now().alive() if peer.serving]
        clients = [
            self._client(sids[n % len(sids)], round(_RECIPE_MS * _PACE))
            for n in range(count)
        ]
        good = "--bad" not in words
        cost = lock_round(clients, self._until, good=good)
        for client in clients:
            client.close()
        self._run(4 * SLICE_MS)
        sums = cost.woken[0], sum(cost.woken), cost.requests
        self.note(lab.RecipeDone("lock", "good" if good else "bad", count, *sums, 1))

    def _wait(self, words: list[str]) -> None:
        """Let a while pass; for `wait sent`, until the last unawaited write left."""
        if words[:1] == ["no-sessions"]:
            self._until(lambda: not self._sessions(), LIMIT_MS)
            return
        left_ms = self.sent_ms - self._time() if words[:1] == ["sent"] else 0
        self._run(max(0, left_ms) + _SENT_MS)

    def _sessions(self) -> set[int]:
        hosts = [h for h in self._lab().hosts.values() if h.up]
        return {s for host in hosts for s in host.server.service.tree.sessions}

    def _client(self, sid: int, timeout_ms: int) -> OneClient:
        self.clients += 1
        client = OneClient(self._lab(), -self.clients, sid, timeout_ms)
        client.connect()
        self._until(lambda: client.state == OPEN, 2000)
        return client

    def _ask(self, sid: int, command: Command, who: str, timeout_ms: int) -> None:
        client = self._client(sid, timeout_ms)
        began_ms = float(self._time())
        if client.state == OPEN:
            client.ask(command)
            self._until(lambda: client.answer is not None, 5000)
        took_ms = self._time() - began_ms
        data = command.data
        result = "unknown"
        if client.answer is not None:
            result = client.result
            if command.kind == "get" and result.startswith("ok"):
                data = client.value
            client.close()
        did = (who, sid, command.kind, command.path, data, result)
        self.note(lab.ClientDid(*did, began_ms, took_ms))
        self._run(4 * SLICE_MS)

    # --- who is meant ---------------------------------------------------------------

    def _candidates(self) -> list[Candidate]:
        return [
            Candidate(peer.sid, peer.voter, peer.up, peer.state)
            for peer in self._now().peers.values()
        ]

    def _chosen(self, verb: str, words: list[str]) -> tuple[int, ...]:
        chosen = select(words, self._candidates())
        self._given(verb, words, chosen)
        return chosen

    def _given(self, verb: str, words: Sequence[str], nodes: Sequence[int]) -> None:
        self.note(lab.VerbGiven(verb, tuple(words), tuple(nodes)))


def in_order(records: Sequence[Record]) -> list[Record]:
    """Return the records as a real lab's recording has them."""
    return causal(records)


def _option(words: Sequence[str], name: str, default: str) -> str:
    """Return what stands behind an option."""
    return words[words.index(name) + 1] if name in words else default
