"""Layouts crossed with one another: every prefix around every way to write a line."""

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Said(NamedTuple):
    """A line of a log before it is laid out."""

    level: str
    cls: str
    thread: str
    message: str
    second: int = 0


LIFE = (
    Said("INFO", "QuorumPeer", "QuorumPeer[myid=2]/0.0.0.0:2181", "LOOKING"),
    Said(
        *("INFO", "FastLeaderElection", "QuorumPeer[myid=2]/0.0.0.0:2181"),
        "New election. My id = 2, proposed zxid=0x100000003",
    ),
    Said(
        *("WARN", "QuorumCnxManager", "WorkerSender[myid=2]"),
        "Cannot open channel to 3 at election address zk-3/192.0.2.3:3888",
        1,
    ),
    Said(
        *("INFO", "FastLeaderElection", "QuorumPeer[myid=2]/0.0.0.0:2181"),
        "Notification time out: 400",
        2,
    ),
    Said("INFO", "QuorumPeer", "QuorumPeer[myid=2]/0.0.0.0:2181", "FOLLOWING", 3),
    Said("ERROR", "QuorumPeer", "main", "Unable to load database on disk", 4),
)
KEYS = ("looking", "election", "open", "asks", "following", "data.load")
_FULL = "org.apache.zookeeper.server.quorum."


def _stamp(said: Said) -> str:
    return f"2024-02-11 08:20:{said.second:02},101"


INNER: dict[str, Callable[[Said], str]] = {
    "log4j": lambda s: (
        f"{_stamp(s)} [myid:2] - {s.level:<5} [{s.thread}:{s.cls}@12] - {s.message}"
    ),
    "logback": lambda s: (
        f"{_stamp(s)} [myid:] - {s.level:<5} [{s.thread}:o.a.z.s.q.{s.cls}@12]"
        f" - {s.message}"
    ),
    "debian": lambda s: (
        f"{_stamp(s)} - {s.level:<5} [{s.thread}:{s.cls}@12] - {s.message}"
    ),
    "kafka": lambda s: f"[{_stamp(s)}] {s.level} {s.message} ({_FULL}{s.cls})",
    "strimzi": lambda s: (
        f"{_stamp(s)} {s.level} {s.message} ({_FULL}{s.cls}) [{s.thread}]"
    ),
    "homebrew": lambda s: f"{_stamp(s)[:19]} {s.cls} [{s.level}] {s.message}",
    "short": lambda s: f"[{s.level}] o.a.z.{s.cls} - {s.message}",
    "simple": lambda s: f"12 [{s.thread}] {s.level} {_FULL}{s.cls} - {s.message}",
    "spring": lambda s: (
        f"{_stamp(s).replace(',', '.')}  {s.level} 7 --- [main] {_FULL}{s.cls} :"
        f" {s.message}"
    ),
    "brackets": lambda s: f"[{_stamp(s)}][{s.level:<5}][{_FULL}{s.cls}] {s.message}",
    "logback-json": lambda s: json.dumps(
        {
            "@timestamp": _stamp(s).replace(" ", "T").replace(",", ".") + "Z",
            "level": s.level,
            "logger_name": _FULL + s.cls,
            "thread_name": s.thread,
            "message": s.message,
        }
    ),
    "log4j2-json": lambda s: json.dumps(
        {
            "instant": {"epochSecond": 1707639600 + s.second, "nanoOfSecond": 0},
            "level": s.level,
            "loggerName": _FULL + s.cls,
            "thread": s.thread,
            "message": s.message,
        }
    ),
    "undated": lambda s: f"{s.level} {s.message} ({_FULL}{s.cls})",
}
OUTER: dict[str, str] = {
    "none": "{line}",
    "compose": "zoo2_1  | {line}",
    "swarm": "zk.1.2xuz86nwidp8@node-1    | {line}",
    "docker-t": "2024-02-11T08:20:{n:02}.104123456Z {line}",
    "containerd": "2024-02-11T08:20:{n:02}.1041+00:00 stdout F {line}",
    "kubectl": "[pod/zk-1/zookeeper] {line}",
    "journald": "Feb 11 08:20:{n:02} host zkServer.sh[712]: {line}",
    "syslog": "<30>Feb 11 08:20:{n:02} host zookeeper: {line}",
    "rfc5424": "<30>1 2024-02-11T08:20:{n:02}.104Z host zookeeper 7 - - {line}",
    "docker-json": '{{"log": {line}, "time": "2024-02-11T08:20:{n:02}Z"}}',
    "quoted": '- "{line}"',
    "csv": '2024-02-11T08:20:{n:02}Z,zk,"{line}"',
    "mail": "> {line}",
    "numbered": "  {n}\t{line}",
    "indented": "    {line}",
    "grep": "zookeeper.log:{n}:{line}",
    "web": "<p>{line}<br/></p>",
    "coloured": "\x1b[32m{line}\x1b[0m",
    "compose-docker-t": "zoo2_1 | 2024-02-11T08:20:{n:02}.1Z {line}",
    "kubectl-containerd": "[pod/zk-1/zookeeper] 2024-02-11T08:20:{n:02}.1Z stdout F"
    " {line}",
}
_ESCAPED: dict[str, Callable[[str], str]] = {
    "docker-json": lambda line: json.dumps(line + "\n"),
    "quoted": lambda line: line.replace('"', '\\"'),
    "csv": lambda line: line.replace('"', '""'),
    "web": lambda line: line.replace("<", "&lt;"),
}


def wrapped(outer: str, line: str, n: int) -> str:
    """Return the line with this prefix around it."""
    inside = _ESCAPED[outer](line) if outer in _ESCAPED else line
    return OUTER[outer].format(line=inside, n=n)


ENCODED: dict[str, Callable[[list[str]], bytes]] = {
    "utf-8": lambda lines: "\n".join(lines).encode(),
    "crlf": lambda lines: "\r\n".join(lines).encode(),
    "bom": lambda lines: b"\xef\xbb\xbf" + "\n".join(lines).encode(),
    "utf-16": lambda lines: "\r\n".join(lines).encode("utf-16"),
    "utf-16-le": lambda lines: "\n".join(lines).encode("utf-16-le"),
}


def crossed() -> Iterator[tuple[str, list[str]]]:
    """Yield each prefix around each pattern: its name and the lines."""
    for outer in OUTER:
        for inner, write in INNER.items():
            lines = [wrapped(outer, write(said), at) for at, said in enumerate(LIFE)]
            yield f"{outer}/{inner}", lines
