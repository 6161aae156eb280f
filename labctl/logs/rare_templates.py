"""The rarer lines that ZooKeeper may log: by the class that says them, to a theme.

`rare_templates.txt` lists them, one template to a line, with `<>` for what is
filled in.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

BEGINNING = 8  # letters by which a message's templates are looked up
_FILE = Path(__file__).parent / "rare_templates.txt"


class Template(NamedTuple):
    """A line as the source has it, and what it is about."""

    cls: str  # without its package: QuorumCnxManager
    text: str  # with <> for what is filled in
    theme: str  # a key of `labctl.words.log_themes`


@cache
def templates() -> tuple[Template, ...]:
    """Return the whole list."""
    found, theme = [], ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            theme = line.strip("[]")
        elif line and not line.startswith("#"):
            cls, _, text = line.partition(": ")
            found.append(Template(cls, text, theme))
    return tuple(found)


def theme_of(cls: str, message: str) -> str | None:
    """Return what such a line of this class is about; None if it is not listed."""
    for pattern, theme in _that_may_fit(cls, message[:BEGINNING]):
        if pattern.fullmatch(message):
            return theme
    return None


def is_zookeeper(cls: str) -> bool:
    """Whether ZooKeeper has a class of that name that logs."""
    return cls in _by_class() or cls in _OTHERS


# Those whose every line `templates.py` takes apart, or that only set things up.
_OTHERS = frozenset(
    {
        *("FileSnap", "Follower", "LeaderSessionTracker", "LearnerSessionTracker"),
        *("QuorumZooKeeperServer", "NIOServerCnxnFactory", "NettyServerCnxn"),
        *("Login", "Environment", "ZookeeperBanner", "ServerConfig", "X509Util"),
        *("SaslQuorumAuthLearner", "SaslQuorumAuthServer", "PurgeTxnLog", "Util"),
    }
)


@cache
def _by_class() -> Mapping[str, tuple[Template, ...]]:
    """The list by class; what leaves least open is tried first."""
    found: dict[str, list[Template]] = {}
    for template in sorted(templates(), key=lambda t: -len(t.text)):
        found.setdefault(template.cls, []).append(template)
    return {cls: tuple(those) for cls, those in found.items()}


@lru_cache(maxsize=4096)
def _that_may_fit(cls: str, start: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The templates of a class that a message may fit which begins so, compiled."""
    return tuple(
        (compiled(template.text), template.theme)
        for template in _by_class().get(cls, ())
        if may_begin(re.split("<>| ", template.text, maxsplit=1)[0], start)
    )


def may_begin(plain: str, start: str) -> bool:
    """Whether a text that begins with plain letters may be one that begins so."""
    return start.startswith(plain) or plain.startswith(start)


@cache
def compiled(text: str, hole: str = ".*?", before: str = "") -> re.Pattern[str]:
    """Return a template as a pattern; a space stands for any run of spaces."""
    words = (re.escape(word) for word in text.split("<>"))
    return re.compile(before + hole.join(words).replace(r"\ ", r"\s+"))
