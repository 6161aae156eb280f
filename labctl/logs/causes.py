"""Causes below the line: what the exception says decides the advice.

Each cause is a pattern for the message and its stack trace together.  The first
that fits wins, so the narrower one stands above the wider one.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from labctl.logs.layout import LogLine
from labctl.logs.numbers import size, spell
from labctl.words.phrase import Phrase

ACT, DEPENDS = "act", "depends"


class Cause(NamedTuple):
    """What the text below a line shows, and how sure the advice is."""

    key: str  # its words are cause.KEY
    kind: str  # act | depends
    how: Phrase


_TABLE: tuple[tuple[str, str, str], ...] = (
    (
        "chroot-each",
        ACT,
        r"(?P<string>(?P<one>[\w.-]+:\d{2,5})(?P<root>/[\w./-]+),(?P<rest>[\w./:,-]+))",
    ),
    ("chroot-none", ACT, r"chroot was specified in ZkHost but the znode doesn't exist"),
    (
        "ephemeral-taken",
        ACT,
        r"creating ephemeral at (?P<path>\S+), node already exists and owner"
        r" '(?P<owner>\w+)' does not match current session",
    ),
    (
        "admin-port",
        ACT,
        r"AdminServerException.*port (?P<port>\d+).*(?:in use|Failed to bind)",
    ),
    ("no-space", ACT, r"No space left on device|Disk quota exceeded"),
    ("read-only-disk", ACT, r"Read-only file system"),
    ("disk-io", ACT, r"Input/output error|Stale (?:NFS )?file handle"),
    ("no-memory", ACT, r"OutOfMemoryError"),
    ("open-files", ACT, r"Too many open files"),
    (
        "permission",
        ACT,
        r"(?:(?P<path>/[^\s:()]+) \()?Permission denied|AccessDeniedException"
        r"(?:: (?P<path2>\S+))?|Missing READ permission|Unable to access datadir",
    ),
    ("log-empty", ACT, r"EOFException.*FileHeader\.deserialize"),
    (
        "log-magic",
        ACT,
        r"(?:Transaction logs|Snapshots?) .*invalid magic number"
        r"|invalid magic number .*|Invalid snapshot .*magic",
    ),
    ("no-snapshot", ACT, r"No snapshot found, but there are log entries"),
    ("no-valid-snapshot", ACT, r"Not able to find valid snapshots in (?P<path>\S+)"),
    ("log-crc", ACT, r"CRC check failed|CRC corruption|CRC doesn't match"),
    ("log-partial", DEPENDS, r"Last transaction was partial"),
    (
        "epoch-behind",
        ACT,
        r"[Cc]urrent epoch, (?P<epoch>\w+),? is older than the last zxid,?"
        r" (?P<zxid>\w+)",
    ),
    (
        "epoch-accepted",
        ACT,
        r"accepted epoch, (?P<a>\w+),? is less than the current epoch, (?P<b>\w+)",
    ),
    (
        "epoch-leader",
        DEPENDS,
        r"Leaders? epoch, (?P<a>\w+),? is less than accepted epoch, (?P<b>\w+)",
    ),
    ("my-id-file", ACT, r"(?P<path>\S*myid) file is missing"),
    (
        "my-id-text",
        ACT,
        r"(?:server ?id|myid) (?P<said>.*?) is not a number"
        r"|For input string: \"?(?P<said2>[^\"\s]*)\"?.*setupMyId",
    ),
    ("my-id-strange", ACT, r"My id (?P<sid>-?\d+) not in the peer list"),
    (
        "config-missing",
        ACT,
        r"(?P<key>dataDir|initLimit|syncLimit|clientPort|tickTime)"
        r" is not set",
    ),
    ("config-file", ACT, r"(?P<path>\S+) file is missing"),
    ("server-form", ACT, r"does not have the form|Address unresolved: (?P<host>\S+)"),
    (
        "config-number",
        ACT,
        r"NumberFormatException: For input string: \"(?P<said>.*?)\"",
    ),
    ("no-standalone", ACT, r"standaloneEnabled = false then"),
    ("port-taken", ACT, r"Address already in use|BindException: .*in use"),
    ("not-my-address", ACT, r"Cannot assign requested address"),
    (
        "name-unknown",
        ACT,
        r"UnknownHostException:? ?(?P<host>[\w.-]*)"
        r"|UnresolvedAddressException|Name or service not known",
    ),
    ("not-tls", ACT, r"not an SSL/TLS record: (?P<hex>[0-9a-f]{8})"),
    ("tls-expired", ACT, r"CertificateExpiredException|certificate has expired"),
    (
        "tls-trust",
        ACT,
        r"PKIX path|unable to find valid certification path"
        r"|No trusted certificate|Failed to verify (?:both )?host",
    ),
    (
        "tls-store",
        ACT,
        r"[Kk]ey ?store.*(?:password|tampered|not found|null)"
        r"|SSLContextException|KeyManagerException|TrustManagerException",
    ),
    (
        "tls-common",
        DEPENDS,
        r"no cipher suites in common|protocol_version"
        r"|SSLHandshakeException",
    ),
    (
        "sasl-section",
        ACT,
        r"No JAAS configuration section named|Could not find a"
        r" '(?:Server|Client|Quorum\w+)' (?:entry|section)",
    ),
    ("sasl-clock", ACT, r"Clock skew too great"),
    (
        "sasl-login",
        ACT,
        r"LoginException|SaslException|GSSException|GSS initiate failed",
    ),
    ("java-old", ACT, r"UnsupportedClassVersionError"),
    ("java-class", ACT, r"ClassNotFoundException|NoClassDefFoundError"),
    (
        "not-serving",
        DEPENDS,
        r"ZooKeeperServer not running|instance is not currently serving requests",
    ),
    (
        "client-timeout",
        ACT,
        r"Timed out waiting for connection while in state"
        r"|ZkTimeoutException|Unable to connect to zookeeper server",
    ),
    (
        "session-over",
        DEPENDS,
        # The client's own line on any broken connection names the exception, too.
        r"(?<!except it is a )SessionExpiredException"
        r"|KeeperErrorCode = Session expired",
    ),
    ("client-auth", ACT, r"AuthFailedException|KeeperErrorCode = AuthFailed"),
    ("client-acl", ACT, r"NoAuthException|KeeperErrorCode = NoAuth"),
    (
        "client-loss",
        DEPENDS,
        r"ConnectionLossException|KeeperErrorCode = ConnectionLoss",
    ),
    ("xid-order", ACT, r"Xid out of order"),
    (
        "client-error",
        DEPENDS,
        r"KeeperErrorCode = (?P<said>\w[\w ]*?)(?: for .*)?(?:\n|$)",
    ),
)
_TEXT_MAX = 20_000  # characters of a line and what is below it
_RULES = tuple((key, kind, re.compile(text, re.DOTALL)) for key, kind, text in _TABLE)
_LENGTH = re.compile(
    r"(?:advertised length of|(?:Len error|Packet len|Unreasonable length"
    r"|Unreasonable buffer length|Invalid message length|Missing signature\. Got)"
    r"(?=[ =:]*-?\d))[ =:]*(?P<number>-?\d{1,20})"
)
_FROM = re.compile(r"message from (?P<who>\S+)|address:? (?P<addr>/\S+)")
_SNAPSHOT = re.compile(
    r"FileTxnLog|FileSnap|FileTxnSnapLog|loadDataBase|SerializeUtils"
)
_LISTED = (*(key for key, _, _ in _TABLE), "length")
KEYS = frozenset(_LISTED)


def cause_of(line: LogLine) -> Cause | None:
    """Return the cause that the line, or the exception below it, names."""
    return _of_text("\n".join((line.message, *line.more))[:_TEXT_MAX])


@lru_cache(maxsize=128)  # a log says the same again and again
def _of_text(said: str) -> Cause | None:
    if found := _LENGTH.search(said):
        return _length(int(found["number"]), said)
    for key, kind, pattern in _RULES:
        if found := pattern.search(said):
            facts = {
                name.rstrip("2"): value
                for name, value in found.groupdict().items()
                if value
            }
            return _cause(key, kind, facts)
    return None


def _cause(key: str, kind: str, facts: dict[str, str]) -> Cause:
    if key == "not-tls":
        text = spell(int(facts["hex"], 16)).text
        return Cause(
            key, kind, Phrase("cause.not-tls", {"text": text or "0x" + facts["hex"]})
        )
    if key == "chroot-each":
        hosts = [one.partition("/")[0] for one in facts["string"].split(",")]
        facts = {"said": facts["string"], "right": ",".join(hosts) + facts["root"]}
    if key == "epoch-behind" and facts["zxid"].isdecimal():
        zxid = int(facts["zxid"])
        facts["zxid"] = f"0x{zxid:x}: epoch {zxid >> 32}"
    blank = dict.fromkeys(("path", "sid", "key", "host", "said"), "?")
    return Cause(key, kind, Phrase(f"cause.{key}", {**blank, **facts}))


NOT_SAID = Phrase("cause.address-not-said")


def _length(number: int, said: str) -> Cause:
    """A length that cannot be: from the disk, from a client, or from a stranger."""
    spelled = spell(number)
    who = _FROM.search(said)
    facts: dict[str, object] = {
        "number": number,
        "text": spelled.text,
        "size": size(number),
        "who": next(filter(None, who.groups()), NOT_SAID) if who else NOT_SAID,
    }
    if spelled.kind in ("large", "odd", "negative") and _SNAPSHOT.search(said):
        return Cause("length.disk", ACT, Phrase("cause.length.disk", facts))
    kind = DEPENDS if spelled.kind in ("large", "odd", "negative") else ACT
    if spelled.kind == "large" and "Packet len" in said:
        return Cause("length.answer", ACT, Phrase("cause.length.answer", facts))
    key = f"length.{spelled.kind}"
    return Cause(key, kind, Phrase(f"cause.{key}", facts))
