"""Verbs for what is inside one node: crash, wipe, disk, clock."""

from typing import TYPE_CHECKING, Annotated

import typer

from labctl import change
from labctl.commands.arguments import Targets, named
from labctl.errors import USAGE, LabError
from labctl.faults import body
from labctl.lab import changing
from labctl.runtime.base import DOWN
from labctl.selectors import select
from labctl.session import session
from labctl.span import span_ms
from labctl.view import candidates
from labctl.words.phrase import Phrase

if TYPE_CHECKING:
    from labctl.lab import Lab

WATCHED_S = 1.0  # an order is told within that

For = Annotated[
    str | None,
    typer.Option("--for", help="Ended by the node itself.", metavar="8s|2m"),
]
OutOfModel = Annotated[
    bool, typer.Option("--out-of-model", help="Beyond what Zab promises to survive.")
]


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
        str, typer.Option(help="What to delete.", metavar="log|snapshots|epochs|all")
    ] = "all",
    out_of_model: OutOfModel = False,
) -> None:
    """Empty nodes' disks; those that run are killed first."""
    wanted, kind = named(targets), body.wipe_kind(what)
    here = session(context)
    with changing(here.lab, "wipe", here.screen) as lab:
        views = lab.look()
        chosen = select(wanted, candidates(views))
        lab.given("wipe", wanted, chosen)
        beyond = body.check_majority_remembers(views, chosen, out_of_model=out_of_model)
        running = [s for s in chosen if lab.runtime.run(s).condition != DOWN]
        if running:
            lab.screen.say(Phrase("wipe.kills", {"nodes": tuple(running)}))
            change.kill(lab, [str(sid) for sid in running])
        if beyond is not None:
            lab.screen.say(beyond)
        body.wipe(lab, chosen, kind)
        facts = {"nodes": ",".join(map(str, chosen)), "lab": lab.suffix}
        lab.screen.say(Phrase("wipe.next", facts))


def disk(  # noqa: PLR0913, PLR0917  (one flag per ill)
    context: typer.Context,
    targets: Targets = None,
    fsync_delay: Annotated[
        str | None, typer.Option(help="Each fsync takes longer.", metavar="800ms")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="No space left.")] = False,
    torn_tail: Annotated[
        bool, typer.Option("--torn-tail", help="The next crash leaves half a record.")
    ] = False,
    for_: For = None,
) -> None:
    """Make nodes' disks slow or full, or tear when the power goes."""
    asked = [fsync_delay is not None, full, torn_tail]
    wanted = named(targets)
    if sum(asked) != 1:
        raise LabError(Phrase("disk.one"), None, USAGE)
    action = ("fsync-delay", "full", "torn-tail")[asked.index(True)]
    ill = body.Ill("disk", action, span_ms(fsync_delay), span_ms(for_))
    here = session(context)
    with changing(here.lab, "disk", here.screen) as lab:
        _fall_ill(lab, wanted, ill)


def clock(
    context: typer.Context,
    targets: Targets = None,
    for_: For = None,
) -> None:
    """Set nodes' wall clocks wrong: +30s, -5m; Zab does not care."""
    words = list(targets or ())
    offsets = [word for word in words if word[:1] in "+-"]
    wanted = named([word for word in words if word not in offsets])
    if len(offsets) != 1:
        raise LabError(Phrase("clock.none"), None, USAGE)
    ill = body.Ill("clock", "clock", span_ms(offsets[0], signed=True), span_ms(for_))
    here = session(context)
    with changing(here.lab, "clock", here.screen) as lab:
        _fall_ill(lab, wanted, ill)


def _fall_ill(lab: "Lab", targets: list[str], ill: body.Ill) -> None:
    """Order it, tell what the nodes say of it, and what will be seen."""
    views = lab.look()
    chosen = select(targets, candidates(views))
    lab.given(ill.kind, [*targets, ill.detail], chosen)
    with lab.watching() as watch:
        name = body.set_ill(lab, chosen, ill)
        for view in views:
            if view.node.sid in chosen and view.answer is None:
                lab.screen.say(Phrase("ill.later", {"sid": view.node.sid}))
        watch.until(lambda _world: True, WATCHED_S, stable_s=WATCHED_S / 3)
    facts = {"fault": name, "lab": lab.suffix, "s": f"{ill.for_ms / 1000:g}"}
    facts["nodes"] = ",".join(map(str, chosen))
    lab.screen.say(Phrase(f"ill.expect.{ill.action}", facts))
    lab.screen.say(Phrase("ill.name.for" if ill.for_ms else "ill.name", facts))
