"""PUBLISHED: what the lab itself does, in the same envelope as a node's events.

Node 0 is the lab.  Its events stand in the recording between those of the nodes,
so that a picture or a `why` can say "because you cut this link".
"""

from typing import Any, NamedTuple


class LabOpened(NamedTuple):
    """A lab came to life: who is in it."""

    voters: tuple[int, ...]
    observers: tuple[int, ...]
    runtime: str  # process | docker


class VerbGiven(NamedTuple):
    """Somebody typed a verb that changes the lab."""

    verb: str
    words: tuple[str, ...]  # as typed
    nodes: tuple[int, ...]  # whom they meant then


class NodeEnded(NamedTuple):
    """The lab ended a node's process."""

    sid: int
    how: str  # terminated | killed | unsynced-lost | died


class NodePaused(NamedTuple):
    """The lab paused a node."""

    sid: int


class NodeResumed(NamedTuple):
    """The lab resumed a node."""

    sid: int


class NodeWiped(NamedTuple):
    """The lab emptied a node's disk."""

    sid: int
    what: str  # all | log | snapshots | epochs


class FaultSet(NamedTuple):
    """A fault stands from now on, until healed or for its time."""

    fault: str  # f1, f2, …
    kind: str  # partition | cut | hold | delay | disk | clock | …
    nodes: tuple[int, ...]  # whom it concerns
    links: tuple[str, ...]  # "3>1": what 3 sends to 1
    detail: str  # "from COMMIT", "300 ms", "fsync-delay 800 ms"
    for_ms: int  # 0: until healed


class FaultHealed(NamedTuple):
    """A fault is gone."""

    fault: str
    why: str  # asked | time-up | node-gone


class ClientDid(NamedTuple):
    """A client of the lab asked a node something and has an answer, or has none."""

    client: str
    node: int
    op: str  # create | set | get | delete | sync | …
    path: str
    value: str
    result: str  # "ok …", or the error's name; "unknown" if the answer was lost
    began_ms: float  # wall clock
    took_ms: float


class RecipeDone(NamedTuple):
    """Each client of a recipe had its turn; what that has cost."""

    recipe: str  # lock
    how: str  # good | bad
    clients: int
    first_woken: int  # notifications after the first release
    notifications: int  # in all
    requests: int  # of all clients
    most_inside: int  # holders at one time; more than one breaks the promise


LAB_EVENTS: dict[str, Any] = {
    name: kind
    for name, kind in list(globals().items())
    if isinstance(kind, type) and issubclass(kind, tuple)
}
