"""The command line, put together: one file per group of verbs."""

import typer
from typer.core import TyperGroup

from labctl.commands import faults, life, look, sim
from labctl.commands.shared import share, shared


def root() -> TyperGroup:
    """Return the whole command line."""
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(shared)
    life.add_to(app)
    faults.add_to(app)
    look.add_to(app)
    sim.add_to(app)
    return share(app)
