"""The last step of a write: what its client is told once it is committed."""

from node.tree.apply import Applied, reply_body
from node.wire.client import MULTI_END, MULTI_HEADER, REPLY, REPLY_HEAD_BYTES, Op
from node.wire.jute import INT

# Whatever way a node was made with its Stat asked for, a multi calls it create2.
_SHOWN_TYPES = {Op.CREATE_CONTAINER: Op.CREATE2, Op.CREATE_TTL: Op.CREATE2}


def finished(xid: int, applied: Applied) -> bytes:
    """Return the framed reply to a write; its zxid is the write's own."""
    body = b""
    if applied.results is not None:
        body = _results(applied.results)
    elif not applied.err:
        body = reply_body(applied)
    size = REPLY_HEAD_BYTES + len(body)
    return REPLY.pack(size, xid, applied.zxid, applied.err) + body


def _results(results: list[Applied]) -> bytes:
    """Return a multi's results; of one that was refused, why, for each operation."""
    refused = any(result.type == Op.ERROR for result in results)
    parts: list[bytes] = []
    for result in results:
        if refused:
            head = MULTI_HEADER.pack(-1, False, result.err)
            parts += (head, INT.pack(result.err))
        else:
            kind = _SHOWN_TYPES.get(result.type, result.type)
            parts += (MULTI_HEADER.pack(kind, False, 0), result.body)
    return b"".join([*parts, MULTI_END])
