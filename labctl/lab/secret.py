"""A secret in a file of its own, which only its owner can read."""

import os
import secrets
from pathlib import Path


def secret(path: Path) -> str:
    """Return the secret in this file; it is made on first use.

    It appears whole or not at all: an empty secret would let everybody in.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        made = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(made, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(16))
        draft.replace(path)
    return path.read_text(encoding="ascii").strip()
