"""Verbs that break nodes, and mend them: kill, pause, resume."""

import typer

from labctl import change
from labctl.commands.arguments import Targets, named
from labctl.lab import changing
from labctl.session import session


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(kill)
    app.command()(pause)
    app.command()(resume)


def kill(context: typer.Context, targets: Targets = None) -> None:
    """Kill nodes without warning, as a power cut would (SIGKILL)."""
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "kill", here.screen) as lab:
        change.kill(lab, wanted)


def pause(context: typer.Context, targets: Targets = None) -> None:
    """Freeze nodes: silent, but not gone (SIGSTOP)."""
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "pause", here.screen) as lab:
        change.pause(lab, wanted)


def resume(context: typer.Context, targets: Targets = None) -> None:
    """Thaw paused nodes (SIGCONT)."""
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "resume", here.screen) as lab:
        change.resume(lab, wanted)
