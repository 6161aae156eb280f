"""An exercise solved as a student would, on real servers, and graded."""

import json
import shlex
import subprocess

from labctl.classroom import answers, library
from labctl.classroom.exercise import Facts, fill, seed_of
from labctl.classroom.journal import PredictionLocked
from labctl.classroom.lint import perform, scores
from labctl.classroom.marking import mark
from labctl.classroom.submission import read
from labctl.errors import ASKED_FALSE, DONE, PARTLY
from tests.e2e.labs import Cli

EXPECTED = (DONE, ASKED_FALSE, PARTLY)  # a write is refused, a node does not serve


def solve(cli: Cli, name: str, variant: str = "") -> None:
    """Perform the reference solution: it scores everything, each mistake its due."""
    exercise = library.find(name, variant)
    seed = seed_of("solver", name)
    which = ("--variant", variant) if variant else ()
    cli.ok("ex", "start", name, "--student", "solver", *which)
    truth = dict(simulated(name, variant))
    truth["files"] = cli.home / "classroom" / name / "files"
    for step in exercise.steps:
        for question in step.questions:
            said = answers.truth(question, truth)
            cli.ok("ex", "predict", said, "--question", question.id)
        for command in step.solution:
            carried_out(cli, fill(command, truth))
        told = cli.run("ex", "check")
        assert told.returncode == 0, told.stdout
        assert "✗" not in told.stdout, told.stdout
        cli.ok("ex", "next")
    file = cli.home / "mine.sub.gz"
    cli.ok("ex", "submit", "-o", str(file))
    (mine,) = json.loads(cli.ok("grade", str(file), "-f", "json"))["submissions"]
    assert mine["percent"] == 100
    real = [r for r in read(file).records if not isinstance(r.event, PredictionLocked)]
    assert list(scores(exercise, real, seed)) == []


def simulated(name: str, variant: str) -> Facts:
    """Return what is true of a solution in the simulator, if it can be done there."""
    exercise, seed = library.find(name, variant), seed_of("solver", name)
    records = perform(exercise, seed) if "sim" in exercise.runtimes else []
    return mark(exercise, records, seed).facts


def carried_out(cli: Cli, command: str) -> None:
    """Do as a student does who types this."""
    program, *words = shlex.split(command)
    if program != "labctl":
        subprocess.run([program, *words], check=True)
    elif words[0] == "up" and "--config" not in words:
        cli.up(*words[1:])
    else:
        done = cli.run(*words)
        assert done.returncode in EXPECTED, f"{command}: {done.stdout}{done.stderr}"
