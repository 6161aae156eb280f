"""What can be wrong in compose files, manifests and variables of ZooKeeper's images."""

import difflib
import re
from collections.abc import Iterator, Sequence

from labctl.doctor import config_file, ensemble
from labctl.doctor.finding import CONSIDER, FIX, Finding
from labctl.doctor.image_variables import (
    BITNAMI,
    CONFLUENT,
    OFFICIAL,
    Flavour,
    flavour_of,
    has_client_parts,
    sheet_of,
)
from labctl.doctor.lenient import Sheet
from labctl.doctor.services import Service

_DATA_FOLDERS = ("/data", "/datalog", "/bitnami", "/var/lib/zookeeper")
_LOG_APART = {  # images that write transactions to a folder of their own
    "official": ("/data", "/datalog"),
    "confluent": ("/var/lib/zookeeper/data", "/var/lib/zookeeper/log"),
}
_NEEDS_QUORUM = re.compile(r"zkServer\.sh status|\b(?:srvr|stat|mntr)\b|ls\s+/")
_ANY = ("0.0.0.0", "::")


def examine(services: Sequence[Service], others: frozenset[str]) -> list[Finding]:
    """Return what is wrong in these servers of one file, by itself and together."""
    sheets = [sheet_of(service) for service in services]
    found: list[Finding] = []
    for service, sheet in zip(services, sheets, strict=True):
        found += [*_identity(service, sheet), *_list(service, sheet)]
        found += [*_names(service), *_image(service), *_rollout(service)]
        found += _softened(config_file.members(sheet), flavour_of(service))
    found += ensemble.between_lists(sheets)
    known = others.union(*(service.names for service in services))
    if services and services[0].kind == "compose":
        found += _strangers(sheets, known)
    found += [*_shared(services), *_alone(services)]
    # One list, written once for each server: what is wrong in it is said once.
    first: dict[tuple[str, str], Finding] = {}
    for finding in found:
        first.setdefault((finding.key, repr(finding.facts)), finding)
    return list(first.values())


def _softened(found: Sequence[Finding], flavour: Flavour) -> list[Finding]:
    """Bitnami's own examples write 0.0.0.0 for oneself, and set clientPort apart."""
    return [
        finding._replace(severity=CONSIDER)
        if flavour is BITNAMI and finding.key == "any-address"
        else finding
        for finding in found
    ]


def _identity(service: Service, sheet: Sheet) -> Iterator[Finding]:
    flavour = flavour_of(service)
    facts: dict[str, object] = {"name": service.name, "variable": flavour.my_id}
    said = service.value(flavour.my_id)
    if len(sheet.servers) < 2:
        return
    if service.replicas > 1 and not service.id_by_start:
        yield Finding(
            FIX, "c-copies", service.where(), {**facts, "n": service.replicas}
        )
    elif not said and not service.id_by_start:
        yield Finding(FIX, "c-no-my-id", service.where(), facts)
    elif said and sheet.my_id is None and "$" not in said:
        yield Finding(
            FIX, "my-id-text", service.where(flavour.my_id), {"said": repr(said)}
        )
    elif sheet.my_id is not None and sheet.my_id not in sheet.servers:
        facts = {"my_id": sheet.my_id, "ids": ", ".join(map(str, sheet.servers))}
        yield Finding(FIX, "my-id-not-listed", service.where(flavour.my_id), facts)


def _list(service: Service, sheet: Sheet) -> Iterator[Finding]:
    flavour = flavour_of(service)
    where = service.where(flavour.servers)
    said = service.value(flavour.servers)
    if flavour is OFFICIAL and "," in said:
        yield Finding(FIX, "c-commas", where, {"variable": flavour.servers})
    if flavour is OFFICIAL and has_client_parts(service):
        without = [
            sid for sid, one in sheet.servers.items() if not one.server.client_port
        ]
        if without:
            ids = ", ".join(f"server.{sid}" for sid in without)
            yield Finding(FIX, "c-no-client-part", where, {"ids": ids})
    mine = sheet.mine
    if mine is not None and service.kind == "compose":
        host = mine.server.host
        if host not in _ANY and host not in service.names and service.names:
            facts = {"sid": sheet.my_id, "host": host, "name": service.name}
            yield Finding(FIX, "c-own-other", where, facts)


