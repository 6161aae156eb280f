"""`python -m node zoo.cfg`: read the configuration, run one server until it ends.

Exit codes are ZooKeeper's (ExitCode): 0 normal, 1 unexpected, 2 invalid
invocation or configuration, 3 no access to the data directory, 10 disk error,
14 election port cannot be had.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn

from node.config import Config, ConfigError, load_config
from node.settings import doubts
from node.shell.eventlog import EventLog
from node.shell.server import Node
from node.shell.zklog import ZkLog
from node.storage.disk import StorageError
from node.wording.line import V3_5, Line, Speaker

EXIT_CONFIG, EXIT_DATA_DIR, EXIT_ELECTION_PORT = 2, 3, 14


def main() -> None:
    """Run the server named by the command line."""
    if sys.argv[1:] in (["--help"], ["-h"]):
        sys.stdout.write(f"{__doc__}\nUsage: python -m node configfile\n")
        return
    if len(sys.argv) != 2:
        _die(EXIT_CONFIG, "Usage: python -m node configfile")
    try:
        config = load_config(sys.argv[1])
        _check_own_host(config)
    except ConfigError as error:
        _die(EXIT_CONFIG, str(error))
    sys.exit(_run(serve(config)))


async def serve(config: Config) -> int:
    """Run one node until it is stopped; return the exit code."""
    address = config.client_host or "0.0.0.0"
    shown = "[0:0:0:0:0:0:0:0]" if address == "0.0.0.0" else address
    me = Speaker(V3_5, config.my_id, f"{shown}:{config.client_port}", _servers(config))
    me.folder = f"{config.data_dir}/version-2"
    me.created = (
        f"Created server with tickTime {config.tick_ms}"
        f" minSessionTimeout {config.min_session_ms}"
        f" maxSessionTimeout {config.max_session_ms}"
        f" datadir {config.data_log_dir}/version-2"
        f" snapdir {me.folder}"
    )
    log = ZkLog(me)
    events = EventLog(
        config.extra.get("quorumlab.events", ""),
        config.extra.get("quorumlab.lab", ""),
        config.my_id,
        os.environ.get("QUORUMLAB_BOOT", f"{os.getpid():x}"),
    )
    gc.disable()  # a tree that is read back is all new, and has no cycles
    try:
        _say_configuration(config, log)
        node = Node(config, events, log)
    except ConfigError as error:
        return _complain(EXIT_CONFIG, str(error))
    except StorageError as error:
        return _complain(1, f"{config.data_dir}: {error}")
    except OSError as error:
        where = config.where("dataDir")
        return _complain(EXIT_DATA_DIR, f"{where}: dataDir: {error}")
    # What exists now lives as long as the process: keep it out of every
    # collection, and collect seldom, for the garbage of requests has no cycles.
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, node.stop, signal.Signals(signum).name)
    try:
        await node.start()
    except OSError as error:
        return _complain(*_blame_port(config, error))
    except ConfigError as error:
        return _complain(EXIT_CONFIG, str(error))
    return await node.stopped


def _say_configuration(config: Config, log: ZkLog) -> None:
    for text in (
        f"Reading configuration from: {config.path}",
        f"clientPortAddress is {config.client_host or '0.0.0.0'}:{config.client_port}",
    ):
        log.say(Line("main", "QuorumPeerConfig", text))
    for warning in doubts(config):
        log.say(Line("main", "QuorumPeerConfig", warning, "WARN"))


def _servers(config: Config) -> dict[int, str]:
    """The ensemble's lines, as Java prints them."""
    return {
        sid: server.describe().partition(";")[0]
        for sid, server in config.servers.items()
    }


def _check_own_host(config: Config) -> None:
    """Our own line must name an address of this machine that we can find."""
    mine = config.servers.get(config.my_id)
    if mine is None:
        return
    try:
        socket.getaddrinfo(mine.host, mine.election_port, type=socket.SOCK_STREAM)
    except OSError as error:
        where = config.where(f"server.{mine.sid}")
        raise ConfigError(f"{where}: unknown host {mine.host}: {error}") from None


def _blame_port(config: Config, error: OSError) -> tuple[int, str]:
    """Return exit code and line for a port that could not be had."""
    why = error.strerror or str(error)
    mine = config.servers.get(config.my_id)
    if mine is not None and str(mine.election_port) in why:
        where = config.where(f"server.{mine.sid}")
        return EXIT_ELECTION_PORT, f"{where}: election port: {why}"
    if config.metrics_port and str(config.metrics_port) in why:
        where = config.where("metricsProvider.httpPort")
        return 1, f"{where}: metrics port: {why}"
    return 1, f"{config.where('clientPort')}: client port: {why}"


def _run(main_task: Coroutine[Any, Any, int]) -> int:
    """Run on uvloop where it is installed, else on the standard loop."""
    if os.environ.get("QUORUMLAB_LOOP") != "asyncio":
        try:
            import uvloop
        except ImportError:
            pass
        else:
            return uvloop.run(main_task)
    return asyncio.run(main_task)


def _complain(code: int, message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return code


def _die(code: int, message: str) -> NoReturn:
    sys.exit(_complain(code, message))


if __name__ == "__main__":
    main()
