"""The Docker engine: whether it is there, and whether it has our image.

This module and `runtime/docker.py` are the only ones that import the docker SDK.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors
from docker import DockerClient
from docker.models.images import Image

import node
from labctl import __version__
from labctl.errors import ENVIRONMENT, LabError
from labctl.words.phrase import Phrase

IMAGE = f"quorumlab/node:{__version__}"
_SOURCE = "quorumlab.source"  # label: the digest of what was built
_TIMEOUT_S = 20
_LOCAL_BASE = "quorumlab-base:local"  # .ci/docker-base makes it without a registry


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


def ready(client: DockerClient) -> Iterator[Phrase]:
    """Make sure that our image is there; yield what is done for it.

    In a checkout the image is built anew when the node's source has changed.
    """
    root = project_root()
    digest = _digest(root) if root is not None else ""
    old = _image(client, IMAGE)
    if old is not None and digest in ("", old.labels.get(_SOURCE)):
        return
    if root is None:
        raise LabError(
            Phrase("docker.no-project", {"image": IMAGE}),
            Phrase("docker.hint"),
            ENVIRONMENT,
        )
    yield Phrase("docker.building", {"image": IMAGE})
    for step in _build(client, root, digest):
        yield Phrase("docker.step", {"step": step})
    if old is not None:
        with contextlib.suppress(docker.errors.APIError):  # a container may hold it
            client.images.remove(str(old.id))
    yield Phrase("docker.built", {"image": IMAGE})


def project_root() -> Path | None:
    """Return the checkout we run from, which holds the Dockerfile; None if none."""
    root = Path(node.__file__).parents[1]
    return root if (root / "Dockerfile").is_file() else None


def _build(client: DockerClient, root: Path, digest: str) -> Iterator[str]:
    """Build the image from the project's Dockerfile; yield each step as it runs."""
    base = _base_image(client)
    try:
        answers = client.api.build(
            path=str(root),
            tag=IMAGE,
            buildargs={"BASE_IMAGE": base} if base else {},
            labels={_SOURCE: digest},
            rm=True,
            decode=True,
        )
        for answer in answers:
            if "error" in answer:
                raise _unbuilt(str(answer["error"]))
            step = str(answer.get("stream", "")).strip()
            if step.startswith(("Step", "Successfully")):
                yield step
    except (docker.errors.DockerException, OSError) as error:
        raise _unbuilt(_short(error)) from error


def _digest(root: Path) -> str:
    """Name the state of everything that goes into the image."""
    sources = sorted([*root.glob("node/**/*.py"), *root.glob("wheels/*.whl")])
    names = [root / "Dockerfile", *sources]
    whole = hashlib.sha256()
    for path in names:
        whole.update(str(path.relative_to(root)).encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def _image(client: DockerClient, name: str) -> Image | None:
    try:
        return client.images.get(name)
    except docker.errors.ImageNotFound:
        return None


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
