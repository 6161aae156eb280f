"""The Docker engine: whether it is there, and whether it has our image.

This module and `runtime/docker.py` are the only ones that import the docker SDK.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors
from docker import DockerClient

import node
from labctl import __version__
from labctl.errors import ENVIRONMENT, LabError
from labctl.words.phrase import Phrase

IMAGE = f"quorumlab/node:{__version__}"
_TIMEOUT_S = 20


def connect() -> DockerClient:
    """Return a client of the engine; a LabError if none answers."""
    try:
        client = docker.from_env(timeout=_TIMEOUT_S)
        client.ping()
    except (docker.errors.DockerException, OSError) as error:
        facts = {"why": _short(error)}
        raise LabError(
            Phrase("docker.no-engine", facts), Phrase("docker.hint"), ENVIRONMENT
        ) from error
    return client


def why_not() -> Phrase | None:
    """Return why Docker cannot run a lab here; None if it can."""
    try:
        client = connect()
    except LabError as error:
        return error.message
    try:
        if has_image(client) or project_root() is not None:
            return None
        return Phrase("docker.no-project", {"image": IMAGE})
    finally:
        client.close()


def has_image(client: DockerClient) -> bool:
    """Return whether the engine already has our image."""
    try:
        client.images.get(IMAGE)
    except docker.errors.ImageNotFound:
        return False
    return True


def project_root() -> Path | None:
    """Return the checkout we run from, which holds the Dockerfile; None if none."""
    root = Path(node.__file__).parents[1]
    return root if (root / "Dockerfile").is_file() else None


def build_image(client: DockerClient) -> Iterator[str]:
    """Build the image from the project's Dockerfile; yield each step as it runs."""
    root = project_root()
    if root is None:
        raise _unbuilt(f"no Dockerfile beside {Path(node.__file__).parent}")
    arguments = {}
    if base := os.environ.get("BASE_IMAGE"):
        arguments["BASE_IMAGE"] = base
    try:
        answers = client.api.build(
            path=str(root),
            tag=IMAGE,
            buildargs=arguments,
            rm=True,
            decode=True,
        )
        for answer in answers:
            if "error" in answer:
                raise _unbuilt(str(answer["error"]))
            if step := str(answer.get("stream", "")).strip():
                yield step
    except (docker.errors.DockerException, OSError) as error:
        raise _unbuilt(_short(error)) from error


def _unbuilt(why: str) -> LabError:
    facts = {"why": why.strip()}
    return LabError(
        Phrase("docker.no-image", facts), Phrase("docker.no-image.hint"), ENVIRONMENT
    )


def _short(error: Exception) -> str:
    """The innermost reason of an SDK error, on one line."""
    return " ".join(str(error).split())[:200]
