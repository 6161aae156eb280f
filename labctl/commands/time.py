"""Verbs that play a recording: runs, replay, diff."""

import typer


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
