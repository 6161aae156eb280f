"""What clients ask about nodes that pass: containers, and nodes with a time to live.

The leader's cleaner ends them by transactions of its own, and the model judges each
of these: only what has served its time may go.
"""

from collections.abc import Callable
from functools import partial
from random import Random

from node.wire.client import CreateRequest, CreateTTLRequest, DeleteRequest, Op
from node.wire.jute import pack, ustring_bytes
from simulator.clients import ANYBODY, Client

SHARE = 0.25  # of all that a client asks
BOXES = ("/box0", "/box1")
PASSING = ("/ttl0", "/ttl1")
CONTAINER, EPHEMERAL, TTL = 4, 1, 5
TTLS_MS = (1, 200, 1500, 60_000)


def asks(client: Client, chance: Random) -> Callable[[], bool]:
    """Return what asks something of this kind now and then, and says if it did."""
    return partial(_ask, client, chance)


def _ask(client: Client, chance: Random) -> bool:
    if chance.random() > SHARE:
        return False
    box, passing = chance.choice(BOXES), chance.choice(PASSING)
    child = f"{chance.choice((box, passing))}/{-client.number}"
    data = b"passing %d" % chance.randint(0, 999)
    dice = chance.random()
    if dice < 0.15:
        body = pack(CreateRequest(box, data, ANYBODY, CONTAINER))
        client.request(Op.CREATE_CONTAINER, box, body, data=data)
    elif dice < 0.35:
        ttl_ms = chance.choice(TTLS_MS)
        body = pack(CreateTTLRequest(passing, data, ANYBODY, TTL, ttl_ms))
        client.request(Op.CREATE_TTL, passing, body, data=data)
    elif dice < 0.55:
        client.create(child, data, flags=chance.choice((0, EPHEMERAL)))
    elif dice < 0.75:
        client.request(Op.DELETE, child, pack(DeleteRequest(child, -1)))
    elif dice < 0.88:
        client.set(passing, data)
    else:
        path = chance.choice((box, passing))
        watch = chance.random() < 0.5
        body = ustring_bytes(path) + bytes([watch])
        client.request(Op.GET_DATA, path, body, watch=watch)
    return True
