"""A systemd unit: the variables that it sets, and the program that it gives them to.

Only an image's own script makes a zoo.cfg of ZOO_SERVERS and its like.  A unit that
starts ZooKeeper's scripts, or another program, has no such reader.
"""

import re
import shlex
from collections.abc import Iterator, Sequence

from labctl.doctor.finding import CONSIDER, FIX, Finding
from labctl.doctor.image_variables import BITNAMI, CONFLUENT, OFFICIAL
from labctl.doctor.services import Service, Variable, is_zookeeper

_FOR_IMAGES = frozenset[str]().union(
    *(
        (one.my_id, one.servers, one.client_port, *one.keys)
        for one in (OFFICIAL, BITNAMI, CONFLUENT)
    )
)
_RUNS = re.compile(r"(?:docker|podman|nerdctl)(?:\s+container)?\s+(?:run|create)\s")
_SCRIPT = re.compile(r"zkServer|zookeeper-server|org\.apache\.zookeeper")
_VARIABLE = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


def is_unit(text: str) -> bool:
    """Whether this is a systemd unit that starts something."""
    return "[Service]" in text


def look_at_unit(path: str, text: str) -> tuple[list[Service], list[Finding]]:
    """Return the server that a unit runs as a container, and what else is wrong."""
    variables: dict[str, Variable] = {}
    found: list[Finding] = []
    starts = ""
    for number, key, value in _settings(text):
        if key == "ExecStart" and value:
            starts = value
        if key != "Environment":
            continue
        for word in _words(value):
            if named := _VARIABLE.fullmatch(word):
                variables[named[1]] = Variable(named[2], number)
            elif variables:
                facts = {"name": [*variables][-1], "word": word}
                found.append(Finding(FIX, "c-unit-split", f"{path}:{number}", facts))
    if _RUNS.search(starts):
        image, given = _container(_words(starts))
        variables |= {name: Variable(said, 1) for name, said in given.items()}
        if not is_zookeeper(image, variables):
            return [], found[:1]
        service = Service(path, path, 1, image, variables, frozenset())
        return [service._replace(kind="variables")], found[:1]
    return [], [*found[:1], *_unread(path, variables, starts)]


def _settings(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, key and value; a line that ends in a backslash goes on."""
    begun, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        first = first if begun else number
        begun += line.strip()
        if begun.endswith("\\"):
            begun = begun[:-1] + " "
            continue
        key, equals, value = begun.partition("=")
        if equals and not begun.startswith(("#", ";")):
            yield first, key.strip(), value.strip()
        begun = ""


def _words(value: str) -> list[str]:
    """Split as systemd does, by spaces outside quotes."""
    try:
        return shlex.split(value)
    except ValueError:  # a quote that never ends
        return value.split()


def _container(words: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return the image that the command runs, and the variables that it gives it."""
    given: dict[str, str] = {}
    image = ""
    for before, word in zip(("", *words), words, strict=False):
        name, _, value = word.removeprefix("--env=").partition("=")
        if before in ("-e", "--env") or word.startswith("--env="):
            if value:
                given[name] = value
        elif "zookeeper" in word and not word.startswith(("-", "/")):
            image = word
    return image, given


def _unread(
    path: str, variables: dict[str, Variable], starts: str
) -> Iterator[Finding]:
    """Variables for an image, where no image is started."""
    names = [name for name in variables if name in _FOR_IMAGES]
    if not names:
        return
    where = f"{path}:{variables[names[0]].line}"
    program = next(iter(_words(starts)), "").lstrip("-@:+!")
    facts = {"names": ", ".join(names), "program": program or "ExecStart"}
    if _SCRIPT.search(starts):
        yield Finding(FIX, "c-unit-script", where, facts)
    else:
        yield Finding(CONSIDER, "c-unit-program", where, facts)
