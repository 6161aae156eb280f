"""Verbs that break nodes and links, and repair them."""

from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.commands.arguments import (
    For,
    OutOfModel,
    Output,
    Targets,
    named,
    program_reads,
)
from labctl.cli.session import session
from labctl.faults import chaos as chaotic
from labctl.faults import link_faults, stepping
from labctl.faults.matrix import fault_report, net_report
from labctl.lab.durations import span_ms
from labctl.lab.lab import changing, open_lab
from labctl.lab.selectors import select
from labctl.lab.status import candidates
from labctl.lifecycle import change

_HELD = ("PROPOSAL", "ACK", "COMMIT", "NEWLEADER", "UPTODATE", "INFORM", "PING", "fle")
Link = Annotated[
    str,
    typer.Argument(
        help="3->1 (quote it) · 3-1 · leader->* · *->3",
        metavar="LINK",
        autocompletion=completion.links,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    for verb in (kill, pause, resume, partition, cut, hold, delay, heal, chaos, net):
        app.command()(verb)
    app.command()(fault)


def kill(context: typer.Context, targets: Targets = None) -> None:
    """Kill nodes without warning, as a power cut would (SIGKILL)."""
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "kill", here.screen) as lab:
        change.kill(lab, wanted)


def pause(context: typer.Context, targets: Targets = None, lasts: For = "") -> None:
    """Pause nodes: silent, but not gone (SIGSTOP)."""
    wanted, for_ms = named(targets), span_ms(lasts)
    here = session(context)
    with changing(here.lab, "pause", here.screen) as lab:
        change.pause(lab, wanted, for_ms)


def resume(context: typer.Context, targets: Targets = None) -> None:
    """Resume paused nodes (SIGCONT)."""
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "resume", here.screen) as lab:
        change.resume(lab, wanted)


def partition(
    context: typer.Context,
    groups: Annotated[
        list[str],
        typer.Argument(
            help="1,2 / 3 · leader / rest · 1,2,3 / 3,4,5",
            metavar="GROUPS",
            autocompletion=completion.groups,
        ),
    ],
    lasts: For = "",
) -> None:
    """Cut the network into groups; clients still reach every node."""
    for_ms = span_ms(lasts)
    here = session(context)
    with changing(here.lab, "partition", here.screen) as lab:
        link_faults.partition(lab, groups, for_ms)


def cut(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    link: Link,
    lasts: For = "",
    lose: Annotated[
        str, typer.Option(help="Lose messages of this type.", metavar="TYPE")
    ] = "",
    count: Annotated[int, typer.Option(help="How many.", min=1, max=256)] = 1,
    out_of_model: OutOfModel = False,
) -> None:
    """Pull a cable; clients still reach every node."""
    for_ms = span_ms(lasts)
    here = session(context)
    if lose and not out_of_model:
        raise link_faults.needs_leave("fifo")
    with changing(here.lab, "cut", here.screen) as lab:
        if lose:
            link_faults.lose(lab, link, lose, count, for_ms=for_ms)
        else:
            link_faults.cut(lab, link, for_ms)


def hold(
    context: typer.Context,
    link: Link,
    first: Annotated[
        str,
        typer.Option(
            "--from",
            help="COMMIT, PROPOSAL, fle, …",
            metavar="TYPE",
            autocompletion=completion.fixed(*_HELD),
        ),
    ] = "",
    lasts: For = "",
) -> None:
    """Keep a link's messages back, in their order."""
    for_ms = span_ms(lasts)
    here = session(context)
    with changing(here.lab, "hold", here.screen) as lab:
        link_faults.hold(lab, link, first, for_ms)


def delay(
    context: typer.Context,
    link: Link,
    late: Annotated[str, typer.Argument(help="300ms · 300ms±50ms", metavar="TIME")],
    lasts: For = "",
) -> None:
    """Let a link's messages take longer, in their order."""
    for_ms = span_ms(lasts)
    here = session(context)
    with changing(here.lab, "delay", here.screen) as lab:
        link_faults.delay(lab, link, late, for_ms)


def heal(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            help="f3 · 3->1 · all",
            metavar="[ID|LINK]",
            autocompletion=completion.faults,
        ),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="All faults.")] = False,
) -> None:
    """Take faults back: one, those on a link, or all."""
    here = session(context)
    with changing(here.lab, "heal", here.screen) as lab:
        if everything and stepping.stepping(lab):
            stepping.go(lab)
        link_faults.heal_faults(
            lab, "all" if everything or (here.yes and not what) else what
        )


def net(context: typer.Context, output: Output = "text") -> None:
    """Show who hears whom, and which faults stand."""
    here = session(context)
    here.screen.quiet = program_reads(output)
    net_report(open_lab(here.lab, here.screen))


def fault(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="ls", metavar="ls")] = "ls",
    output: Output = "text",
) -> None:
    """List the faults that stand."""
    if what != "ls":
        raise typer.BadParameter("fault ls; to end one: heal f3")
    here = session(context)
    here.screen.quiet = program_reads(output)
    fault_report(open_lab(here.lab, here.screen))


def chaos(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    seed: Annotated[
        int | None, typer.Option(help="Same seed, same lab: same plan.", min=0)
    ] = None,
    faults: Annotated[
        str,
        typer.Option(
            help="Which kinds.",
            metavar="KIND,KIND",
            autocompletion=completion.fault_kinds,
        ),
    ] = ",".join(chaotic.USUAL),
    every: Annotated[str, typer.Option(help="One fault in.", metavar="TIME")] = "8s",
    lasts: For = "60s",
    spare: Annotated[
        str,
        typer.Option(
            help="Protect these nodes.",
            metavar="NODES",
            autocompletion=completion.nodes,
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show the plan.")
    ] = False,
    output: Output = "text",
) -> None:
    """Break things by a plan that its seed repeats; heal all at the end."""
    here = session(context)
    here.screen.quiet = program_reads(output)
    kinds, every_ms, for_ms = (
        chaotic.kinds(faults),
        span_ms(every),
        span_ms(lasts),
    )
    number = chaotic.some_seed() if seed is None else seed
    with changing(here.lab, "chaos", here.screen) as lab:
        safe = select([spare], candidates(lab.look())) if spare else ()
        spec = chaotic.ChaosSpec(number, kinds, every_ms, for_ms, safe)
        steps = chaotic.plan(spec, lab.topology.sids)
        if here.screen.quiet:
            here.screen.document(chaotic.document(spec, steps))
        chaotic.say_plan(lab, spec, steps)
        if not dry_run:
            chaotic.run(lab, steps, for_ms)
