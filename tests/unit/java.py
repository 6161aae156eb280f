"""A conversation recorded with Apache ZooKeeper 3.8.0, standalone, from Debian.

Three clients, one request at a time; after each one every client's frames up to
the answer of a ping.  Left out are the requests that newer releases answer in
another way: checkWatches, exists without READ, whoAmI, create flags 5 and 6,
`check` by itself, the configuration's node.
"""

import json
from pathlib import Path
from typing import NamedTuple


class Step(NamedTuple):
    """One request and what each client then received; None: it was hung up."""

    client: int
    request: bytes
    replies: list[list[bytes | None]]


_RECORDING = json.loads(Path(__file__).with_name("java_3_8_0.json").read_text())

HELLOS = [bytes.fromhex(hello) for hello in _RECORDING["hello"]]
LOG = bytes.fromhex(_RECORDING["log"])
SNAPSHOT = bytes.fromhex(_RECORDING["snapshot"])  # after a restart, at zxid 0x5d
STEPS = [
    Step(
        client,
        bytes.fromhex(request),
        [[f and bytes.fromhex(f) for f in frames] for frames in replies],
    )
    for client, request, replies in _RECORDING["steps"]
]
