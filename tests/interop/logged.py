"""One life of a Java ensemble, so that its logs hold every transition once.

First start, kill -9 of the leader, a paused leader, a write that only the old
leader logged (TRUNC), a follower far behind (SNAP), an observer, a lost quorum.
The layout is the one that Apache ships: log4j up to 3.7 and, with abbreviated
class names, logback since.
"""

from pathlib import Path

from tests.e2e.ensemble import ENDLESS, ENDLESS_MS, FAST, Ensemble, Launcher
from tests.e2e.kazoos import connected
from tests.interop.java import classpath, java
from tests.vectors.client import CREATE, Client, create

MORE_THAN_THE_LEADER_REMEMBERS = 600  # commitLogCount is 500
OBSERVER = 4
_LAYOUT = "%d{ISO8601} [myid:%X{myid}] - %-5p [%t:%C{1}@%L] - %m%n"
_SETTINGS = {**FAST, **ENDLESS, "syncLimit": 6, "preAllocSize": 64}


def live(folder: Path) -> dict[int, str]:
    """Run the whole life; return each server's log by its id."""
    folder.mkdir(exist_ok=True)
    launch = _launcher(folder)
    with Ensemble(folder, [launch] * 4, [OBSERVER], _SETTINGS) as servers:
        servers[1].start()
        servers.wait_for(lambda: "Cannot open channel" in servers[1].log(), "1 calls")
        servers.start(2)
        servers.start(3, OBSERVER)
        _kill_the_leader(servers)
        _pause_the_leader(servers)
        _leave_one_behind(servers)
        _write_where_nobody_hears(servers)
        _lose_the_quorum(servers)
        return {server.sid: server.log() for server in servers.servers}


def _kill_the_leader(servers: Ensemble) -> None:
    leader = servers.leader()
    leader.kill()
    servers.leader()
    servers.start(leader.sid)


def _pause_the_leader(servers: Ensemble) -> None:
    leader = servers.leader()
    voters = [s for s in servers.servers if not s.observer and s is not leader]
    leader.pause()
    servers.wait_for(lambda: any(s.mode() == "leader" for s in voters), "a new leader")
    leader.resume()
    servers.wait_for(lambda: leader.mode() == "follower", "the old leader follows")
    servers.wait_serving()


def _leave_one_behind(servers: Ensemble) -> None:
    behind = servers.followers()[0]
    behind.kill()
    with connected(servers.leader().address) as client:
        asked = [
            client.create_async(f"/n{number}")
            for number in range(MORE_THAN_THE_LEADER_REMEMBERS)
        ]
        for answer in asked:
            answer.get(timeout=60)
    servers.start(behind.sid)


def _write_where_nobody_hears(servers: Ensemble) -> None:
    leader = servers.leader()
    session = Client(leader, ENDLESS_MS)
    servers.wait_level()
    others = [server for server in servers.servers if server is not leader]
    for server in others:
        server.pause()
    session.ask("create", CREATE, create("/never-agreed-on", b""), wait=False)
    servers.wait_for(lambda: leader.logged(b"/never-agreed-on"), "it is logged")
    for server in servers.servers:
        server.kill()
    session.link.close()
    servers.start(*(server.sid for server in others))
    servers.start(leader.sid)


def _lose_the_quorum(servers: Ensemble) -> None:
    leader = servers.leader()
    for follower in servers.followers():
        follower.kill()
    servers.wait_for(lambda: "Shutdown called" in leader.log(), "the leader gives up")


def _launcher(folder: Path) -> Launcher:
    """Java with log4j in place of slf4j's simple logger."""
    settings = folder / "log4j.properties"
    settings.write_text(
        "log4j.rootLogger=INFO, out\n"
        "log4j.appender.out=org.apache.log4j.ConsoleAppender\n"
        "log4j.appender.out.layout=org.apache.log4j.PatternLayout\n"
        f"log4j.appender.out.layout.ConversionPattern={_LAYOUT}\n"
    )
    jars = classpath().replace("slf4j-simple.jar", "slf4j-log4j12.jar")
    jars += ":/usr/share/java/log4j-1.2.jar"

    def launch(config: Path) -> list[str]:
        command = java(config)
        command[command.index("-cp") + 1] = jars
        return [command[0], f"-Dlog4j.configuration=file:{settings}", *command[1:]]

    return launch
