"""Every event that ZooKeeper has a line for, and the line."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from node.wording import election, service, zab
from node.wording.line import Line, Speaker

SAYS: Mapping[type[Any], Callable[[Speaker, Any], Iterator[Line]]] = {
    **election.SAYS,
    **zab.SAYS,
    **service.SAYS,
}


def say(me: Speaker, event: Any) -> list[Line]:
    """Return what ZooKeeper would log for this event of that server; often nothing.

    The server's events must come in their order: a line may tell what an earlier
    event was about.
    """
    wording = SAYS.get(type(event))
    return list(wording(me, event)) if wording else []