def _names(service: Service) -> Iterator[Finding]:
    """Variables that look like ones of the image, and are none."""
    flavour = flavour_of(service)
    known = {flavour.my_id, flavour.servers, flavour.client_port, *flavour.keys}
    if flavour is CONFLUENT:
        return  # it makes a key of every name
    for name in service.variables:
        if not name.startswith(("ZOO_", "ZOOKEEPER_", "ZK_")):
            continue
        if name in known or name in flavour.others:
            continue
        near = difflib.get_close_matches(name, [*known, *flavour.others], 1, 0.7)
        if name in (
            "ZOO_SERVER_ID",
            "ZOO_MY_ID",
            "ZOO_ID",
            "ZK_ID",
            "ZOOKEEPER_SERVER_ID",
        ):
            near = [flavour.my_id]
        facts = {"name": name, "image": flavour.name, "near": near[0] if near else ""}
        key = "c-variable-near" if near else "c-variable"
        yield Finding(FIX if near else CONSIDER, key, service.where(name), facts)


def _image(service: Service) -> Iterator[Finding]:
    """What an image insists on, and what it forgets with the container."""
    flavour = flavour_of(service)
    facts: dict[str, object] = {"name": service.name}
    secured = any(
        n in service.variables for n in ("ZOO_ENABLE_AUTH", "ZOO_SERVER_USERS")
    )
    allowed = service.value("ALLOW_ANONYMOUS_LOGIN").lower() in ("yes", "true", "1")
    if flavour is BITNAMI and not secured and not allowed and service.kind == "compose":
        yield Finding(FIX, "c-anonymous", service.where(), facts)
    if flavour is CONFLUENT and not service.value(flavour.client_port):
        yield Finding(FIX, "c-client-port", service.where(), facts)
    kept = {to.rstrip("/") for _, to, _ in service.volumes}
    some = any(to.startswith(_DATA_FOLDERS) for to in kept)
    if service.kind == "compose" and not some:
        yield Finding(CONSIDER, "c-no-volume", service.where(), facts)
    data, log = _LOG_APART.get(flavour.name, ("", ""))
    moved = {"ZOO_DATA_LOG_DIR", "ZOO_DATA_DIR"} & service.variables.keys()
    if data in kept and log not in kept and service.image and not moved:
        lost = {**facts, "log": log, "data": data}
        yield Finding(FIX, "c-log-not-kept", service.where(), lost)


def _rollout(service: Service) -> Iterator[Finding]:
    """Pods that wait for one another: none is ready without the next."""
    if service.replicas < 2 or not service.one_by_one:
        return
    if _NEEDS_QUORUM.search(service.ready):
        facts: dict[str, object] = {"name": service.name, "probe": service.ready}
        yield Finding(FIX, "c-ready-ring", service.where(), facts)
        if service.not_ready_hidden:
            where = f"{service.path}:{service.not_ready_hidden}"
            yield Finding(FIX, "c-not-ready-hidden", where, {"name": service.name})


def _strangers(sheets: Sequence[Sheet], known: frozenset[str]) -> Iterator[Finding]:
    seen = set()
    for sheet in sheets:
        for sid, (server, where) in sheet.servers.items():
            host = server.host
            if host in known or host in _ANY or host in seen or "." in host:
                continue
            if host not in ("localhost", "::1") and "$" not in host:
                seen.add(host)
                yield Finding(FIX, "c-stranger", where, {"sid": sid, "host": host})


def _shared(services: Sequence[Service]) -> Iterator[Finding]:
    """Host ports and data folders that two servers claim."""
    ports: dict[str, Service] = {}
    folders: dict[str, Service] = {}
    for service in services:
        for port, line in service.ports:
            if port in ports and ports[port] is not service and "$" not in port:
                facts = {"port": port, "other": ports[port].name, "name": service.name}
                yield Finding(FIX, "c-port-twice", f"{service.path}:{line}", facts)
            ports.setdefault(port, service)
        for source, target, line in service.volumes:
            if not target.startswith(_DATA_FOLDERS):
                continue
            if source in folders and folders[source] is not service:
                facts = {"folder": source, "other": folders[source].name}
                facts["name"] = service.name
                yield Finding(FIX, "c-volume-twice", f"{service.path}:{line}", facts)
            folders.setdefault(source, service)


def _alone(services: Sequence[Service]) -> Iterator[Finding]:
    """Several servers, none of which is told of the others."""
    compose = [one for one in services if one.kind == "compose"]
    if len(compose) > 1 and all(
        not one.value(flavour_of(one).servers) for one in compose
    ):
        names = ", ".join(one.name for one in compose)
        facts = {"names": names, "variable": flavour_of(compose[0]).servers}
        yield Finding(FIX, "c-no-servers", compose[0].where(), facts)
