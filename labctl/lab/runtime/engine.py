"""The Docker engine: whether it is there, and whether it has our image.

Only this module, `runtime/docker.py` and `runtime/labels.py` import the docker SDK.
"""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import docker
import docker.errors
import requests
from docker import DockerClient
from docker.models.images import Image

from labctl import __version__
from labctl.errors import CONFLICT, ENVIRONMENT, LabError
from labctl.lab.runtime.build_context import BuildContext
from labctl.words.phrase import Phrase

T = TypeVar("T")

IMAGE = f"quorumlab/node:{__version__}"
SOURCE = "quorumlab.source"  # label: the digest of what was built
_TIMEOUT_S = 20
_LOCAL_BASE = "quorumlab-base:local"  # .ci/docker-base makes it without a registry
_HTTP_CONFLICT = 409
_FULL_ID = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


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


def call(act: Callable[[], T]) -> T:
    """Ask the engine for something; a LabError if it refuses or goes away.

    The SDK's errors are OSErrors: one that passed here would be taken for the disk's.
    """
    try:
        return act()
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise _refusal(error) from error


def find(act: Callable[[], T]) -> T | None:
    """Ask the engine for something; None if it has no such thing."""

    def look() -> T | None:
        try:
            return act()
        except docker.errors.NotFound:
            return None

    return call(look)


def _refusal(error: Exception) -> LabError:
    """Say what the engine said; a conflict is about who has a name, not the engine."""
    if isinstance(error, docker.errors.APIError):
        said = " ".join(str(error.explanation or error).split())
        facts = {"why": _FULL_ID.sub(r"\1", said)}  # as `docker ps` shows an id
        if error.status_code == _HTTP_CONFLICT:
            hint = Phrase("docker.conflict.hint")
            return LabError(Phrase("docker.conflict", facts), hint, CONFLICT)
        return LabError(
            Phrase("docker.failed", facts), Phrase("docker.failed.hint"), ENVIRONMENT
        )
    facts = {"why": _short(error)}
    return LabError(
        Phrase("docker.no-engine", facts), Phrase("docker.hint"), ENVIRONMENT
    )


def ready(client: DockerClient) -> Iterator[Phrase]:
    """Make sure that our image is there; yield what is done for it.

    The image is built anew when anything that goes into it has changed.
    """
    context = BuildContext.collect()
    old = _image(client, IMAGE)
    if old is not None and context.digest == old.labels.get(SOURCE):
        return
    yield Phrase("docker.building", {"image": IMAGE})
    for step in _build(client, context):
        yield Phrase("docker.step", {"step": step})
    if old is not None:
        with contextlib.suppress(docker.errors.APIError):  # a container may hold it
            client.images.remove(str(old.id))
    yield Phrase("docker.built", {"image": IMAGE})


def _build(client: DockerClient, context: BuildContext) -> Iterator[str]:
    """Build the image from the project's Dockerfile; yield each step as it runs."""
    base = _base_image(client)
    said = ""
    try:
        answers = client.api.build(
            fileobj=context.as_tar(),
            custom_context=True,
            tag=IMAGE,
            buildargs={"BASE_IMAGE": base} if base else {},
            labels={SOURCE: context.digest},
            rm=True,
            forcerm=True,  # a step that fails leaves no container either
            decode=True,
        )
        for answer in answers:
            if "error" in answer:
                raise _unbuilt(_cause(said, str(answer["error"])))
            line = str(answer.get("stream", "")).strip()
            if line.startswith(("Step", "Successfully")):
                yield line
            elif line:
                said = line
    except (docker.errors.DockerException, OSError) as error:
        raise _unbuilt(_short(error)) from error


def _cause(said: str, error: str) -> str:
    """Return what a failing step said itself, else the engine's word for it."""
    return said if said.startswith("quorumlab: ") else error


def _image(client: DockerClient, name: str) -> Image | None:
    return find(lambda: client.images.get(name))


def _base_image(client: DockerClient) -> str:
    """What to build on: as asked, else one made offline; "": the Dockerfile's own."""
    if asked := os.environ.get("BASE_IMAGE", ""):
        return asked
    return _LOCAL_BASE if _image(client, _LOCAL_BASE) is not None else ""


def _unbuilt(why: str) -> LabError:
    facts = {"why": why.strip()}
    return LabError(
        Phrase("docker.no-image", facts), Phrase("docker.no-image.hint"), ENVIRONMENT
    )


def _short(error: BaseException) -> str:
    """The innermost reason that the system gave, else the SDK's on one line."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        inner = inner.__cause__ or inner.__context__
    return " ".join(str(error).split())[:200]
