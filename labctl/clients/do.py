"""`labctl do` and `labctl call`: one client, one line or a few, answers explained."""

import asyncio
import select
from collections.abc import Sequence
from typing import Any, NamedTuple

from labctl.clients.endpoints import (
    LIMIT_S,
    answered,
    chosen,
    note,
    reachable,
    visiting,
)
from labctl.clients.execute import CommandAnswer, place, sentence
from labctl.clients.grammar import Command, understand
from labctl.clients.node_reads import read
from labctl.clients.unawaited_write import WriteSpec, leave_behind
from labctl.errors import ASKED_FALSE, DONE, PARTLY, TIMED_OUT, USAGE, LabError
from labctl.lab.lab import Lab
from labctl.lab.status import verdict
from labctl.words.phrase import Phrase
from node.zxid import show


class Asked(NamedTuple):
    """How `do` is to be done."""

    lines: Sequence[str]
    node: str | None
    timeout_ms: int


def do(lab: Lab, asked: Asked) -> int:
    """Carry out each line in one session; exit 1 if a server refused one."""
    commands = [understand(line) for line in asked.lines]
    sids = reachable(lab, asked.node)
    for line, command in zip(asked.lines, commands, strict=True):
        if command.flags or command.version >= 0:  # its answer does not say so
            lab.given("do", [line], sids if asked.node else ())
    answers = asyncio.run(_all(lab, commands, sids, asked.timeout_ms))
    if lab.screen.quiet:
        lab.screen.document({"v": 1, "answers": [document(a) for a in answers]})
    return DONE if all(answer.ok for answer in answers) else ASKED_FALSE


async def _all(
    lab: Lab, commands: Sequence[Command], sids: Sequence[int], timeout_ms: int
) -> list[CommandAnswer]:
    answers = []
    async with visiting(lab, sids, timeout_ms) as client:
        for command in commands:
            answer = await answered(lab, client, command, "do")
            note(lab, answer, "do")
            lab.screen.say(sentence(answer))
            lab.screen.say(place(answer))
            answers.append(answer)
    _teach(lab, answers)
    return answers


def _teach(lab: Lab, answers: Sequence[CommandAnswer]) -> None:
    """Say what a follower does with a write, once."""
    written = [answer for answer in answers if answer.command.writes and answer.ok]
    if not written or lab.screen.quiet:
        return
    leader, node = verdict(lab.look()).leader, written[-1].node
    if leader and node:
        key = "data.way.leader" if leader == node else "data.way.follower"
        lab.screen.say(Phrase(key, {"node": node, "leader": leader}))


def do_async(lab: Lab, asked: Asked, after_s: float, hold_s: float) -> None:
    """Send one write and do not wait: whether it happens is open."""
    if len(asked.lines) != 1:
        raise LabError(Phrase("data.async.one"), None, USAGE)
    (line,) = asked.lines
    understand(line)
    node = chosen(lab, asked.node or "leader")[0]
    waits = ("--after", f"{after_s:g}s") if after_s else ()
    keeps: tuple[str, ...] = ("--session-timeout", f"{asked.timeout_ms / 1000:g}s")
    if hold_s * 1000 != asked.timeout_ms:
        keeps = (*keeps, "--hold", f"{hold_s:g}s")
    lab.given("do", ["--async", *waits, *keeps, line], [node])
    helper = leave_behind(
        WriteSpec(lab.topology.lab, line, node, asked.timeout_ms, after_s, hold_s)
    )
    session = _next_word(helper, "session", node)
    facts = {"line": line, "node": node, "session": session, "pid": helper.pid}
    facts |= {"after": f"{after_s:g}", "hold": f"{hold_s:g}"}
    if after_s:
        lab.screen.say(Phrase("data.async.soon", facts))
    else:
        _next_word(helper, "sent", node)
        lab.screen.say(Phrase("data.async.sent", facts))
    lab.screen.say(Phrase("data.async.held", facts))


