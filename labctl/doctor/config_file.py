"""What can be wrong in one zoo.cfg, seen by itself."""

from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath

from labctl.doctor.finding import CONSIDER, FIX, Finding
from labctl.doctor.lenient import BOM, Sheet
from node.config import ConfigError, NotHereError, read_config
from node.config_keys import JVM_IN_JAVA, JVM_ONLY, Key, find, nearest
from node.members import OBSERVER, PARTICIPANT, Server

_NUMBERS = (
    *("tickTime", "initLimit", "syncLimit", "clientPort", "minSessionTimeout"),
    *("maxSessionTimeout", "maxClientCnxns", "admin.serverPort", "snapCount"),
)
_FLAGS = (  # ZooKeeper accepts nothing but true and false here
    *("quorumListenOnAllIPs", "syncEnabled", "standaloneEnabled", "reconfigEnabled"),
    *("localSessionsEnabled", "localSessionsUpgradingEnabled", "sslQuorum"),
    "portUnification",
)
_SANE_TICK_MS = range(100, 60_001)


def examine(sheet: Sheet) -> list[Finding]:
    """Return every finding in one file, by idea."""
    if sheet.broken is not None:
        line, why = sheet.broken
        return [Finding(FIX, "broken", f"{sheet.path}:{line}", {"why": why})]
    parts: tuple[Callable[[Sheet], Iterator[Finding]], ...]
    parts = (_text, _keys, _numbers, _times, _folders, _my_id, _dynamic, _servers)
    more = (_own_line, _count, _tls, _advice)
    found = [finding for part in (*parts, *more) for finding in part(sheet)]
    if not any(finding.severity == FIX for finding in found):
        found += _refused(sheet)
    return found


def members(sheet: Sheet) -> list[Finding]:
    """Return what is wrong with the list of servers and their times alone."""
    parts = (_times, _servers, _own_line, _count)
    found = [finding for part in parts for finding in part(sheet)]
    # An image has limits of its own, so none is missing.
    return [finding for finding in found if finding.key != "no-limit"]


def _text(sheet: Sheet) -> Iterator[Finding]:
    if sheet.text.startswith(BOM):
        yield Finding(FIX, "bom", f"{sheet.path}:1")
    if "\r\n" in sheet.text:
        yield Finding(CONSIDER, "crlf", sheet.path)
    for number, line in enumerate(sheet.text.splitlines(), 1):
        if line != line.rstrip(" \t") and "=" in line and line.lstrip()[:1] != "#":
            where = f"{sheet.path}:{number}"
            yield Finding(CONSIDER, "trailing", where, {"line": line.strip()})


def _keys(sheet: Sheet) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for prop in sheet.given:
        where = f"{sheet.path}:{prop.line}"
        if prop.key in seen:
            key = "id-twice" if prop.key.startswith("server.") else "key-twice"
            facts = {"key": prop.key, "first": seen[prop.key]}
            yield Finding(FIX if key == "id-twice" else CONSIDER, key, where, facts)
        seen[prop.key] = prop.line
        known = find(prop.key)
        if known is not None and _for_the_jvm(known):
            yield Finding(CONSIDER, "jvm-only", where, {"key": prop.key})
        elif known is None:
            facts = {"key": prop.key, "near": (near := nearest(prop.key))}
            yield Finding(
                FIX if near else CONSIDER, "typo" if near else "unknown", where, facts
            )
        if prop.key in _FLAGS and prop.value.lower() not in ("true", "false"):
            facts = {"key": prop.key, "value": prop.value}
            yield Finding(FIX, "not-a-flag", where, facts)


def _for_the_jvm(known: Key) -> bool:
    return known.fate == JVM_ONLY or known.name in JVM_IN_JAVA


