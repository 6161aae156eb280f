"""`labctl`: run one command; whatever happens, end with a line and a code."""

import contextlib
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import typer

from labctl.cli.app import VERBS, root
from labctl.cli.commands.completion import ASKED, finished_words
from labctl.cli.session import chosen_language, early
from labctl.cli.usage import UsageError, explained
from labctl.errors import BUG, ENVIRONMENT, INTERRUPTED, USAGE, LabError
from labctl.lab.home import home
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase


def main() -> NoReturn:
    """Run the command line and exit."""
    said: dict[str, object] = {}
    words = sys.argv[1:]
    if ASKED in os.environ:
        _complete()
    try:
        code = root(words).main(prog_name="labctl", standalone_mode=False, obj=said)
    except LabError as error:
        _screen(said).fail(error)
        code = error.code
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            sys.stdout.write(str(error) + "\n")
            code = USAGE
        else:
            _screen(said or early(words)).fail(explained(error, words))
            code = USAGE
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except OSError as error:
        facts = {"why": str(error)}
        hint = Phrase("disk.hint", {"folder": home()})
        _screen(said).fail(LabError(Phrase("disk", facts), hint, ENVIRONMENT))
        code = ENVIRONMENT
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else int(bool(done.code))
    except Exception as error:  # noqa: BLE001  (the last resort: no traceback)
        code = _report(error, _screen(said))
    _leave(code or 0)


def _complete() -> NoReturn:
    """Answer a shell's TAB; whatever goes wrong, nothing is said of it."""
    said: dict[str, object] = {}
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stderr(nowhere),
        contextlib.suppress(Exception),
    ):
        verbs = [word for word in finished_words() if word in VERBS]
        group = root(verbs[:1])
        group.main(prog_name="labctl", standalone_mode=False, obj=said)
    sys.exit(0)


def _screen(said: dict[str, object]) -> Screen:
    return Screen(chosen_language(said))


def _report(error: Exception, screen: Screen) -> int:
    """Write the traceback to a file, for us."""
    path = home() / "crash.txt"
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    facts = {"why": f"{type(error).__name__}: {error}"}
    hint = Phrase("bug.hint", {"path": path})
    screen.fail(LabError(Phrase("bug", facts), hint, BUG))
    return BUG


def _leave(code: int) -> NoReturn:
    """Exit without a complaint about a reader who left first."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


if __name__ == "__main__":
    main()
