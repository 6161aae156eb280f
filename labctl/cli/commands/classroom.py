"""Verbs for learning: ex and what belongs to it, grade, play."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.commands.arguments import Output, program_reads
from labctl.cli.session import session
from labctl.errors import ASKED_FALSE

FORMATS = (
    *("text", "json", "junit", "csv", "html"),
    *("gradescope", "github", "nbgrader"),
)
Variant = Annotated[
    str, typer.Option("--variant", help="Another ending.", metavar="NAME")
]
Id = Annotated[
    str,
    typer.Argument(
        help="first-quorum … or a file.",
        metavar="ID",
        autocompletion=completion.exercises,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    ex = typer.Typer(no_args_is_help=True)
    ex.command(name="ls")(list_all)
    for verb in (
        *(show, start, look, predict, reveal, check),
        *(hint, solve, submit, lint),
    ):
        ex.command()(verb)
    ex.command(name="next")(following)
    ex.command()(present)
    ex.command()(new)
    app.add_typer(ex, name="ex")
    app.command()(grade)
    app.command()(play)


def list_all(context: typer.Context) -> None:
    """List the exercises."""
    from labctl.classroom import student as it

    it.ls(session(context).screen)


def show(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="[ID]",
            help="[your step]",
            autocompletion=completion.exercises,
        ),
    ] = "",
    variant: Variant = "",
) -> None:
    """Show what an exercise is about, or the step you are at."""
    from labctl.classroom import student as it

    it.show(name, variant, session(context).screen)


def start(
    context: typer.Context,
    name: Id,
    variant: Variant = "",
    student: Annotated[
        str,
        typer.Option(help="Your name: it draws your values.", envvar="LABCTL_STUDENT"),
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Begin anew.")] = False,
) -> None:
    """Begin an exercise, or go on where you left it."""
    from labctl.classroom import student as it
    from labctl.classroom.attempt import Asked

    here = session(context)
    it.start(Asked(name, variant, student, here.lab, again), here.screen)


def predict(
    context: typer.Context,
    answer: Annotated[
        str, typer.Argument(metavar="ANSWER", help="2 · 1,3 · DIFF …")
    ] = "",
    question: Annotated[
        str, typer.Option(help="Which question [the next].", metavar="NAME")
    ] = "",
) -> None:
    """Lock a prediction, before you do the step."""
    from labctl.classroom import student as it

    raise typer.Exit(it.predict(answer, question, session(context).screen))


def look(context: typer.Context) -> None:
    """Look at the step's logs, or at its simulated run."""
    from labctl.classroom import exhibit as it

    it.look(session(context).screen)


def reveal(context: typer.Context) -> None:
    """Have them explained; predict before."""
    from labctl.classroom import exhibit as it

    it.reveal(session(context).screen)


def check(context: typer.Context, output: Output = "text") -> None:
    """Compare what was predicted with what was recorded: exit 1 if not done."""
    from labctl.classroom import student as it

    here = session(context)
    here.screen.quiet = program_reads(output)
    raise typer.Exit(it.check(here.screen))


def following(
    context: typer.Context,
    skip: Annotated[bool, typer.Option("--skip", help="Give up this step.")] = False,
) -> None:
    """Go to the next step."""
    from labctl.classroom import student as it

    raise typer.Exit(it.advance(session(context).screen, skip=skip))


def hint(context: typer.Context) -> None:
    """Read the next hint; it may cost points."""
    from labctl.classroom import student as it

    it.hint(session(context).screen)


def solve(context: typer.Context) -> None:
    """Show the solution of this step."""
    from labctl.classroom import student as it

    here = session(context)
    it.solve(here.screen, sure=here.yes)


def submit(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to [here].")
    ] = None,
) -> None:
    """Write what was recorded to a file that can be graded."""
    from labctl.classroom import student as it

    raise typer.Exit(it.submit(file, session(context).screen))


def present(
    context: typer.Context,
    name: Id,
    variant: Variant = "",
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="Submissions with predictions.", metavar="FOLDER"),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Begin anew.")] = False,
) -> None:
    """Present an exercise to a class: predictions counted, then the answer."""
    from labctl.classroom.present import present as it

    it(name, variant, folder, session(context).screen, again=again)


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="my-first", metavar="NAME")],
) -> None:
    """Write a small exercise, to be changed into your own."""
    from labctl.classroom.template import new as it

    it(name, session(context).screen)


def lint(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID|FILE]…",
            help="[all]",
            autocompletion=completion.exercises,
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(help="How many.", min=1, max=1000)] = 3,
) -> None:
    """Prove that exercises can be solved and are marked as they say."""
    from labctl.classroom.lint import lint_all

    here = session(context)
    if not lint_all(names or [], seeds, here.screen):
        raise typer.Exit(ASKED_FALSE)


def grade(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="Submissions: *.sub.gz.")
    ],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help=", ".join(FORMATS) + ".",
            autocompletion=completion.fixed(*FORMATS),
        ),
    ] = "text",
    file: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to [the screen].")
    ] = None,
    only: Annotated[
        str, typer.Option(help="Exit 0 if this one passed.", metavar="STEP/CHECK")
    ] = "",
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Do it again in the simulator; both count.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Of the rerun [a fresh one].", min=0)
    ] = None,
) -> None:
    """Grade submissions by what was recorded; nothing in them is run."""
    from labctl.classroom import teacher as it

    here = session(context)
    fresh = None
    if rerun or seed is not None:
        fresh = secrets.randbelow(1 << 31) if seed is None else seed
    if only:
        raise typer.Exit(it.only(path, only, fresh, here.screen))
    raise typer.Exit(it.grade_all(path, it.Wanted(form, file, fresh), here.screen))


def play(
    context: typer.Context,
    answer: Annotated[str, typer.Option(help="Your prediction.", metavar="NODE")] = "",
    base_port: Annotated[
        int | None,
        typer.Option(help="Client ports from here on.", min=1024, max=65000),
    ] = None,
) -> None:
    """Play for five minutes; nothing is left behind."""
    from labctl.classroom.play import play as it

    it(answer, base_port, session(context).screen)
