"""Verbs for what is inside one node: crash, wipe, disk, clock."""

from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.commands.arguments import For, OutOfModel, Targets, named
from labctl.cli.session import session
from labctl.errors import USAGE, LabError
from labctl.faults import node_faults
from labctl.lab.durations import span_ms
from labctl.lab.lab import Lab, changing
from labctl.lab.runtime.base import DOWN
from labctl.lab.selectors import select
from labctl.lab.status import candidates
from labctl.lifecycle import change
from labctl.words.phrase import Phrase

WATCHED_S = 1.0  # a fault command has arrived within that


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(crash)
    app.command()(wipe)
    app.command()(disk)
    app.command(context_settings={"ignore_unknown_options": True})(clock)


def crash(
    context: typer.Context,
    targets: Targets = None,
    lose_unsynced: Annotated[
        bool,
        typer.Option("--lose-unsynced", help="What makes it a crash: always so."),
    ] = True,
    torn_tail: Annotated[
        bool, typer.Option("--torn-tail", help="Half a record stays at the log's end.")
    ] = False,
) -> None:
    """Cut nodes' power: what no fsync covers is lost (kill keeps the cache)."""
    assert lose_unsynced
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "crash", here.screen) as lab:
        change.crash(lab, wanted, torn=torn_tail)


def wipe(
    context: typer.Context,
    targets: Targets = None,
    what: Annotated[
        str,
        typer.Option(
            help="What to delete.",
            metavar="log|snapshots|epochs|all",
            autocompletion=completion.fixed("log", "snapshots", "epochs", "all"),
        ),
    ] = "all",
    out_of_model: OutOfModel = False,
) -> None:
    """Empty nodes' disks; those that run are killed first."""
    wanted, kind = named(targets), node_faults.wipe_kind(what)
    here = session(context)
    with changing(here.lab, "wipe", here.screen) as lab:
        views = lab.look()
        chosen = select(wanted, candidates(views))
        lab.given("wipe", wanted, chosen)
        beyond = node_faults.check_majority_remembers(
            views, chosen, out_of_model=out_of_model
        )
        running = [s for s in chosen if lab.runtime.run(s).condition != DOWN]
        if running:
            lab.screen.say(Phrase("wipe.kills", {"nodes": tuple(running)}))
            change.kill(lab, [str(sid) for sid in running])
        if beyond is not None:
            lab.screen.say(beyond)
        node_faults.wipe(lab, chosen, kind)
        facts = {"nodes": ",".join(map(str, chosen)), "lab": lab.suffix}
        lab.screen.say(Phrase("wipe.next", facts))


def disk(  # noqa: PLR0913, PLR0917  (one flag per fault)
    context: typer.Context,
    targets: Targets = None,
    fsync_delay: Annotated[
        str | None, typer.Option(help="Each fsync takes longer.", metavar="800ms")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="No space left.")] = False,
    torn_tail: Annotated[
        bool, typer.Option("--torn-tail", help="The next crash leaves half a record.")
    ] = False,
    lasts: For = "",
) -> None:
    """Make nodes' disks slow or full, or tear when the power goes."""
    asked = [fsync_delay is not None, full, torn_tail]
    wanted = named(targets)
    if sum(asked) != 1:
        raise LabError(Phrase("disk.one"), None, USAGE)
    action = ("fsync-delay", "full", "torn-tail")[asked.index(True)]
    fault = node_faults.NodeFaultSpec(
        "disk", action, span_ms(fsync_delay), span_ms(lasts)
    )
    here = session(context)
    with changing(here.lab, "disk", here.screen) as lab:
        _inject(lab, wanted, fault)


def clock(
    context: typer.Context,
    targets: Targets = None,
    lasts: For = "",
) -> None:
    """Set nodes' wall clocks wrong: +30s, -5m; Zab does not care."""
    words = list(targets or ())
    offsets = [word for word in words if word[:1] in "+-"]
    wanted = named([word for word in words if word not in offsets])
    if len(offsets) != 1:
        raise LabError(Phrase("clock.none"), None, USAGE)
    fault = node_faults.NodeFaultSpec(
        "clock", "clock", span_ms(offsets[0], signed=True), span_ms(lasts)
    )
    here = session(context)
    with changing(here.lab, "clock", here.screen) as lab:
        _inject(lab, wanted, fault)


def _inject(lab: Lab, targets: list[str], fault: node_faults.NodeFaultSpec) -> None:
    """Inject the fault, narrate what the nodes say of it, say what to expect."""
    views = lab.look()
    chosen = select(targets, candidates(views))
    lab.given(fault.kind, [*targets, fault.detail], chosen)
    with lab.watching() as watch:
        name = node_faults.set_node_fault(lab, chosen, fault)
        for view in views:
            if view.node.sid in chosen and view.answer is None:
                lab.screen.say(Phrase("fault.later", {"sid": view.node.sid}))
        watch.until(lambda _world: True, WATCHED_S, stable_s=WATCHED_S / 3)
    facts = {"fault": name, "lab": lab.suffix, "s": f"{fault.for_ms / 1000:g}"}
    facts["nodes"] = ",".join(map(str, chosen))
    lab.screen.say(Phrase(f"fault.expect.{fault.action}", facts))
    lab.screen.say(Phrase("fault.name.for" if fault.for_ms else "fault.name", facts))
