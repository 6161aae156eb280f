"""Show why: the votes as a table, the count, the rule, the chain of events."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from labctl.lab.selectors import Candidate, select
from labctl.screen.line import STORY
from labctl.screen.screen import Screen
from labctl.story.recording.timeline import Timeline
from labctl.story.why import Cast, ChainStep, Reason, of_event, of_lab, of_node
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase, text
from node.zxid import show


def reasons(timeline: Timeline, targets: Sequence[str], event: int) -> list[Reason]:
    """Return the answers to what was asked: an event, some nodes, or the lab."""
    if event:
        return [of_event(timeline, event)]
    if not targets:
        return [of_lab(timeline)]
    chosen = select(targets, people(timeline.at(timeline.end)))
    return [of_node(timeline, sid) for sid in chosen]


def people(world: LabWorld) -> list[Candidate]:
    """Return what a selector can ask of a recorded world."""
    return [
        Candidate(peer.sid, peer.voter, peer.up, peer.state)
        for _, peer in sorted(world.peers.items())
    ]


def show_reason(reason: Reason, screen: Screen) -> None:
    """Print one answer for a person."""
    screen.say(reason.state)
    if reason.votes:
        screen.say(Phrase("why.votes"))
        screen.show(_table(reason.votes, screen))
    if reason.tally is not None:
        screen.say(Phrase("why.count", {"count": reason.tally}))
    for number, rule in enumerate(reason.rules):
        screen.say(Phrase("why.rule" if number == 0 else "why.rule-more", {"it": rule}))
    steps = _worth_showing(reason.chain, screen)
    if steps:
        screen.say(Phrase("why.chain"))
        screen.origin_ms = steps[0].record.at_ms
    for step in steps:
        screen.narrate(step.line, tag=f"e{step.number}", src=step.record.src)
    if reason.repair is not None:
        screen.say(reason.repair)


def _worth_showing(chain: Sequence[ChainStep], screen: Screen) -> list[ChainStep]:
    """The root, the last, and between them what the level asks for."""
    if not chain:
        return []
    shown = [step for step in chain[1:-1] if _showable(step, screen)]
    ends = [chain[0]] if len(chain) == 1 else [chain[0], chain[-1]]
    return [ends[0], *shown, *ends[1:]]


def _showable(step: ChainStep, screen: Screen) -> bool:
    return screen.level != STORY or step.line.level == STORY


def _table(votes: Sequence[Cast], screen: Screen) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), collapse_padding=False)
    for column in ("voter", "votes-for", "epoch", "zxid", "round", "heard"):
        table.add_column(screen.text(Phrase(f"column.{column}")), no_wrap=True)
    for cast in votes:
        heard = Phrase("why.heard" if cast.heard else "why.unheard")
        table.add_row(
            f"   n{cast.voter}",
            f"n{cast.vote.leader}" if cast.vote.leader else "-",
            str(cast.vote.epoch),
            show(cast.vote.zxid),
            str(cast.vote.round),
            screen.text(heard),
        )
    return table


def document(reason: Reason, lang: str) -> dict[str, Any]:
    """Return one answer for programs; keys are added, never changed."""

    def said(phrase: Phrase | None) -> str | None:
        return text(phrase, lang) if phrase else None

    return {
        "node": reason.sid or None,
        "event": reason.number or None,
        "state": said(reason.state),
        "votes": [
            {
                "voter": cast.voter,
                "leader": cast.vote.leader or None,
                "epoch": cast.vote.epoch,
                "zxid": show(cast.vote.zxid),
                "round": cast.vote.round,
                "heard": cast.heard,
            }
            for cast in reason.votes
        ],
        "count": said(reason.tally),
        "rules": [said(rule) for rule in reason.rules],
        "chain": [_step(step, lang) for step in reason.chain],
        "repair": said(reason.repair),
    }


def _step(step: ChainStep, lang: str) -> dict[str, Any]:
    return {
        "event": step.number,
        "id": step.record.id,
        "kind": type(step.record.event).__name__,
        "node": step.record.node,
        "at_ms": step.record.at_ms,
        "src": step.record.src,
        "what": text(step.line.what, lang),
        "why": text(step.line.why, lang) if step.line.why else None,
    }
