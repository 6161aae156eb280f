"""What a lab has in the engine is found by its labels, its folder being gone."""

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.docker.engine import base_image
from tests.e2e.labs import Cli, labs
from tests.e2e.test_labctl_docker import ours
from tests.e2e.test_leftovers import lose_the_folder, name, others

pytestmark = [pytest.mark.docker, pytest.mark.stories, pytest.mark.timeout(900)]
NOTHING: dict[str, set[str]] = {
    "containers": set(),
    "networks": set(),
    "volumes": set(),
}


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    for cli in labs(tmp_path / "home"):
        cli.environment["BASE_IMAGE"] = base_image()
        cli.name()
        yield cli


def test_down_ends_containers_whose_folder_is_gone(cli: Cli) -> None:
    import docker  # only where an engine is

    cli.ok("up", "--runtime", "docker", "--base-port", str(cli.base_port))
    elsewhere = {"LABCTL_HOME": str(cli.home / "elsewhere")}
    assert {thing["whose"] for thing in others(cli, **elsewhere)} == {"lab"}
    assert cli.run("prune", "--yes", **elsewhere).returncode == 0
    assert cli.status()["quorum"], "a lab that stands is not touched"
    lose_the_folder(cli)
    with closing(docker.from_env()) as client:  # as a restart of the engine leaves it
        client.containers.get(f"quorumlab-{name(cli)}-1").kill()
    left = {(thing["kind"], thing["name"]) for thing in others(cli, **elsewhere)}
    prefix = f"quorumlab-{name(cli)}"
    nodes = [f"{prefix}-{sid}" for sid in (1, 2, 3)]
    assert left == {
        ("network", prefix),
        *(("container", node) for node in nodes),
        *(("volume", f"{node}-data") for node in nodes),
    }
    assert "7 to remove" in cli.ok("prune", "--dry-run")
    assert (cli.run("prune").returncode, cli.run("down").returncode) == (2, 2)
    assert len(ours(cli)["containers"]) == 3
    assert "removed 7" in cli.ok("down", "--yes")
    assert ours(cli) == NOTHING


def test_prune_clears_networks_volumes_and_old_images(cli: Cli) -> None:
    import docker  # only where an engine is

    from labctl.lab.runtime import labels
    from labctl.lab.runtime.engine import SOURCE

    labelled: Any = labels.labels_of(name(cli), cli.home / "labs" / name(cli))
    with closing(docker.from_env()) as client:
        client.networks.create(f"quorumlab-{name(cli)}", labels=labelled)
        client.volumes.create(f"quorumlab-{name(cli)}-1-data", labels=labelled)
        file = io.BytesIO(f"FROM {base_image()}\n".encode())
        tag = f"quorumlab/node:{name(cli)}"
        client.images.build(fileobj=file, tag=tag, labels={SOURCE: "old"}, rm=True)
        assert "removed 2" in cli.ok("prune", "--yes")
        assert ours(cli) == NOTHING
        # Not `prune`: it would remove others' old images from this machine, too.
        old = [image for image in labels.old_images(client) if image.name == tag]
        assert len(old) == 1
        labels.remove(client, old[0])
        assert not client.images.list(name=tag)