def _numbers(sheet: Sheet) -> Iterator[Finding]:
    for key in _NUMBERS:
        value = sheet.value(key)
        if value is not None and not value.lstrip("-").isdecimal():
            facts = {"key": key, "value": value}
            yield Finding(FIX, "not-a-number", sheet.at(key), facts)
    port = sheet.number("clientPort", 0)
    own = any(line.server.client_port for line in sheet.servers.values())
    if (
        not sheet.value("clientPort")
        and not own
        and not sheet.value("secureClientPort")
        and not sheet.dynamic_missing
    ):
        yield Finding(FIX, "no-client-port", sheet.path)
    elif not 0 <= port <= 65535:
        bad: dict[str, object] = {"key": "clientPort", "port": port}
        yield Finding(FIX, "port-range", sheet.at("clientPort"), bad)
    if (sheet.value("electionAlg") or "3") != "3":
        yield Finding(FIX, "election-alg", sheet.at("electionAlg"))


def _times(sheet: Sheet) -> Iterator[Finding]:
    tick_ms = sheet.number("tickTime", 3000)
    if tick_ms <= 0:
        yield Finding(FIX, "tick-zero", sheet.at("tickTime"))
        return
    if tick_ms not in _SANE_TICK_MS:
        yield Finding(CONSIDER, "tick-odd", sheet.at("tickTime"), {"tick": tick_ms})
    if sheet.servers:
        for key in ("initLimit", "syncLimit"):
            if sheet.value(key) is None:
                yield Finding(FIX, "no-limit", sheet.path, {"key": key})
            elif sheet.number(key, 1) <= 0:
                yield Finding(FIX, "limit-zero", sheet.at(key), {"key": key})
    init, sync = sheet.number("initLimit", 10), sheet.number("syncLimit", 5)
    facts: dict[str, object] = {"sync": sync, "init": init, "tick": tick_ms}
    if sync == 1 or 0 < sync * tick_ms < 1000:
        yield Finding(CONSIDER, "sync-short", sheet.at("syncLimit"), facts)
    if 0 < init < sync:
        yield Finding(CONSIDER, "init-short", sheet.at("initLimit"), facts)
    low = sheet.number("minSessionTimeout", 2 * tick_ms)
    high = sheet.number("maxSessionTimeout", 20 * tick_ms)
    low, high = (
        2 * tick_ms if low == -1 else low,
        20 * tick_ms if high == -1 else high,
    )
    if low > high:
        key = "minSessionTimeout" if sheet.value("minSessionTimeout") else ""
        facts = {"low": low, "high": high}
        yield Finding(FIX, "session-range", sheet.at(key or "maxSessionTimeout"), facts)


def foreign(folder: Path) -> bool:
    """Return whether this path belongs to another kind of machine."""
    windows = PureWindowsPath(folder).drive
    return bool(windows) != bool(Path("C:/").drive)


def _folders(sheet: Sheet) -> Iterator[Finding]:
    folder = sheet.data_dir
    if folder is None:
        yield Finding(FIX, "no-data-dir", sheet.path)
        return
    where, facts = sheet.at("dataDir"), {"folder": folder}
    if lost := _lost_backslashes(sheet):
        yield Finding(FIX, "backslash", where, {**facts, "raw": lost})
    elif not folder.is_absolute() and not PureWindowsPath(folder).is_absolute():
        yield Finding(CONSIDER, "relative", where, facts)
    elif str(folder).startswith("/tmp"):  # noqa: S108 (that is the finding)
        yield Finding(CONSIDER, "in-tmp", where, facts)
    logs = sheet.value("dataLogDir")
    if sheet.servers and (not logs or Path(logs) == folder):
        yield Finding(CONSIDER, "log-dir", sheet.at("dataLogDir"), facts)


def _lost_backslashes(sheet: Sheet) -> str:
    r"""Return a dataDir whose single backslashes the format swallows, as written."""
    for line in sheet.text.splitlines():
        key, _, raw = line.partition("=")
        if key.strip() == "dataDir" and PureWindowsPath(raw.strip()).drive:
            return raw.strip() if "\\" in raw.replace("\\\\", "") else ""
    return ""


