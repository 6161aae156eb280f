"""Where the files of exercises are: one's own, and those that are shipped."""

import os
from pathlib import Path

_SHIPPED = (
    Path(__file__).resolve().parents[2] / "conf" / "exercises",  # a source tree
    Path(__file__).resolve().parent / "exercises",  # an installed labctl
)


def folders() -> list[Path]:
    """Return where exercises are: LABCTL_EXERCISES, and those that are shipped."""
    own = os.environ.get("LABCTL_EXERCISES")
    shipped = next((place for place in _SHIPPED if place.is_dir()), _SHIPPED[-1])
    return [*([Path(own).expanduser()] if own else []), shipped]


def ids() -> list[str]:
    """Return what every exercise is called, without reading one."""
    return sorted({path.stem for place in folders() for path in place.glob("*.yaml")})
