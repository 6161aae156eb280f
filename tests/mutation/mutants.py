"""A mutant: one file of the node with one small change, planted in this process."""

import ast
import random
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from tests.mutation.edits import edits

ROOT = Path(__file__).resolve().parents[2]


class Stillborn(Exception):
    """The changed file is no program."""


class Mutant(NamedTuple):
    """One change of one file, and what a person reads of it."""

    file: str  # node/election/vote.py
    edit: int  # which of the file's edits
    line: int
    where: str  # Vote.beats
    kind: str
    before: str
    after: str
    number: int = 1  # if the same change is possible in several places of `where`

    @property
    def key(self) -> str:
        """The name of a mutant that outlives changes elsewhere in the file."""
        place = f"{self.file} {self.where or 'constant'}"
        again = f" #{self.number}" if self.number > 1 else ""
        return f"{place}: {self.before} → {self.after}{again}"


@cache
def of_package(package: str) -> tuple[Mutant, ...]:
    """Return every mutant of a package of the node, in a fixed order."""
    files = sorted((ROOT / "node" / package).glob("*.py"))
    return tuple(mutant for path in files for mutant in of_file(path))


def of_file(path: Path) -> list[Mutant]:
    """Return every mutant of one file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    shown = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
    seen: Counter[str] = Counter()
    found = []
    for index, edit in enumerate(list(edits(tree))):
        line, before, after = edit.described()
        mutant = Mutant(shown, index, line, edit.where, edit.kind, before, after)
        if before != after:
            seen[mutant.key] += 1
            found.append(mutant._replace(number=seen[mutant.key]))
    return found


def sample(package: str, seed: int, count: int) -> list[Mutant]:
    """Draw so many mutants of a package from a seed; all if there are fewer."""
    every = of_package(package)
    chance = random.Random(f"{seed} {package}")
    drawn = chance.sample(every, min(count, len(every)))
    return sorted(drawn, key=lambda mutant: (mutant.file, mutant.edit))


def plant(file: str, source: str, number: int) -> None:
    """Change the loaded module of a file: one function's code, or its constants.

    Whoever imported the function or the constant before has the changed one, too.
    Raises Stillborn if the change makes no program.
    """
    module = sys.modules[file.removesuffix(".py").replace("/", ".")]
    tree = ast.parse(source)
    edit = list(edits(tree))[number]
    edit.apply()
    changed: dict[str, Any] = {"__name__": module.__name__, "__file__": file}
    try:
        exec(compile(ast.fix_missing_locations(tree), file, "exec"), changed)
        if edit.where:
            _function(vars(module), edit.where).__code__ = _function(
                changed, edit.where
            ).__code__
        else:
            _put_constants(module, changed)
    except (SyntaxError, TypeError, ValueError, ArithmeticError) as error:
        raise Stillborn(str(error)) from error


def _function(names: Any, where: str) -> FunctionType:
    """Find a function or method, through property and what wraps it."""
    first, *more = where.split(".")
    found = names[first]
    for name in more:
        found = vars(found)[name]
    found = getattr(found, "fget", None) or found
    found = getattr(found, "__func__", found)
    found = getattr(found, "__wrapped__", found)
    assert isinstance(found, FunctionType), where
    return found


def _put_constants(module: ModuleType, changed: dict[str, Any]) -> None:
    """Put what follows from the change wherever the old constants were imported."""
    for name, value in vars(module).copy().items():
        if not name.isupper() or name not in changed or changed[name] == value:
            continue
        for holder in _beside(module):
            if vars(holder).get(name) is value:
                setattr(holder, name, changed[name])

    _put_defaults(vars(module), changed)


def _put_defaults(old: Any, changed: Any) -> None:
    """Put the constants where they are defaults, of NamedTuples and of functions."""
    for name in list(old):
        value, other = (_bare(names.get(name)) for names in (old, changed))
        if isinstance(value, FunctionType) and isinstance(other, FunctionType):
            value.__defaults__ = other.__defaults__
            value.__kwdefaults__ = other.__kwdefaults__
        elif isinstance(value, type) and isinstance(other, type):
            _put_defaults(vars(value), vars(other))


def _bare(value: Any) -> Any:
    return getattr(value, "__func__", value)  # a class keeps __new__ wrapped


def _beside(module: ModuleType) -> Iterator[ModuleType]:
    """Yield the loaded modules of the same package, and the simulator's."""
    packages = {module.__name__.partition(".")[0], "simulator"}
    for name, other in list(sys.modules.items()):
        if name.partition(".")[0] in packages:
            yield other
