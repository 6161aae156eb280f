"""The order of the verbs: ten for every day, the rest in panels, each by example."""

import sys
from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from labctl.cli.session import chosen_language, early
from labctl.words.phrase import Phrase, text

PANELS: Mapping[str, Mapping[str, str]] = {
    "everyday": {
        "up": "labctl up --nodes 3",
        "status": "labctl status",
        "why": "labctl why leader",
        "kill": "labctl kill leader",
        "start": "labctl start down",
        "partition": "labctl partition leader / rest",
        "heal": "labctl heal --all",
        "do": "labctl do 'create /a 1'",
        "export": "labctl export --format html -o story.html",
        "down": "labctl down",
    },
    "life": {
        "stop": "labctl stop 3",
        "restart": "labctl restart followers",
        "wait": "labctl wait quorum --timeout 30",
        "ls": "labctl ls -a",
        "prune": "labctl prune --dry-run",
    },
    "break": {
        "pause": "labctl pause leader --for 8s",
        "resume": "labctl resume all",
        "crash": "labctl crash 2",
        "wipe": "labctl wipe 2",
        "cut": "labctl cut '3->1'",
        "hold": "labctl hold 'leader->2' --from COMMIT",
        "delay": "labctl delay 'leader->*' 300ms",
        "disk": "labctl disk 2 --fsync-delay 800ms",
        "clock": "labctl clock 2 +30s",
        "chaos": "labctl chaos --seed 7 --for 30s",
        "net": "labctl net",
        "fault": "labctl fault ls",
    },
    "see": {
        "watch": "labctl watch --columns",
        "votes": "labctl votes",
        "log": "labctl log",
        "logs": "labctl logs -f leader",
        "read": "labctl read zookeeper.log",
        "explain": "labctl explain TRUNC",
        "config": "labctl config 2",
    },
    "time": {
        "step": "labctl step",
        "deliver": "labctl deliver 'n1>n2#17'",
        "go": "labctl go",
        "runs": "labctl runs",
        "replay": "labctl replay latest --speed 0.2",
        "diff": "labctl diff RUN RUN",
    },
    "data": {
        "sh": "labctl sh --node 2",
        "call": "labctl call 'get /a'",
        "tree": "labctl tree --diff 1 3",
        "sessions": "labctl sessions",
        "watches": "labctl watches",
        "load": "labctl load --clients 4 --for 10s",
        "check": "labctl check history",
        "recipe": "labctl recipe lock --bad",
    },
    "learn": {
        "play": "labctl play",
        "ex": "labctl ex start first-quorum",
        "grade": "labctl grade submissions/ --format csv",
    },
    "admin": {
        "doctor": "labctl doctor zoo1.cfg zoo2.cfg zoo3.cfg",
        "sim": "labctl sim --nodes 5 --seed 7",
        "version": "labctl version",
    },
}
_VERB_CELLS = 11
_EXAMPLE_FROM = 124  # columns of the terminal that has room for examples


class Root(TyperGroup):
    """The whole command line; its help is a page, not a list."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the verbs by panel, the everyday ones first."""
        lang = chosen_language(early(sys.argv[1:]))
        console = Console(highlight=False, markup=False, emoji=False)
        for line in page(lang, console.width):
            console.print(line, soft_wrap=True)


def arrange(group: TyperGroup) -> TyperGroup:
    """Put the verbs in order, and their sentences and examples into their help."""
    lang = chosen_language(early(sys.argv[1:]))
    order = [verb for panel in PANELS.values() for verb in panel]
    known = {verb: group.commands[verb] for verb in order if verb in group.commands}
    group.commands = {**known, **group.commands}
    for panel in PANELS.values():
        for verb, example in panel.items():
            command = group.commands.get(verb)
            if isinstance(command, TyperCommand | TyperGroup):
                sentence = text(Phrase(f"help.{verb}"), lang)
                lead = text(Phrase("help.example"), lang)
                command.help = command.short_help = sentence
                command.epilog = escape(f"{lead} {example}")
            if isinstance(command, TyperGroup):
                for name, below in command.commands.items():
                    sentence = text(Phrase(f"help.{verb}.{name}"), lang)
                    below.help = below.short_help = sentence
    groups = [c for c in group.commands.values() if isinstance(c, TyperGroup)]
    below_them = [c for one in groups for c in one.commands.values()]
    for command in (*group.commands.values(), *below_them):
        for param in command.params:
            if getattr(param, "help", None):  # else [.csv] is taken for markup
                vars(param)["help"] = escape(vars(param)["help"])
    return group


def page(lang: str, width: int) -> list[Text]:
    """Return the lines of `labctl --help` for a terminal of this width."""

    def said(key: str) -> str:
        return text(Phrase(f"help.{key}"), lang)

    lines = [Text(f" {said('title')}"), Text(), Text(f" {said('usage')}")]
    for panel, members in PANELS.items():
        lines += [Text(), Text(f" {said(f'panel.{panel}')}", style="bold")]
        lines += [
            _entry(verb, said(verb), example, width)
            for verb, example in members.items()
        ]
    tail = [Text(f" {said(key)}") for key in ("nodes", "options", "more")]
    return [*lines, Text(), *tail]


def _entry(verb: str, sentence: str, example: str, width: int) -> Text:
    line = Text("   ").append(verb.ljust(_VERB_CELLS), style="cyan").append(sentence)
    if width >= _EXAMPLE_FROM:
        line.append(" " * max(2, 72 - cell_len(sentence)))
        line.append(example, style="dim")
    return line
