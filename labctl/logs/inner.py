"""Layouts of log lines: most are conversion patterns, as log4j and logback write them.

    [%d] %p %m (%c)          Kafka, Confluent
    %d %p %m (%c) [%t]       Strimzi

A person may give one by hand; whatever else the pattern holds is taken literally.
"""

import re
from collections.abc import Mapping
from functools import cache

LEVELS = (
    "TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|FATAL|SEVERE|CRITICAL"
    "|trace|debug|info|warning|warn|error|fatal"
)
_DAY = r"(?:\d{4}[-/]\d\d[-/]\d\d|\d\d/\d\d/\d\d|\d\d-[A-Z][a-z]{2}-\d{4})"
_TIME = r"\d\d:\d\d:\d\d(?:[.,:]\d{1,9})?"
_ZONE = r"(?:Z|\s?[+-]\d\d:?\d\d|\s(?:UTC|GMT))?"
STAMP = rf"(?:{_DAY}[ T]{_TIME}{_ZONE}|\d\d:\d\d:\d\d[.,]\d+)"
_CLASS = r"(?P<cls>[A-Za-z_~][\w.$~-]*)"

_PART = re.compile(r"%-?(?:\d*\.)?-?\d*(X\{\w+\}|[a-zA-Z]+)(?:\{[^}]*\})*|(\s+)|(.)")
_PARTS: Mapping[str, str] = {
    **dict.fromkeys(("d", "date"), rf"(?P<at>{STAMP})"),
    **dict.fromkeys(("r", "relative"), r"(?P<at>\d{1,12})"),
    **dict.fromkeys(("p", "level", "le"), rf" *(?P<level>{LEVELS}) *"),
    **dict.fromkeys(("t", "thread"), r"(?P<thread>.*?)"),
    **dict.fromkeys(("c", "logger", "lo", "C", "class", "F", "file"), _CLASS),
    **dict.fromkeys(("L", "line"), r"(?P<srcline>\d+|\?)"),
    **dict.fromkeys(("m", "msg", "message"), r"(?P<message>.*)"),
    **dict.fromkeys(("x", "NDC", "pid", "processId"), r"\S*"),
    **dict.fromkeys(("n", "ex", "xEx", "throwable"), ""),
    "M": r"\S+",
    "X{myid}": r"(?P<myid>\d*)",
}

_AT = rf"(?!\[pod/)(?:(?P<at>{STAMP}|\d{{1,12}})\s+)?"
_MYID = r"(?:\[myid:?(?P<myid>\d*)\]\s*)?(?:-\s+)?"
_LEVEL = rf"(?:(?P<level>{LEVELS})\s+)?"
_RAW: Mapping[str, str] = {  # what varies too much for one conversion pattern
    "zookeeper": _AT
    + _MYID
    + _LEVEL
    + r"\[(?P<thread>.*?):(?P<cls>[A-Za-z_][\w.$]*)@(?P<srcline>\d+|\?)\]"
    + r"(?:\[[^\]]*\])?\s+-(?:\s+(?P<message>.*))?",
    "simple": _AT
    + _MYID
    + rf"\[(?P<thread>.*?)\]\s+(?P<level>{LEVELS})\s+"
    + r"(?P<cls>[A-Za-z_][\w.$]*)\s+--?(?:\s+(?P<message>.*))?",
    "c-client": rf"(?P<at>{STAMP}):\d+(?:\((?P<thread>\w+)\))?:(?P<cls>ZOO)_"
    + rf"(?P<level>{LEVELS})@\w+(?:@(?P<srcline>\d+))?: (?P<message>.*)",
    "solr": rf"(?P<at>{STAMP})\s+(?P<level>{LEVELS})\s+\((?P<thread>.*?)\)"
    rf" \[[^\]]*\]\s+{_CLASS}\s+(?P<message>.*)",
    "python": rf"(?:(?P<at>{STAMP})\s+)?(?P<level>{LEVELS})[:\s]+(?P<cls>kazoo[\w.]*)"
    r"[:\s-]+(?P<message>.*)",
}
_PATTERNS: Mapping[str, str] = {
    "kafka": "[%d] %p %m (%c)",
    "strimzi": "%d %p %m (%c) [%t]",
    "kafka-plain": "%d %p %m (%c)",
    "homebrew": "%d %c [%p] %m",
    "spring": "%d %p %pid --- [%t] %c : %m",
    "spring-app": "%d %p %pid --- [%x] [%t] %c : %m",
    "level-thread": "%d %p [%t] %c - %m",
    "level-thread-colon": "%d %p [%t] %c: %m",
    "level-class": "%d %p %c - %m",
    "level-class-colon": "%d %p %c: %m",
    "class-level": "%d %c %p - %m",
    "dashes": "%d - %c - %p - %m",
    "bracket-level": "[%p] %c - %m",
    "dated-brackets": "[%d] [%p] [%t] %c - %m",
    "dated-bracket-level": "%d [%p] %c - %m",
    "brackets": "[%d][%p][%c] %m",
    "brackets-line": "%d [%p] [%c:%L] %m",
    "angles": "[%d] %p <%c :%L> [%t] %m",
    "file-name": "%d %p [%F] - %m",
    "level-thread-spaced": "%d %p [%t] %c : %m",
    "kafka-undated": "%p %m (%c)",
    "pipes": "%d | %p | %t | %c | %m",
    "level-first": "%p %d %c - %m",
    "no-class-brackets": "[%d] %p %m",
    "no-class": "%d %p %m",
}


_SIGNS = (  # what may begin a line, in this order
    ("%d", re.compile(rf"\W{{0,3}}({STAMP})\W{{0,3}}")),
    ("%p", re.compile(rf"\W{{0,3}}({LEVELS})\b\W{{0,3}}")),
    ("%t", re.compile(r"\[([^\[\]]{1,80})\]\W{0,3}")),
    ("%c", re.compile(r"((?:\w+\.)+\w+)\W{1,3}")),
)


def conversion(pattern: str) -> re.Pattern[str]:
    """Return a conversion pattern as a regular expression; ValueError if it is none."""
    out: list[str] = []
    taken: set[str] = set()
    for word, space, other in _PART.findall(pattern.strip()):
        if space:
            out.append(r"\s+")
        elif other:
            out.append(re.escape(other))
        elif word not in _PARTS:
            raise ValueError(f"%{word}")
        else:
            named = _PARTS[word]
            name = re.match(r"\(\?P<(\w+)>", named)
            again = name is not None and name[1] in taken
            out.append("(?:" + named[name.end() :] if name and again else named)
            taken |= {name[1]} if name else set()
    if "message" not in taken:
        raise ValueError("%m")
    return re.compile("".join(out) + r"\s*")


def guess(text: str) -> str:
    """Return the conversion pattern that a line might have been written by."""
    rest, pattern = text, ""
    for part, seen in _SIGNS:
        if found := seen.match(rest):
            pattern += found[0].replace(found[1], part) if found[1] else part
            rest = rest[found.end() :]
    return pattern.replace("%%", "%") + "%m" if pattern else "%d %p [%t] %c - %m"


@cache
def inners() -> Mapping[str, re.Pattern[str]]:
    """Return every layout that is known, by name, the most telling first."""
    raw = {name: re.compile(text) for name, text in _RAW.items()}
    return {**raw, **{name: conversion(text) for name, text in _PATTERNS.items()}}
