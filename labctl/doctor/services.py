"""Which ZooKeeper servers a compose file, a manifest or an .env file describes.

A server is known by its image or by the variables that an image of ZooKeeper reads.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from labctl.doctor.yaml_lines import Located, documents

_PREFIXES = ("ZOO_", "ZOOKEEPER_", "ZK_")
_ASSIGNED = re.compile(r"(?:export\s+|- )?([A-Za-z_]\w*)\s*[=:]\s*(.*)")
_BY_START = re.compile(r"myid|HOSTNAME|ORDINAL|MY_ID|SERVER_ID")


class Variable(NamedTuple):
    """An environment variable and the line it stands on."""

    value: str
    line: int


class Service(NamedTuple):
    """One server as a container or unit describes it."""

    name: str
    path: str
    line: int
    image: str
    variables: Mapping[str, Variable]
    names: frozenset[str]  # by which others reach it
    ports: tuple[tuple[str, int], ...] = ()  # published on the host, with lines
    volumes: tuple[tuple[str, str, int], ...] = ()  # from, to, line
    id_by_start: bool = False  # its command writes myid itself
    replicas: int = 1
    kind: str = "compose"  # compose | manifest | variables
    ready: str = ""  # what its readiness probe runs
    one_by_one: bool = False  # the next copy starts when the one before is ready
    not_ready_hidden: int = 0  # line of its headless Service that hides such peers

    def where(self, name: str = "") -> str:
        """Return file:line of a variable, or of the server."""
        line = self.variables[name].line if name in self.variables else self.line
        return f"{self.path}:{line}"

    def value(self, name: str) -> str:
        """Return a variable's value; nothing if it is not given."""
        return self.variables[name].value if name in self.variables else ""


def services_in(path: str, text: str) -> list[Service]:
    """Return the ZooKeeper servers of a YAML file; YamlError if it is none."""
    found: list[Service] = []
    every = documents(text)
    for document in every:
        if document.get("kind") is not None:
            found += _of_manifest(path, document, every)
        elif (listed := document.get("services") or document).entries:
            found += _of_compose(path, listed)
    if not found:
        found = [
            service
            for document in documents(text)
            for service in _of_values(path, document)
        ]
    return found


def every_name(text: str) -> frozenset[str]:
    """Return the names of all services of a compose file, ZooKeeper's or not."""
    return frozenset(
        name
        for document in documents(text)
        for name in (document.get("services") or document).entries
    )


def of_variables(path: str, text: str) -> list[Service]:
    """Return the one server that an .env file describes."""
    variables = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := _ASSIGNED.match(line.strip()):
            value = found[2].strip().strip("\"'")
            variables[found[1]] = Variable(value, number)
    if not is_zookeeper("", variables):
        return []
    return [Service(path, path, 1, "", variables, frozenset(), kind="variables")]


def _of_compose(path: str, listed: Located) -> Iterator[Service]:
    for name, service in listed.entries.items():
        image = _text(service.get("image"))
        variables = _variables(service.get("environment"))
        if not is_zookeeper(image, variables):
            continue
        names = {
            name,
            _text(service.get("hostname")),
            _text(service.get("container_name")),
        }
        for network in (service.get("networks") or Located("", 0)).entries.values():
            aliases = network.get("aliases")
            names |= {alias.text for alias in aliases.items} if aliases else set()
        yield Service(
            *(name, path, service.line, image, variables, frozenset(names - {""})),
            ports=tuple(_ports(service.get("ports"))),
            volumes=tuple(_volumes(service.get("volumes"))),
            id_by_start=bool(_BY_START.search(_flat(service.get("command")))),
        )


