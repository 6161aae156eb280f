"""What stands around a log line: who collected it, when, and how it was pasted.

Each kind is a function from the text to what is inside; None if it does not fit.
They nest: a compose service's line may be one that `docker logs -t` dated.
"""

import csv
import html
import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from labctl.logs.inner import STAMP


class Peeled(NamedTuple):
    """What is inside a prefix, and what the prefix told."""

    rest: str
    source: str = ""  # container, pod or host; "" if it names none
    at: str = ""


Peel = Callable[[str], Peeled | None]
_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_PREFIXES: Mapping[str, str] = {
    "compose": r"(?P<source>[A-Za-z0-9][\w.@-]{0,127}?)\s*\|(?:\s|$)",
    "kubectl": r"\[pod/(?P<source>[\w.-]{1,253})/[\w.-]{1,253}\]\s",
    "containerd": rf"(?P<at>{_ISO}) (?:stdout|stderr) [FP] ",
    "syslog": rf"(?:<\d{{1,3}}>)?(?P<at>(?:{_MONTHS}) [ \d]\d \d\d:\d\d:\d\d"
    rf"|{_ISO}) (?P<source>[\w.:-]{{1,253}}) [\w.@/-]{{1,64}}(?:\[\d+\])?: ?",
    "rfc5424": rf"<\d{{1,3}}>1 (?P<at>{_ISO}) (?P<source>\S{{1,253}}) \S+ \S+ \S+"
    r" (?:-|\[[^\]]*\]) ",
    "docker-t": rf"(?P<at>{_ISO})\s+(?=\S)",
    "stern": r"(?P<source>[a-z0-9.-]{1,253}-\d+) [a-z0-9-]{1,63} (?=[\[\d])",
    "dated": rf"(?P<at>{STAMP})\s+(?=\S)",
    "grep": r"(?P<source>[\w./-]{1,200}\.(?:log|out|txt)[\w.-]{0,20})[:-](?:\d+[:-])?",
    "quote": r"(?:>\s?){1,5}",
    "numbered": r"\s*\d{1,7}(?:\t|: ?|\| ?)",
    "indent": r"\s+(?=\S)",
}
_TAG = re.compile(r"</?(?:p|br|span|div|pre|code|li|td|tr|b|i|em|a)\b[^<>]{0,300}>")
_TEXT_KEYS = ("log", "message", "msg", "MESSAGE", "textPayload", "line")


def _prefix(pattern: str) -> Peel:
    compiled = re.compile(pattern)
    names, dates = (name in compiled.groupindex for name in ("source", "at"))

    def peel(text: str) -> Peeled | None:
        if (found := compiled.match(text)) is None:
            return None
        source = (found["source"] or "") if names else ""
        return Peeled(text[found.end() :], source, found["at"] if dates else "")

    return peel


def _markup(text: str) -> Peeled | None:
    bare = html.unescape(_TAG.sub("", text)).replace("\xa0", " ")
    return Peeled(bare.strip()) if bare != text else None


def _quoted(text: str) -> Peeled | None:
    body = text.strip().removeprefix("- ").removesuffix(",")
    for mark in ('"', "'"):
        if len(body) > 2 and body[0] == body[-1] == mark:
            inside = body[1:-1].replace(mark * 2, mark).replace("\\" + mark, mark)
            return Peeled(inside.replace("\\t", "\t").removesuffix("\\n"))
    return None


def _csv(text: str) -> Peeled | None:
    if "," not in text or '"' not in text:
        return None
    try:
        fields = next(csv.reader([text]))
    except (csv.Error, StopIteration):
        return None
    if len(fields) < 2:
        return None
    last = text.rstrip().endswith('"')  # what is quoted is what was said
    return Peeled(fields[-1] if last else max(fields, key=len))


def entry(text: str) -> Mapping[str, object] | None:
    """Return a JSON line's fields; None if it is no JSON object."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _json(text: str) -> Peeled | None:
    fields = entry(text)
    if fields is None:
        return None
    for key in _TEXT_KEYS:
        if isinstance(said := fields.get(key), str):
            names = (fields.get(k) for k in ("container_name", "pod", "_HOSTNAME"))
            source = next((str(name) for name in names if name), "")
            at = fields.get("time") or fields.get("timestamp") or ""
            return Peeled(said.rstrip("\r\n"), source.lstrip("/"), str(at))
    return None


OUTERS: Mapping[str, Peel] = {
    "json": _json,
    "quoted": _quoted,
    **{name: _prefix(pattern) for name, pattern in _PREFIXES.items()},
    "csv": _csv,
    "markup": _markup,
}
