"""Verbs for logs of any ZooKeeper: read."""

import typer


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
