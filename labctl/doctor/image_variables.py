"""What the images of ZooKeeper make of their variables: a zoo.cfg and a myid.

Three images are common: the official one, Bitnami's and Confluent's.  Each has its
own names and its own form of the list of servers.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from labctl.doctor.lenient import ServerLine, Sheet
from labctl.doctor.services import Service
from node.members import parse_server
from node.properties import Property

_SID = re.compile(r"server\.(\d+)=(.*)")
_RELEASE = re.compile(r":[^\d]*(\d+)\.(\d+)")


class Flavour(NamedTuple):
    """The names that one image reads."""

    name: str
    my_id: str
    servers: str
    client_port: str
    keys: Mapping[str, str]  # variable → key of zoo.cfg
    others: frozenset[str]  # more names that it reads


_TIMES = {"TICK_TIME": "tickTime", "INIT_LIMIT": "initLimit", "SYNC_LIMIT": "syncLimit"}
OFFICIAL = Flavour(
    *("official", "ZOO_MY_ID", "ZOO_SERVERS", "ZOO_PORT"),
    {f"ZOO_{name}": key for name, key in _TIMES.items()}
    | {
        "ZOO_MAX_CLIENT_CNXNS": "maxClientCnxns",
        "ZOO_STANDALONE_ENABLED": "standaloneEnabled",
        "ZOO_ADMINSERVER_ENABLED": "admin.enableServer",
        "ZOO_AUTOPURGE_PURGEINTERVAL": "autopurge.purgeInterval",
        "ZOO_AUTOPURGE_SNAPRETAINCOUNT": "autopurge.snapRetainCount",
        "ZOO_4LW_COMMANDS_WHITELIST": "4lw.commands.whitelist",
        "ZOO_DATA_DIR": "dataDir",
        "ZOO_DATA_LOG_DIR": "dataLogDir",
    },
    frozenset({"ZOO_CFG_EXTRA", "ZOO_LOG_DIR", "ZOO_CONF_DIR", "ZOO_LOG4J_PROP"}),
)
BITNAMI = Flavour(
    *("bitnami", "ZOO_SERVER_ID", "ZOO_SERVERS", "ZOO_PORT_NUMBER"),
    {f"ZOO_{name}": key for name, key in _TIMES.items()}
    | {
        "ZOO_MAX_CLIENT_CNXNS": "maxClientCnxns",
        "ZOO_MAX_CNXNS": "maxCnxns",
        "ZOO_ENABLE_ADMIN_SERVER": "admin.enableServer",
        "ZOO_ADMIN_SERVER_PORT_NUMBER": "admin.serverPort",
        "ZOO_AUTOPURGE_INTERVAL": "autopurge.purgeInterval",
        "ZOO_AUTOPURGE_RETAIN_COUNT": "autopurge.snapRetainCount",
        "ZOO_4LW_COMMANDS_WHITELIST": "4lw.commands.whitelist",
        "ZOO_DATA_LOG_DIR": "dataLogDir",
    },
    frozenset(
        {
            *("ZOO_LISTEN_ALLIPS_ENABLED", "ZOO_RECONFIG_ENABLED", "ZOO_HEAP_SIZE"),
            *(
                "ZOO_PEER_TYPE",
                "ZOO_ENABLE_AUTH",
                "ZOO_CLIENT_USER",
                "ZOO_SERVER_USERS",
            ),
            *("ZOO_CLIENT_PASSWORD", "ZOO_SERVER_PASSWORDS", "ZOO_LOG_LEVEL"),
            *(
                "ZOO_ENABLE_QUORUM_AUTH",
                "ZOO_QUORUM_LEARNER_USER",
                "ZOO_TLS_PORT_NUMBER",
            ),
            *(
                "ZOO_QUORUM_LEARNER_PASSWORD",
                "ZOO_QUORUM_SERVER_USERS",
                "ZOO_CONF_FILE",
            ),
            *("ZOO_QUORUM_SERVER_PASSWORDS", "ZOO_PRE_ALLOC_SIZE", "ZOO_SNAPCOUNT"),
            *("ZOO_ENABLE_PROMETHEUS_METRICS", "ZOO_PROMETHEUS_METRICS_PORT_NUMBER"),
            *("ZOO_MAX_SESSION_TIMEOUT", "ZOO_MIN_SESSION_TIMEOUT"),
        }
    ),
)
CONFLUENT = Flavour(
    *("confluent", "ZOOKEEPER_SERVER_ID", "ZOOKEEPER_SERVERS", "ZOOKEEPER_CLIENT_PORT"),
    {f"ZOOKEEPER_{name}": key for name, key in _TIMES.items()},
    frozenset(),
)


def flavour_of(service: Service) -> Flavour:
    """Return which image's variables these are."""
    if "bitnami" in service.image or "ALLOW_ANONYMOUS_LOGIN" in service.variables:
        return BITNAMI
    if "confluent" in service.image or "cp-zookeeper" in service.image:
        return CONFLUENT
    if any(name.startswith("ZOOKEEPER_") for name in service.variables):
        return CONFLUENT
    return BITNAMI if "ZOO_SERVER_ID" in service.variables else OFFICIAL


def has_client_parts(service: Service) -> bool:
    """Whether this image's release lets a server line end with ;client port."""
    found = _RELEASE.search(service.image)
    return found is None or (int(found[1]), int(found[2])) >= (3, 5)


def sheet_of(service: Service) -> Sheet:
    """Return the zoo.cfg that the image would write, as far as it can be known."""
    flavour = flavour_of(service)
    given = [
        Property(key, variable.value, variable.line)
        for name, variable in service.variables.items()
        if (key := flavour.keys.get(name))
    ]
    said = service.variables.get("ZOO_CFG_EXTRA")
    for word in said.value.split() if said else []:
        key, _, value = word.partition("=")
        given.append(Property(key, value, said.line if said else 0))
    where = service.where(flavour.servers)
    servers: dict[int, ServerLine] = {}
    malformed = []
    for sid, text in _server_lines(service.value(flavour.servers), flavour):
        server = parse_server(text)
        if server is None:
            prop = Property(f"server.{sid}", text, service.line)
            malformed.append((where, prop))
        else:
            servers[sid] = ServerLine(server._replace(sid=sid), where)
    my_id = service.value(flavour.my_id)
    number = int(my_id) if my_id.isdecimal() and len(my_id) < 5 else None
    return Sheet(
        *(service.where(), "", given, None, servers, malformed, None),
        my_id=number,
        my_id_text=my_id or None,
    )


def _server_lines(said: str, flavour: Flavour) -> list[tuple[int, str]]:
    """Split the list of servers as the image does."""
    parts = re.split(r"[,\s]+" if flavour is OFFICIAL else r"[;,\s]+", said)
    found = []
    for number, part in enumerate(filter(None, parts), 1):
        if named := _SID.fullmatch(part):
            found.append((int(named[1]), named[2]))
        elif "::" in part and part.rpartition("::")[2].isdecimal():  # Bitnami's own
            text, _, sid = part.rpartition("::")
            found.append((int(sid), text))
        else:
            found.append((number, part))
    return found
