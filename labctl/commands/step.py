"""Verbs that let messages go one by one: step, deliver, go."""

import typer


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
