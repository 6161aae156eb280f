"""Verbs that answer why: why, explain, votes, watch."""

import typer


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
