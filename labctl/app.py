"""The command line, put together: one file per group of verbs."""

import typer
from typer.core import TyperGroup

from labctl.commands import (
    data,
    doctor,
    faults,
    ills,
    life,
    look,
    pictures,
    read,
    reasons,
    sim,
    step,
    time,
)
from labctl.commands.panels import Root, arrange
from labctl.commands.shared import share, shared

GROUPS = (
    life,
    look,
    faults,
    ills,
    step,
    reasons,
    read,
    time,
    pictures,
    data,
    doctor,
    sim,
)


def root() -> TyperGroup:
    """Return the whole command line."""
    app = typer.Typer(
        cls=Root,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(shared)
    for group in GROUPS:
        group.add_to(app)
    return arrange(share(app))
