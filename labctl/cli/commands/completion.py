"""What TAB completes: labs, nodes and roles, faults, terms, exercises, recordings.

Each is read from a file or a table in a few milliseconds: nobody waits for a server.
The shell's protocol is typer's; `labctl --install-completion` sets it up.
"""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

ASKED = "_LABCTL_COMPLETE"  # the shell sets it when TAB is pressed
ROLES = ("leader", "follower", "followers", "observers", "voters", "up", "down", "all")


def finished_words() -> list[str]:
    """Return the words before the one that is being typed, as the shell says it."""
    import shlex

    if "COMP_WORDS" in os.environ:
        line, last = os.environ["COMP_WORDS"], int(os.environ.get("COMP_CWORD", "1"))
        return line.split()[1:last]
    line = os.environ.get("_TYPER_COMPLETE_ARGS", "")
    try:
        words = shlex.split(line)
    except ValueError:  # a quote is still open
        words = line.split()
    return words[1:] if line.endswith(" ") else words[1:-1]


def of(words: Iterable[str], incomplete: str) -> list[str]:
    """Return the words that begin so; after a comma, or a !, another one begins."""
    head = incomplete[: max(incomplete.rfind(","), incomplete.rfind("!")) + 1]
    said = incomplete[:-1].split(",")
    return [
        head + word
        for word in words
        if (head + word).startswith(incomplete) and not (head and word in said)
    ]


def fixed(*words: str) -> Any:
    """Return what completes an option that takes one of a few words."""

    def complete(incomplete: str) -> list[str]:
        return of(words, incomplete)

    return complete


def labs(incomplete: str) -> list[str]:
    """Complete the name of a lab that stands."""
    from labctl.lab.home import lab_names

    return of(lab_names(), incomplete)


def nodes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete an id or a role."""
    return of((*_sids(ctx), *ROLES), incomplete)


def node_numbers(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete one node's number, or `explain`."""
    return of((*_sids(ctx), "explain"), incomplete)


def groups(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a group of a partition."""
    return of((*_sids(ctx), *ROLES, "rest", "/"), incomplete)


def links(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a link both ways; `3->1` needs quotes, which no shell puts for us."""
    sids = _sids(ctx)
    return of((f"{a}-{b}" for a in sids for b in sids if a < b), incomplete)


def conditions(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete what `wait` can wait for."""
    states = ("LOOKING", "FOLLOWING", "LEADING", "OBSERVING", "DOWN")
    of_nodes = (f"n{sid}={state}" for sid in _sids(ctx) for state in states)
    plain = ("quorum", "leader", "synced", "no-leader", "no-quorum", "down", "sent")
    return of((*plain, "no-sessions", *of_nodes), incomplete)


def faults(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a fault that stands."""
    from labctl.lab.fault_ledger import Ledger

    standing = Ledger(_folder(ctx)).standing()
    return of((*(entry.id for entry in standing), "all"), incomplete)


def fault_kinds(incomplete: str) -> list[str]:
    """Complete the kinds of fault that `chaos` draws."""
    from labctl.faults.chaos import KINDS

    return of(KINDS, incomplete)


def simulated_faults(incomplete: str) -> list[str]:
    """Complete the kinds of fault that the simulator draws."""
    from simulator.faults import KINDS

    return of((*KINDS, "none"), incomplete)


def planted_bugs(incomplete: str) -> list[tuple[str, str]]:
    """Complete the name of a bug that can be planted."""
    from simulator.bugs.plant import BUGS

    return [(name, BUGS[name].sentence) for name in of(BUGS, incomplete)]


def terms(incomplete: str) -> list[str]:
    """Complete a term of the glossary."""
    from labctl.story.terms import TERMS

    return of(TERMS, incomplete)


def exercises(incomplete: str) -> list[str]:
    """Complete the id of an exercise."""
    from labctl.classroom.folders import ids

    return of(ids(), incomplete)


def runs(incomplete: str) -> list[str]:
    """Complete a recording."""
    from labctl.lab.home import home, lab_names

    kept = [path.name.split(".")[0] for path in sorted(home().glob("runs/*.jsonl*"))]
    return of(("latest", *lab_names(), *reversed(kept)), incomplete)


def _sids(ctx: typer.Context) -> Sequence[str]:
    """The ids of the lab that is meant; those of three nodes if there is none yet."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        text = (_folder(ctx) / "lab.json").read_text(encoding="utf-8")
        return [str(node["sid"]) for node in json.loads(text)["nodes"]]
    return ("1", "2", "3")


def _folder(ctx: typer.Context) -> Path:
    from labctl.lab.home import lab_folder

    return lab_folder(_lab(ctx))


def _lab(ctx: typer.Context) -> str:
    said = ctx.obj if isinstance(ctx.obj, Mapping) else {}
    named = [values["lab"] for values in (said, *_params(ctx)) if values.get("lab")]
    return str(named[0] if named else os.environ.get("LABCTL_LAB") or "default")


def _params(ctx: Any) -> Iterator[Mapping[str, Any]]:
    while ctx is not None:
        yield ctx.params
        ctx = ctx.parent
