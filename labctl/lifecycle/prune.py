"""`labctl prune`: clear what labs left on this machine, and no lab that stands."""

from collections.abc import Sequence

from labctl.lab.belongings import begun, find, remove_all
from labctl.lab.home import home
from labctl.lab.runtime.base import Belonging
from labctl.lifecycle.consent import consents
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase


def prune(lab: str, screen: Screen, *, dry_run: bool, sure: bool) -> None:
    """List what is left over, of this lab or of any; ask, and remove it."""
    found = find(lab)
    if found.no_engine is not None:
        screen.say(Phrase("prune.no-engine", {"why": found.no_engine}))
    things = found.left_over()
    if not lab and (exercises := begun()):
        facts = {"n": exercises, "folder": home() / "classroom"}
        screen.say(Phrase("prune.exercises", facts))
    if not things:
        screen.say(Phrase("prune.nothing"))
        return
    say_all(things, screen)
    count = {"n": len(things)}
    if dry_run:
        screen.say(Phrase("prune.dry", count))
    elif consents(screen, "prune", Phrase("prune.sure", count), sure=sure):
        clear(things, screen)
    else:
        screen.say(Phrase("prune.kept"))


def say_all(things: Sequence[Belonging], screen: Screen) -> None:
    """Say what each of these is, and of which lab."""
    for thing in things:
        screen.say(said(thing))


def said(thing: Belonging) -> Phrase:
    """Return what this is, and of which lab it was."""
    of = Phrase("belonging.of", {"lab": thing.lab}) if thing.lab else Phrase("nothing")
    kind = Phrase(f"belonging.{thing.kind}", {"name": thing.name})
    return Phrase("belonging", {"what": kind, "of": of})


def clear(things: Sequence[Belonging], screen: Screen) -> None:
    """Remove these, say how many are gone, and leave no empty folder of ours."""
    gone = 0
    try:
        for _ in remove_all(things):
            gone += 1
    finally:
        screen.say(Phrase("prune.done", {"n": gone}))
        tidy()


def tidy() -> None:
    """Remove the state folder's own folders if nothing is in them."""
    classroom = home() / "classroom"
    if [path.name for path in classroom.glob("*")] == ["current"]:
        (classroom / "current").unlink()  # what it names is gone
    for folder in (classroom, home() / "labs", home()):
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
