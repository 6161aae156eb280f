"""Which line is which: a pattern for what a line says, a key for what it means.

The first pattern that fits wins.  The wordings are those of 3.4 to 3.9; spaces
in a pattern stand for any run of spaces, since releases differ in them.
"""

import re
import string
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from labctl.logs.anywhere import alternatives, rules, search, standing_in
from labctl.logs.causes import cause_of
from labctl.logs.client_templates import KEYS as CLIENT_KEYS
from labctl.logs.client_templates import client_standing_in, recognise_client
from labctl.logs.layout import LogLine
from labctl.logs.rare_templates import BEGINNING, is_zookeeper, may_begin, theme_of

_HEX = r"(?:0x)?[0-9a-f-]+"
_PLAIN = re.compile(r"(?:(?:[A-Za-z0-9]|\\\*)(?![?*{]))*")  # no space: any run of them
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>)(?P<inside>[^()]*)\)(?P<often>[?*])?")
_TABLE: tuple[tuple[str, str], ...] = (
    ("looking", r"LOOKING"),
    ("following", r"FOLLOWING"),
    ("leading", r"LEADING"),
    ("observing", r"OBSERVING"),
    ("took", r"(?:FOLLOWING|LEADING) - LEADER ELECTION TOOK - (?P<ms>\d+).*"),
    (
        "election",
        rf"New election\. My id = (?P<sid>\d+), proposed zxid=(?P<zxid>{_HEX})",
    ),
    (
        "vote",
        r"Notification: my state:(?P<mine>\w+); n\.sid:(?P<sid>\d+),"
        r" n\.state:(?P<state>\w+), n\.leader:(?P<leader>-?\d+),"
        r" n\.round:0x(?P<round>\w+),"
        r" n\.peerEpoch:0x(?P<epoch>\w+), n\.zxid:0x(?P<zxid>\w+),.*",
    ),
    (
        "vote",
        r"Notification: (?:\w+ \(message format version\), )?"
        r"(?P<leader>-?\d+) \(n\.leader\),"
        r" 0x(?P<zxid>\w+) \(n\.zxid\), 0x(?P<round>\w+) \(n\.round\), (?P<state>\w+)"
        r" \(n\.state\), (?P<sid>\d+) \(n\.sid\), 0x(?P<epoch>\w+)"
        r" \(n\.peerE[Pp]och\),?(?: \w+ \(message format version\),)? (?P<mine>\w+)"
        r" \(my state\).*",
    ),
    ("asks", r"Notification time out: (?P<ms>\d+)(?: ms)?"),
    (
        "open",
        r"Cannot open (?:secure )?channel to (?P<sid>\d+) at election address"
        r" (?P<addr>\S+)",
    ),
    ("yields", r"Have smaller server identifier, so dropping the connection: .*"),
    ("broken", r"Connection broken for id (?P<sid>\d+), my id = \d+.*"),
    (
        "broken.tail",
        r"Interrupting SendWorker.*|Interrupted while waiting for message on queue"
        r"|Send worker leaving thread.*|Exception when using channel.*",
    ),
    ("accepts", r"(?P<sid>\d+) is accepting connections now, .*"),
    ("caller", r"Received connection request .*"),
    ("begins", r"Starting quorum peer(?:, myid=\d+)?"),
    ("reads-config", r"Reading configuration from: (?P<file>.*)"),
    ("standalone", r"Either no config or no quorum defined .*"),
    ("diff", r"Getting a diff from the leader (?P<zxid>0x\w+)"),
    ("snap", r"Getting a snapshot from leader(?: (?P<zxid>0x\w+))?"),
    ("trunc", r"Truncating log to get in sync with the leader (?P<zxid>0x\w+)"),
    (
        "plan",
        r"Synchronizing with (?:Follower|Learner) sid: (?P<sid>\d+)"
        r" maxCommittedLog=(?P<max>\S+) minCommittedLog=(?P<min>\S+)"
        r"(?: lastProcessedZxid=(?P<last>\S+))? peerLastZxid=(?P<peer>\S+)",
    ),
    ("sends-diff", r"Sending DIFF zxid=(?P<zxid>0x\w+) for peer sid: (?P<sid>\d+)"),
    ("sends-trunc", r"Sending TRUNC zxid=(?P<zxid>0x\w+) for peer sid: (?P<sid>\d+)"),
    ("sends-snap", r"Sending snapshot last zxid of peer is (?P<zxid>0x\w+).*"),
    ("sends-memory", r"(?:Using|Use txnlog and) committedLog for peer sid: \d+"),
    ("memory-short", r"Unable to find proposals from txnlog for zxid: .*"),
    (
        "joins",
        r"Follower sid: (?P<sid>\d+) (?:: info : .*|not in the current config .*)",
    ),
    (
        "quorum",
        r"Have quorum of supporters, sids: \[+ ?\[?(?P<sids>[\d, ]*?) ?\]+.*zxid:"
        r" (?P<zxid>0x\w+)",
    ),
    ("connected", r"Successfully connected to leader, using address: (?P<addr>\S+)"),
    (
        "retry",
        r"Unexpected exception, tries=(?P<tries>\d+),.*connecting to (?P<addr>\S+)",
    ),
    (
        "no-leader",
        r"Unexpected exception, \w+ exceeded.*|Failed connect to .*"
        r"|(?:connectToLeader|initLimit) exceeded on retries\.",
    ),
    ("newleader", r"Learner received NEWLEADER message"),
    ("uptodate", r"Learner received UPTODATE message"),
    ("phase", r"Peer state changed: (?P<phase>.*)"),
    ("lost", r"Exception when (?:following|observing) the leader(?:: .*)?"),
    ("lost-after", r"Disconnected from leader .*Was connected for (?P<ms>\d+)ms.*"),
    ("gave-up", r"Shutdown called(?:\. For the reason (?P<reason>.*))?"),
    ("back", r"PeerState set to LOOKING"),
    (
        "handler",
        r"Unexpected exception (?:in LearnerHandler.*|causing shutdown.*)"
        r"|Exception while sending packets in LearnerHandler",
    ),
    ("goodbye.sid", r"\*+ GOODBYE sid:(?P<sid>\d+) .*"),
    ("goodbye", r"\*+ GOODBYE .*"),
    (
        "observes",
        r"Observing (?:new leader sid=)?(?P<leader>\d+)? ?(?:addr=)?(?P<addr>\S*)",
    ),
    ("observer-waits", r"Waiting for (?P<ms>\d+) ms before reconnecting .*"),
    ("first-proposal", r"Got zxid (?P<zxid>0x\w+) expected (?P<want>0x\w+)"),
    ("snapshot", r"Snapshotting: (?P<zxid>0x\w+) to .*"),
    ("snapshot-done", r"Snapshot taken in (?P<ms>\d+) ms"),
    ("purge", r"Purge task started\."),
    ("purge-done", r"Purge task completed\."),
    (
        "loads",
        r"Reading snapshot (?P<file>.*)|Snapshot loaded in .*|\d+ txns loaded in .*",
    ),
    ("new-log", r"Creating new log file: (?P<file>.*)"),
    (
        "fsync",
        r"fsync-ing the write ahead log in .* took (?P<ms>\d+)ms which will .*",
    ),
    ("fresh", r"(?:current|accepted)Epoch not found! .*"),
    (
        "session",
        r"(?:Committing|Adding|Tracking) (?:global|local) session (?P<id>0x\w+).*",
    ),
    ("expires", r"Expiring session (?P<id>0x\w+), timeout of (?P<ms>\d+)ms exceeded"),
    ("closes", r"Submitting \w+ closeSession request for session (?P<id>0x\w+)"),
    ("client-left", r"Unable to read additional data from client.*|Closed socket.*"),
    ("client", r"Established session .*|Client attempting to establish new session .*"),
    ("word", r"Processing (?P<word>\w+) command from .*"),
    ("port", r"binding to port .*|bound to port .*"),
    ("admin", r"Started AdminServer .*"),
    ("bind", r"Couldn't bind to .*|Leaving listener.*"),
    (
        "too-many",
        r"(?:Error accepting new connection: )?Too many connections .*",
    ),
)
_RULES = tuple(
    (key, re.compile(pattern.replace(" ?", r"\s*").replace(" ", r"\s+")))
    for key, pattern in _TABLE
)
# A property and its value, whatever a later release may call it.
_SETTING = re.compile(
    r"zookeeper\.[\w.]+\s*[=:].*|[a-z]\w*[A-Z.][\w.]* set to .*|[\w.]+=\S*"
)
FOLDED = frozenset({"setting", "ending", "banner", "word", "jmx", "audit"})
KEYS = frozenset(key for key, _ in _TABLE) | CLIENT_KEYS
KEYS |= {"banner", "setting", "ending", "exception"}
# In a line without a layout these must be its last word, not any word of prose.
_STATES = ("LOOKING", "FOLLOWING", "LEADING", "OBSERVING")
_STATE_AT_END = re.compile(rf".*[\s:\]>-](?P<state>{'|'.join(_STATES)})\s*")
_ANYWHERE = rules(_TABLE)