def _of_manifest(
    path: str, document: Located, every: Sequence[Located]
) -> Iterator[Service]:
    kind = _text(document.get("kind"))
    if kind == "List":
        listed = (document.get("items") or Located("", 0)).items
        for one in listed:
            yield from _of_manifest(path, one, listed)
        return
    name = _text(document.get("metadata", "name")) or kind
    pod = document.get("spec", "template", "spec") or document.get("spec")
    containers = pod.get("containers") if pod else None
    for container in containers.items if containers else []:
        image = _text(container.get("image"))
        variables = _variables(container.get("env"))
        if not is_zookeeper(image, variables):
            continue
        started = _flat(container.get("command")) + _flat(container.get("args"))
        copies = _text(document.get("spec", "replicas"))
        yield Service(
            *(name, path, container.line, image, variables, frozenset({name})),
            id_by_start=bool(_BY_START.search(started)) or kind == "StatefulSet",
            replicas=int(copies) if copies.isdecimal() and len(copies) < 5 else 1,
            kind=f"manifest.{kind}",
            volumes=tuple(_mounts(container.get("volumeMounts"))),
            ready=_flat(container.get("readinessProbe", "exec", "command")),
            one_by_one=kind == "StatefulSet"
            and _text(document.get("spec", "podManagementPolicy")) != "Parallel",
            not_ready_hidden=_hides(document, every),
        )


def _hides(document: Located, every: Sequence[Located]) -> int:
    """Return the line of the headless Service that names only pods that are ready."""
    name = _text(document.get("spec", "serviceName"))
    for other in every:
        if (
            _text(other.get("kind")) == "Service"
            and name
            and (_text(other.get("metadata", "name")) == name)
        ):
            shown = _text(other.get("spec", "publishNotReadyAddresses"))
            return other.line if shown != "true" else 0
    return 0


def _mounts(given: Located | None) -> Iterator[tuple[str, str, int]]:
    for one in given.items if given else []:
        if target := _text(one.get("mountPath")):
            yield "", target, one.line


def _of_values(path: str, document: Located, depth: int = 0) -> Iterator[Service]:
    """Helm values: any mapping that sets variables of ZooKeeper."""
    for key, inner in document.entries.items():
        if key in ("env", "extraEnv", "extraEnvVars", "environment"):
            variables = _variables(inner)
            if is_zookeeper("", variables):
                yield Service(
                    *("values", path, inner.line, "", variables, frozenset()),
                    id_by_start=True,
                    kind="variables",
                )
        elif depth < 8:
            yield from _of_values(path, inner, depth + 1)


def is_zookeeper(image: str, variables: Mapping[str, Variable]) -> bool:
    """Whether an image, or the variables that it is given, are ZooKeeper's."""
    named = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    if "zookeeper" in named and "exporter" not in named and "ui" not in named:
        return True
    return any(name.startswith("ZOO_") for name in variables) or any(
        name in variables
        for name in (
            "ZOOKEEPER_SERVER_ID",
            "ZOOKEEPER_SERVERS",
            "ZOOKEEPER_CLIENT_PORT",
        )
    )


def _variables(given: Located | None) -> dict[str, Variable]:
    """Read both forms: a mapping, and a list of NAME=value or name and value."""
    found: dict[str, Variable] = {}
    if given is None:
        return found
    for name, value in given.entries.items():
        found[name] = Variable(value.text, value.line)
    for one in given.items:
        if one.text:
            name, _, said = one.text.partition("=")
            found[name.strip()] = Variable(said.strip(), one.line)
        elif name := _text(one.get("name")):
            found[name] = Variable(_text(one.get("value")), one.line)
    return found


def _ports(given: Located | None) -> Iterator[tuple[str, int]]:
    for one in given.items if given else []:
        host = _text(one.get("published"))
        parts = one.text.partition("/")[0].rsplit(":", 2)
        if len(parts) > 1:
            host = parts[-2]
        if host:
            yield host, one.line


def _volumes(given: Located | None) -> Iterator[tuple[str, str, int]]:
    for one in given.items if given else []:
        source, target = _text(one.get("source")), _text(one.get("target"))
        if one.text.count(":"):
            source, target = one.text.split(":")[:2]
        if source and target:
            yield source, target, one.line


def _text(found: Located | None) -> str:
    return found.text if found else ""


def _flat(found: Located | None) -> str:
    if found is None:
        return ""
    return found.text + " ".join(one.text for one in found.items)
