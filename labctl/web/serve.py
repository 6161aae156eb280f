"""`labctl watch --web`: the lab's page, served from the running lab until Ctrl-C."""

import asyncio
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from errno import EADDRINUSE
from ipaddress import ip_address
from threading import Event, Thread
from typing import NamedTuple

from labctl.errors import ENVIRONMENT, LabError
from labctl.faults import stepping
from labctl.lab.lab import Lab
from labctl.lab.runs import present
from labctl.lab.runtime.base import DOWN
from labctl.story.lab_events import NodeEnded
from labctl.story.recording.recorder import LAB
from labctl.story.recording.timeline import Timeline
from labctl.story.world import LabWorld
from labctl.web.commands import Commands
from labctl.web.feed import Feed
from labctl.web.guard import Guard, token_of
from labctl.web.http import HttpServer
from labctl.web.site import Site
from labctl.words.phrase import Phrase
from node.events import Record

PORT = 8180
_TRIED = 20  # ports after it, if none was asked for
_LIVES_S = 0.5  # between two looks for a process that has ended unasked
_WAITING_S = 0.3  # between two looks at what step mode holds back


class Address(NamedTuple):
    """Where to listen, and who may do what."""

    host: str
    port: int  # 0: the first one free from PORT on
    read_only: bool

    @property
    def exposed(self) -> bool:
        """Whether others than this machine reach it."""
        if self.host == "localhost":
            return False
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return True


def serve(lab: Lab, address: Address) -> None:
    """Serve the page until the lab is gone or somebody interrupts."""
    asyncio.run(_serve(lab, address))


async def _serve(lab: Lab, address: Address) -> None:
    topology, loop = lab.topology, asyncio.get_running_loop()
    feed = Feed(topology.lab, topology.voters, topology.observers)

    def take(record: Record) -> None:
        loop.call_soon_threadsafe(feed.take, record)

    stream = LabStream(
        lab,
        take,
        lambda: loop.call_soon_threadsafe(feed.end),
    )
    for record in stream.timeline.run.records:
        feed.take(record)
    commands = None if address.read_only else Commands(topology.lab)
    guard = Guard(token_of(lab.folder), address.port, exposed=address.exposed)
    site = Site(feed, guard, lab.screen.lang, commands)
    server = HttpServer(site.respond)
    guard.use_port(await _listen(server, address))
    _say_link(lab, address, guard)
    stream.start()
    try:
        await _until_over(lab, feed, site)
    finally:
        stream.stop()
        await server.close()
        feed.close()


async def _listen(server: HttpServer, address: Address) -> int:
    """Listen; return the port."""
    first = address.port or PORT
    last = first if address.port else PORT + _TRIED
    port = first
    while True:
        try:
            await server.listen(address.host, port)
        except OSError as error:
            taken = error.errno == EADDRINUSE
            if taken and port < last:
                port += 1
                continue
            number = error.errno or 0  # below 0: the name was not found
            why = os.strerror(number) if number > 0 else error.strerror
            facts = {"host": address.host, "port": port, "why": why}
            hint = Phrase("web.port.hint" if taken else "web.host.hint")
            raise LabError(Phrase("web.port", facts), hint, ENVIRONMENT) from error
        return port


def _say_link(lab: Lab, address: Address, guard: Guard) -> None:
    host = _reachable() if address.host in ("0.0.0.0", "::") else address.host
    host = f"[{host}]" if ":" in host else host
    link = f"http://{host}:{guard.port}/?token={guard.token}"
    lab.screen.say(Phrase("web.link", {"link": link}))
    if address.read_only:
        lab.screen.say(Phrase("web.read-only"))
    elif address.exposed:
        lab.screen.say(Phrase("web.exposed"))
    lab.screen.say(Phrase("web.end"))
    lab.screen.pipe.flush()


def _reachable() -> str:
    """Return the address by which others find this machine; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


async def _until_over(lab: Lab, feed: Feed, site: Site) -> None:
    """Look what step mode holds back, as long as somebody watches."""
    while not feed.over:
        await asyncio.sleep(_WAITING_S)
        if site.watchers and stepping.stepping(lab):
            feed.set_waiting(await asyncio.to_thread(_held, lab))
        elif feed.waiting:
            feed.set_waiting({"stepping": False, "messages": []})
    lab.screen.say(Phrase("watch.over", {"lab": lab.topology.lab}))
    await asyncio.sleep(1.0)  # every page learns that the lab is gone


def _held(lab: Lab) -> dict[str, object]:
    try:
        found = stepping.look(lab)
    except LabError:  # a node has just ended
        return {"stepping": True, "messages": []}
    messages = [
        {"id": m.id, "from": m.sender, "to": m.to, "type": m.kind, "first": m.first}
        for m in found.waiting
    ]
    return {"stepping": True, "messages": messages}


class LabStream:
    """Follows the lab in a thread of its own, which waits for no reader."""

    def __init__(
        self, lab: Lab, take: Callable[[Record], None], over: Callable[[], object]
    ) -> None:
        """Keep what is published from now on; `timeline` is what was before."""
        self.lab = lab
        self.over = over
        tails = lab.tails()
        self.timeline = Timeline(present(lab))
        world = self.timeline.at(len(self.timeline))
        self.follower = lab.follower(tails, world, lambda *_: None, brief=False)
        known = {record.id for record in self.timeline.run.records}
        self.follower.follow_lab_events(lab.folder, known)
        self.follower.heard = take
        self.stopped = Event()
        self.thread = Thread(target=self._run, daemon=True)
        self.next_look = 0.0
        self.missed: frozenset[int] = frozenset()

    def start(self) -> None:
        """Begin to follow."""
        self.thread.start()

    def stop(self) -> None:
        """End the thread."""
        self.stopped.set()
        self.thread.join()
        self.follower.close()

    def _run(self) -> None:
        try:
            with suppress(LabError):  # the lab was taken down
                self.follower.until(self._done, float("inf"))
        finally:
            self.over()

    def _done(self, world: LabWorld) -> bool:
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + _LIVES_S
            self._look(world)
        gone = not (self.lab.folder / "lab.json").exists()
        return gone or self.stopped.is_set()

    def _look(self, world: LabWorld) -> None:
        """Notice a process that ended by itself; a verb would have recorded it."""
        missed = frozenset(
            sid
            for sid, peer in world.peers.items()
            if peer.up and self.lab.runtime.run(sid).condition == DOWN
        )
        for sid in missed & self.missed:
            now_ms = time.time() * 1000
            event = NodeEnded(sid, "died")
            name = f"{LAB}.seen.{sid}.{now_ms:.0f}"
            lab = self.lab.topology.lab
            self.follower.heard(
                Record(name, lab, LAB, "seen", 0, now_ms, (), "", event)
            )
            self.follower.fell(sid)
        self.missed = missed
