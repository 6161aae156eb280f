"""The container engine, if there is one, and the image made from this tree."""

import os
import shutil
import subprocess

from labctl.lab.runtime.build_context import BuildContext

IMAGE = "quorumlab-test:local"
LOCAL_BASE = "quorumlab-base:local"  # made by .ci/docker-base, no registry needed
DEFAULT_BASE = "python:3.13-slim"


def missing() -> str:
    """Return what keeps us from running containers; empty if nothing does."""
    try:
        answer = _docker("version", "--format", "{{.Server.Version}}")
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no usable `docker`: {error}"
    if answer.returncode:
        return f"no Docker engine answers: {answer.stderr.strip()}"
    if not base_image():
        return (
            f"no base image: neither {LOCAL_BASE} (.ci/docker-base) nor {DEFAULT_BASE}"
        )
    return ""


def compose() -> list[str]:
    """Return the command that runs compose, v2 or 1.29; empty if there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = [*command, "version"]
            if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
                return command
    return []


def compose_missing() -> str:
    """Return why compose cannot run here; empty if it can."""
    return "" if compose() else "neither `docker compose` nor docker-compose is here"


def base_image() -> str:
    """Return the base image to build from: what is asked for, or already here."""
    asked = os.environ.get("QUORUMLAB_BASE_IMAGE", "")
    for name in [asked, LOCAL_BASE, DEFAULT_BASE]:
        if name and _docker("image", "inspect", name).returncode == 0:
            return name
    return ""


def build() -> str:
    """Build the project's image and return its name."""
    built = build_from(BuildContext.collect(), IMAGE)
    assert built.returncode == 0, built.stderr.decode()
    return IMAGE


def build_from(context: BuildContext, name: str) -> subprocess.CompletedProcess[bytes]:
    """Let the engine build an image, without a network, from these files."""
    arguments = ["--network", "none", "--build-arg", f"BASE_IMAGE={base_image()}"]
    return subprocess.run(
        ["docker", "build", "--force-rm", *arguments, "-t", name, "-"],
        input=context.as_tar().read(),
        capture_output=True,
        timeout=300,
        check=False,
    )


def everything() -> set[str]:
    """Return the ids of all containers and networks there are, and all volumes."""
    found: set[str] = set()
    for kind in ("container", "network", "volume"):
        every = ["-a"] if kind == "container" else []
        found |= set(_docker(kind, "ls", "-q", *every).stdout.split())
    return found


def _docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, timeout=300, check=False
    )
