"""Who a client proves to be: by an `auth` request, or by its certificate."""

from node.clients.connection import Connection
from node.tree.acl import digest_id
from node.wire.client import AuthPacket, Id
from node.wire.jute import read


def authenticate(conn: Connection, body: bytes, super_digest: str) -> bool:
    """Add to what the client is; False if it proves nothing.

    Raises MalformedRecord.
    """
    packet = read(AuthPacket, body, 0)[0]
    proved: list[Id] = []
    if packet.scheme == "digest" and packet.auth is not None:
        who = digest_id(packet.auth.decode("utf-8", "replace"))
        if super_digest and who.id == super_digest:
            proved.append(Id("super", ""))
        proved.append(who)
    elif packet.scheme == "ip":
        proved.append(Id("ip", conn.ip))
    conn.ids += tuple(who for who in proved if who not in conn.ids)
    return bool(proved)


def certify(conn: Connection, name: str, super_name: str) -> None:
    """Add whom the client's certificate names: a subject, as in RFC 2253."""
    if name and name == super_name:
        conn.ids += (Id("super", name),)
    conn.ids += (Id("x509", name),)
