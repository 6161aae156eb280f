"""The status table, and the list of labs."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from labctl.faults.active import Fault
from labctl.lab.status import NodeView
from labctl.screen.glyphs import STYLES, shape
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase


def status_table(
    views: Sequence[NodeView], screen: Screen, faults: Sequence[Fault] = ()
) -> Table:
    """Return one row per node."""
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for column in (
        "node",
        "state",
        "phase",
        "epoch",
        "zxid",
        "client",
        "admin",
        "faults",
    ):
        table.add_column(screen.text(Phrase(f"column.{column}")), no_wrap=True)
    for view in views:
        facts = _facts(view)
        table.add_row(
            f"n{view.node.sid}",
            _state(view, screen),
            screen.text(_phase(view)),
            str(facts["epoch"] if facts["epoch"] is not None else "-"),
            str(facts["zxid"] or "-"),
            str(facts["client"]),
            str(facts["admin"] or "-"),
            " ".join(f.id for f in faults if view.node.sid in f.nodes) or "-",
        )
    return table


def _facts(view: NodeView) -> dict[str, object]:
    return {
        "epoch": view.answer.epoch if view.answer else None,
        "zxid": f"0x{view.answer.zxid:x}" if view.answer else None,
        "client": f":{view.node.client}",
        "admin": f":{view.node.admin}" if view.node.admin else None,
    }


def _state(view: NodeView, screen: Screen) -> Text:
    words = shape(view.state)
    if view.stranger:
        words += f" · {screen.text(Phrase('stranger'))}"
    text = Text(screen.fit(words))
    for pattern, style in STYLES.items():
        text.highlight_regex(pattern, style)
    return text


def _phase(view: NodeView) -> Phrase:
    if view.answer is None or not view.answer.phase:
        return Phrase("as-is", {"text": "-"})
    return Phrase(f"PhaseChanged.{view.answer.phase}")