def _my_id(sheet: Sheet) -> Iterator[Finding]:
    folder = sheet.data_dir
    if not sheet.servers or folder is None:
        return
    place = folder / "myid"
    facts: dict[str, object] = {"path": place, "my_id": sheet.my_id}
    facts["said"] = repr((sheet.my_id_text or "").strip("\n"))
    facts["ids"] = ", ".join(map(str, sorted(sheet.servers)))
    if sheet.my_id_text is None:
        whole = folder.is_absolute() and not foreign(folder)
        here = sheet.here and whole and folder.parent.exists()
        key = "my-id-missing" if here else "my-id-elsewhere"
        yield Finding(FIX if here else CONSIDER, key, sheet.at("dataDir"), facts)
        return
    first = sheet.my_id_text.splitlines()[:1]
    if sheet.my_id is None or first != [str(sheet.my_id)]:
        yield Finding(FIX, "my-id-text", str(place), facts)
    elif sheet.my_id not in sheet.servers:
        yield Finding(FIX, "my-id-not-listed", str(place), facts)
    elif not 1 <= sheet.my_id <= 255:
        yield Finding(CONSIDER, "my-id-range", str(place), facts)


def _dynamic(sheet: Sheet) -> Iterator[Finding]:
    """A list of servers that stands in a file of its own."""
    if sheet.dynamic_missing:
        facts = {"path": sheet.dynamic_missing}
        yield Finding(FIX, "dynamic-missing", sheet.at("dynamicConfigFile"), facts)
        return
    alone = (sheet.value("standaloneEnabled") or "true").lower() != "false"
    if not alone and not sheet.servers:
        yield Finding(FIX, "no-standalone", sheet.at("standaloneEnabled"))


def _tls(sheet: Sheet) -> Iterator[Finding]:
    """TLS that is switched on without a key to show."""
    for key, store in (
        ("secureClientPort", "ssl.keyStore.location"),
        ("sslQuorum", "ssl.quorum.keyStore.location"),
    ):
        wanted = (sheet.value(key) or "false").lower() != "false"
        if wanted and not sheet.value(store):
            yield Finding(
                FIX, "no-keystore", sheet.at(key), {"key": key, "store": store}
            )
    netty = (sheet.value("serverCnxnFactory") or "").endswith("NettyServerCnxnFactory")
    if sheet.value("secureClientPort") and not netty:
        yield Finding(FIX, "needs-netty", sheet.at("secureClientPort"))


def _servers(sheet: Sheet) -> Iterator[Finding]:
    for where, prop in sheet.malformed:
        facts: dict[str, object] = {"key": prop.key, "value": prop.value}
        yield Finding(FIX, "server-line", where, facts)
    taken: dict[tuple[str, int], str] = {}
    for sid, (server, where) in sheet.servers.items():
        if server.role not in (PARTICIPANT, OBSERVER):
            yield Finding(FIX, "role", where, {"role": server.role})
        if server.quorum_port == server.election_port:
            facts = {"sid": sid, "port": server.quorum_port}
            yield Finding(FIX, "ports-same", where, facts)
            continue
        for kind in ("quorum_port", "election_port"):
            port = getattr(server, kind)
            name = f"server.{sid}"
            if not 0 < port <= 65535:
                yield Finding(FIX, "port-range", where, {"key": name, "port": port})
            elif (server.host, port) in taken:
                other = taken[server.host, port]
                facts = {"port": port, "host": server.host, "other": other, "key": name}
                yield Finding(FIX, "port-twice", where, facts)
            taken[server.host, port] = name