def _next_word(helper: Any, word: str, node: int) -> str:
    ready, _, _ = select.select([helper.stdout], [], [], LIMIT_S)
    line: bytes = helper.stdout.readline() if ready else b""
    said = line.decode().split()
    if not said or said[0] != word:
        helper.kill()
        facts = {"nodes": (node,), "limit": f"{LIMIT_S:g}"}
        raise LabError(
            Phrase("data.async.none", facts), Phrase("data.async.none.hint"), TIMED_OUT
        )
    return said[-1]


def call(lab: Lab, line: str) -> int:
    """Ask every node itself, and say where and why they differ."""
    command = understand(line)
    if command.writes:
        raise LabError(Phrase("data.call.reads"), Phrase("data.call.reads.hint"), USAGE)
    found = _everywhere(lab, command)
    if lab.screen.quiet:
        lab.screen.document(
            {
                "v": 1,
                "nodes": {
                    str(sid): document(answer) if answer else None
                    for sid, answer in found.items()
                },
                "same": len(_shown_set(found)) <= 1,
            }
        )
    else:
        _show_table(lab, found)
    return DONE if all(found.values()) else PARTLY


def _everywhere(lab: Lab, command: Command) -> dict[int, CommandAnswer | None]:
    found: dict[int, CommandAnswer | None] = {}
    for view in lab.look():
        serving = view.answer is not None and view.answer.serving
        found[view.node.sid] = read(lab, view.node.sid, command) if serving else None
    for answer in found.values():
        if answer is not None:
            note(lab, answer, "call")
    return found


def _show_table(lab: Lab, found: dict[int, CommandAnswer | None]) -> None:
    from rich.table import Table

    screen = lab.screen
    views = {view.node.sid: view for view in lab.look()}
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for column in ("node", "state", "zxid", "answer"):
        table.add_column(screen.text(Phrase(f"column.{column}")))
    newest = max((a.call.zxid for a in found.values() if a), default=0)
    usual = _usual(found)
    for sid, answer in found.items():
        shown = screen.text(sentence(answer) if answer else Phrase("data.call.none"))
        odd = answer is not None and _key(answer) != usual
        mark = screen.fit(" ≠" if odd else "")
        zxid = show(answer.call.zxid) if answer else "-"
        table.add_row(f"n{sid}", screen.fit(views[sid].state), zxid, shown + mark)
    screen.show(table)
    if len(_shown_set(found)) <= 1:
        screen.say(Phrase("data.call.same"))
        return
    behind = tuple(s for s, a in found.items() if a and a.call.zxid < newest)
    screen.say(Phrase("data.call.differ", {"nodes": behind, "zxid": show(newest)}))


def _key(answer: CommandAnswer) -> tuple[object, ...]:
    call = answer.call
    return call.err, call.value, call.names, call.stat


def _shown_set(found: dict[int, CommandAnswer | None]) -> set[tuple[object, ...]]:
    return {_key(answer) for answer in found.values() if answer}


def _usual(found: dict[int, CommandAnswer | None]) -> tuple[object, ...]:
    """What most nodes say; of a tie, what the node with the newest zxid says."""
    answers = sorted(
        (answer for answer in found.values() if answer),
        key=lambda answer: -answer.call.zxid,
    )
    keys = [_key(answer) for answer in answers]
    return max(keys, key=keys.count, default=())


def document(answer: CommandAnswer) -> dict[str, Any]:
    """Return the answer for programs."""
    call = answer.call
    stat = call.stat
    return {
        "node": answer.node,
        "op": answer.command.kind,
        "path": answer.command.path,
        "result": answer.result,
        "zxid": show(call.zxid),
        "value": call.value,
        "children": sorted(call.names) if answer.command.kind == "children" else None,
        "version": stat.version if stat else None,
        "ephemeral_owner": f"0x{stat.owner:x}" if stat and stat.owner else None,
        "took_ms": round(answer.took_ms, 1),
    }
