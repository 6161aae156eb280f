"""Reads the recorded conversations."""

import json
from functools import cache
from pathlib import Path

from tests.vectors.raw import Said

HERE = Path(__file__).parent
DISK = HERE / "disk"
COMPRESSED = HERE / "compressed"


@cache
def conversation(name: str) -> tuple[Said, ...]:
    """Return the messages of one recorded conversation, in order."""
    messages = json.loads((HERE / f"{name}.json").read_text())
    return tuple(Said(m["by"], m["what"], bytes.fromhex(m["hex"])) for m in messages)
