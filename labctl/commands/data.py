"""Verbs for data and clients: sh, do, call, tree, log, sessions, load, recipe …"""

import typer


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
