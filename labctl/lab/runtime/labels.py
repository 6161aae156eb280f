"""The labels on what a lab has in the engine, and how it is found and removed by them.

`quorumlab.folder` names the machine and the state folder of the lab, so whoever finds
a container can tell whether its lab still stands.
"""

import platform
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from docker import DockerClient

from labctl.lab.runtime.base import Belonging
from labctl.lab.runtime.engine import IMAGE, SOURCE, call

LAB, NODE, BOOT = "quorumlab.lab", "quorumlab.node", "quorumlab.boot"
_FOLDER = "quorumlab.folder"


def labels_of(lab: str, folder: Path) -> dict[str, str]:
    """Return the labels that everything of this lab bears."""
    return {LAB: lab, _FOLDER: f"{platform.node()}:{folder}"}


def labelled(client: DockerClient, lab: str = "") -> list[Belonging]:
    """Return what bears the label of this lab, or of any, in order of removal."""
    ours: Any = {"label": f"{LAB}={lab}" if lab else LAB}
    containers = call(
        lambda: client.containers.list(all=True, filters=ours, ignore_removed=True)
    )
    found = [_belonging("container", str(c.name), c.labels) for c in containers]
    for network in call(lambda: client.networks.list(filters=ours)):
        labels = network.attrs.get("Labels") or {}
        found.append(_belonging("network", str(network.name), labels))
    for volume in call(lambda: client.volumes.list(filters=ours)):
        labels = volume.attrs.get("Labels") or {}
        found.append(_belonging("volume", str(volume.name), labels))
    return found


def old_images(client: DockerClient) -> Iterator[Belonging]:
    """Yield the images that we built before the present one and no container uses."""
    containers = call(lambda: client.containers.list(all=True, sparse=True))
    used = {str(container.attrs["ImageID"]) for container in containers}
    for image in call(lambda: client.images.list(filters={"label": SOURCE})):
        if IMAGE not in image.tags and image.id not in used:
            name = next(iter(image.tags), str(image.id))
            yield Belonging("image", name, "", "")


def remove(client: DockerClient, thing: Belonging) -> None:
    """Remove one of these from the engine."""
    match thing.kind:
        case "container":
            container = call(partial(client.containers.get, thing.name))
            call(partial(container.remove, force=True, v=True))
        case "network":
            call(call(partial(client.networks.get, thing.name)).remove)
        case "volume":
            volume = call(partial(client.volumes.get, thing.name))
            call(partial(volume.remove, force=True))
        case "image":
            call(partial(client.images.remove, thing.name))
        case _:
            raise AssertionError(f"the engine has no {thing.kind}")


def _belonging(kind: str, name: str, labels: dict[str, str]) -> Belonging:
    """Read the labels; what belongs to another machine's lab is not ours to end."""
    machine, _, folder = labels.get(_FOLDER, "").partition(":")
    ours = machine == platform.node()
    return Belonging(kind, name, labels.get(LAB, ""), folder, ours=ours)