def _own_line(sheet: Sheet) -> Iterator[Finding]:
    hosts = {line.server.host for line in sheet.servers.values()}
    loopback = {host for host in hosts if host in ("localhost", "::1") or _is_127(host)}
    for sid, (server, where) in sheet.servers.items():
        if server.host in ("0.0.0.0", "::"):
            key = "any-address" if sheet.my_id in (None, sid) else "any-address-other"
            yield Finding(FIX, key, where, {"sid": sid, "host": server.host})
        elif server.host in loopback and hosts - loopback - {"0.0.0.0", "::"}:
            yield Finding(FIX, "loopback", where, {"sid": sid, "host": server.host})
    mine = sheet.mine
    if mine is None:
        return
    client = sheet.number("clientPort", mine.server.client_port)
    for kind, port in (
        ("quorum", mine.server.quorum_port),
        ("election", mine.server.election_port),
    ):
        if client == port:
            facts = {"port": client, "kind": kind}
            yield Finding(FIX, "client-port-taken", sheet.at("clientPort"), facts)
    yield from _client_address(sheet, mine.server)
    said = (sheet.value("peerType") or mine.server.role).lower()
    if said != mine.server.role:
        facts = {"said": said, "role": mine.server.role}
        grave = FIX if said == OBSERVER else CONSIDER
        yield Finding(grave, "peer-type", sheet.at("peerType"), facts)


def _client_address(sheet: Sheet, server: Server) -> Iterator[Finding]:
    """Where clients connect, said twice and not alike."""
    port = sheet.number("clientPort", 0)
    if not server.client_port or not port:
        return
    line = f"{server.client_host or '0.0.0.0'}:{server.client_port}"
    own = f"{sheet.value('clientPortAddress') or '0.0.0.0'}:{port}"
    if line != own:
        key = "clientPortAddress" if sheet.value("clientPortAddress") else "clientPort"
        facts = {"own": own, "line": line, "sid": server.sid}
        yield Finding(FIX, "client-address", sheet.at(key), facts)


def _is_127(host: str) -> bool:
    return host.startswith("127.")


def _count(sheet: Sheet) -> Iterator[Finding]:
    voters = len(sheet.voters)
    facts = {"n": voters, "fewer": voters - 1, "deaths": max(0, (voters - 1) // 2)}
    if sheet.servers and not voters:
        yield Finding(FIX, "no-voters", sheet.path)
    elif voters == 1:
        yield Finding(CONSIDER, "alone", sheet.path)
    elif voters and voters % 2 == 0:
        yield Finding(CONSIDER, "even", sheet.path, facts)


def _advice(sheet: Sheet) -> Iterator[Finding]:
    interval = "autopurge.purgeInterval"
    if sheet.value(interval) is None or sheet.number(interval, 1) <= 0:
        yield Finding(CONSIDER, "no-purge", sheet.at(interval))
    retain = sheet.number("autopurge.snapRetainCount", 3)
    if retain < 3:
        at = sheet.at("autopurge.snapRetainCount")
        yield Finding(CONSIDER, "retain", at, {"retain": retain})
    allowed = sheet.value("4lw.commands.whitelist")
    if allowed is None:
        yield Finding(CONSIDER, "words-few", sheet.path)
    elif "*" in allowed and not sheet.value("quorumlab.lab"):
        yield Finding(CONSIDER, "words-all", sheet.at("4lw.commands.whitelist"))
    if (sheet.value("forceSync") or "yes").lower() == "no":
        yield Finding(FIX, "no-fsync", sheet.at("forceSync"))


def _refused(sheet: Sheet) -> Iterator[Finding]:
    """What our own strict parser still refuses, if nothing else explains it."""
    if sheet.my_id is None or sheet.data_dir is None:
        return
    try:
        read_config(sheet.path, sheet.text)
    except NotHereError as error:
        where, _, why = str(error).partition(": ")
        yield Finding(CONSIDER, "not-here", where, {"why": why})
    except ConfigError as error:
        looked_at = (str(sheet.data_dir / "myid"), sheet.value("dynamicConfigFile"))
        if not any(name and name in str(error) for name in looked_at):
            where, _, why = str(error).partition(": ")
            yield Finding(FIX, "refused", where, {"why": why})
