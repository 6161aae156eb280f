"""What an image is built from: the Dockerfile, the node's source, the wheels it needs.

A container may reach no package registry.  What the node needs besides the standard
library is pure Python and installed beside labctl, so it is taken from there.
"""

import hashlib
import io
import tarfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import node

_NEEDED = ("h11",)  # the AdminServer, through which faults are injected
_SOURCE = Path(node.__file__).parent
_CHECKOUT = _SOURCE.parent


class BuildContext(NamedTuple):
    """The files that a build is given: path inside the context -> content."""

    files: dict[str, bytes]

    @classmethod
    def collect(cls) -> "BuildContext":
        """Gather the files, from a checkout or from an installed package."""
        paths = {
            f"node/{path.relative_to(_SOURCE)}": path for path in _SOURCE.rglob("*.py")
        }
        paths["Dockerfile"] = _dockerfile()
        paths |= {f"wheels/{w.name}": w for w in _CHECKOUT.glob("wheels/*.whl")}
        files = {name: path.read_bytes() for name, path in paths.items()}
        for name in _NEEDED:
            file_name, content = wheel_of(name)
            files[f"wheels/{file_name}"] = content
        return cls(dict(sorted(files.items())))

    @property
    def digest(self) -> str:
        """Name the state of everything that goes into the image."""
        whole = hashlib.sha256()
        for name, content in self.files.items():
            whole.update(f"{name} {len(content)}\n".encode())
            whole.update(content)
        return whole.hexdigest()[:16]

    def as_tar(self) -> io.BytesIO:
        """Return the context as the engine reads it."""
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w") as tar:
            for name, content in self.files.items():
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(content), 0o644
                tar.addfile(entry, io.BytesIO(content))
        target.seek(0)
        return target


def wheel_of(name: str) -> tuple[str, bytes]:
    """Pack an installed pure Python distribution as a wheel: file name, content."""
    found = distribution(name)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as wheel:
        for path in sorted(found.files or (), key=str):
            inside = ".." not in path.parts and path.suffix != ".pyc"
            if inside and path.name not in ("INSTALLER", "REQUESTED"):
                # A date of its own: the same files are the same bytes.
                entry = zipfile.ZipInfo(str(path), date_time=(1980, 1, 1, 0, 0, 0))
                wheel.writestr(entry, path.read_binary())
    return f"{name}-{found.version}-py3-none-any.whl", target.getvalue()


def _dockerfile() -> Path:
    """Return the checkout's Dockerfile, or the copy that an installed labctl has."""
    ours = _CHECKOUT / "Dockerfile"
    return ours if ours.is_file() else Path(__file__).with_name("Dockerfile")