class Known(NamedTuple):
    """What a line is: a key of `labctl.words.logs`, and what it names."""

    key: str
    facts: Mapping[str, str]


def recognise(line: LogLine) -> Known | None:
    """Return what the line is; None if we do not know it."""
    cls = line.cls.partition("$")[0]
    if not cls:
        return _without_a_class(line)
    if known := _of_a_class(cls, line.level, line.message):
        return known
    if line.more and is_zookeeper(cls) and cause_of(line) is not None:
        return Known("exception", {"text": line.more[0]})
    return None


@lru_cache(maxsize=4096)  # every second line of a server's log was there before
def _of_a_class(cls: str, level: str, message: str) -> Known | None:
    if cls == "ZookeeperBanner":
        return Known("banner", {})
    if client := recognise_client(cls, message):
        return Known(*client)
    if not is_zookeeper(cls):
        return None
    for key, pattern in _rules_for(message[:BEGINNING]):
        if found := pattern.fullmatch(message):
            return Known(key, _facts(found))
    if theme := theme_of(cls, message):
        return Known(theme, {})
    if level in ("", "INFO") and _SETTING.fullmatch(message):
        return Known("setting", {})
    return None


def _without_a_class(line: LogLine) -> Known | None:
    """A line cut short, or of a layout nobody knows: what stands in it?"""
    text = line.message
    ends = text.rstrip().endswith(_STATES)
    if ends and (found := _STATE_AT_END.fullmatch(text)):
        return Known(found["state"].lower(), {})
    if standing := search(_ANYWHERE, text):
        return Known(standing[0], _facts(standing[1]))
    if client := client_standing_in(text):
        return Known(*client)
    if theme := standing_in(text):
        return Known(theme, {})
    fails = "xception" in text or "rror" in text
    if fails and not line.placed and cause_of(line) is not None:
        return Known("exception", {"text": text})
    return None


@lru_cache(maxsize=4096)
def _rules_for(start: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The rules that a message may fit which begins so."""
    return tuple(
        rule
        for rule, (_, text) in zip(_RULES, _TABLE, strict=True)
        if any(may_begin(first, start) for first in _beginnings(text))
    )


@cache
def _beginnings(pattern: str) -> tuple[str, ...]:
    """The plain text that each alternative begins with; "" stands for anything."""
    found: list[str] = []
    for one in alternatives(pattern):
        if group := _GROUP.match(one):
            inside, often = group["inside"], group["often"]
            rest = one[group.end() :]
            tails = [rest] if often else []
            tails += [each + rest for each in alternatives(inside)]
            found += [start for tail in tails for start in _beginnings(tail)]
        elif one.startswith(r"\d"):
            found += string.digits
        elif plain := _PLAIN.match(one):
            found.append(plain[0].replace("\\", ""))
    return tuple(found)


def _facts(found: re.Match[str]) -> dict[str, str]:
    return {name: value or "?" for name, value in found.groupdict().items()}
