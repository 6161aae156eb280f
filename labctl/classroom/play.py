"""`labctl play`: three servers, one prediction, the leader killed, all cleaned up."""

import secrets
import sys

from labctl.errors import ENVIRONMENT, LabError
from labctl.lab.home import lab_folder
from labctl.lab.lab import changing, open_lab
from labctl.lab.ports import taken
from labctl.lab.status import verdict
from labctl.lab.topology import LabSpec, plan
from labctl.lifecycle import change
from labctl.lifecycle.down import down
from labctl.lifecycle.up import up
from labctl.screen.line import BRIEF, STORY
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase

# What a first game can do without: where clients connect, what other verbs to try.
_UNSAID = ("connect", "next.break", "next.start", "noticed", "plan", "target.is")
_BLOCKS = range(21_000, 31_000, 400)  # below the ports that systems hand out


def play(said: str, base_port: int | None, screen: Screen) -> None:
    """Play: what was begun is ended, whatever happens."""
    lab = f"play-{secrets.token_hex(3)}"
    if screen.level == STORY:
        screen.level = BRIEF
    screen.unsaid = frozenset(_UNSAID)
    screen.say(Phrase("play.intro"))
    spec = LabSpec(3, 0, "process", base_port or _free_block(), None)
    up(lab, spec, screen, together=False, sure=True)
    try:
        leader = verdict(open_lab(lab, screen).look()).leader
        guess = _guess(said, leader, screen)
        with changing(lab, "kill", screen) as it:
            change.kill(it, [str(leader)])
        after = verdict(open_lab(lab, screen).look()).leader
        _answer(guess, after, screen)
    finally:
        down(lab, screen, sure=True)
    screen.say(Phrase("play.next"))


def _guess(said: str, leader: int, screen: Screen) -> str:
    others = "/".join(str(sid) for sid in (1, 2, 3) if sid != leader)
    screen.say(Phrase("play.ask", {"leader": leader, "others": others}))
    if not said and screen.person:
        said = sys.stdin.readline()
    guess = said.strip().lower().removeprefix("n")
    if guess not in ("1", "2", "3"):
        screen.say(Phrase("play.unsaid"))
        return ""
    return guess


def _answer(guess: str, leader: int, screen: Screen) -> None:
    key = "play.right" if guess == str(leader) else "play.wrong"
    facts = {"said": guess, "leader": leader}
    screen.say(Phrase(key if guess else "play.was", facts))
    screen.say(Phrase("play.why"))


def _free_block() -> int:
    """Return the first block of ports that nobody uses."""
    for base in _BLOCKS:
        topology = plan(
            LabSpec(3, 0, "process", base), "play", "process", lab_folder("play")
        )
        if not any(taken(port) for port in topology.ports):
            return base
    raise LabError(Phrase("play.no-ports"), Phrase("port.taken.hint"), ENVIRONMENT)
