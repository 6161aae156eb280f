"""The verb that draws: export."""

import typer


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
