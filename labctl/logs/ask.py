"""`labctl explain` for what people have: errors, log lines, keys, words, ports.

Terms of the glossary come first; this is for everything else.  Each answer says
by what it was found.
"""

import re
from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from labctl.doctor.image_variables import BITNAMI, CONFLUENT, OFFICIAL
from labctl.logs.causes import NOT_SAID, cause_of
from labctl.logs.layout import clean, parse
from labctl.logs.numbers import size, spell
from labctl.logs.templates import recognise
from labctl.words.answers import CODES, ERRORS
from labctl.words.answers_metrics import METRICS
from labctl.words.answers_server import PORTS, WORDS
from labctl.words.log_expected import EXPECTED
from labctl.words.log_verdicts import ACT, DEPENDS
from labctl.words.phrase import CATALOG, Phrase
from node.config_keys import KEYS, find

_PORT = re.compile(r"(?:port\s*|:)?(\d{2,5})", re.IGNORECASE)
_LONG = re.compile(r"-?\d{7,20}")
_OF_A_SUMMARY = re.compile(r"_(?:avg|min|max|cnt|sum|count|total|p\d+)$")
_KEY_LINE = re.compile(r"(?:zookeeper\.)?([\w.]+)\s*(?:=.*)?")


class Answer(NamedTuple):
    """What something is, what to do, and by what it was found."""

    title: Phrase
    what: Phrase
    because: Phrase
    keep: Phrase | None = None
    repair: Phrase | None = None


def answer(text: str) -> Answer | None:
    """Return what the text means; None if nothing fits."""
    asked = "\n".join(clean(line) for line in text.strip().splitlines())
    looks: tuple[Callable[[str], Answer | None], ...]
    looks = (_error, _keeper, _key, _variable, _word, _metric, _port, _line)
    looks = (*looks, _refused, _inside, _number)
    return next((found for look in looks if (found := look(asked))), None)


def names() -> Iterator[str]:
    """Yield every name that can be asked for, to find the nearest."""
    yield from ERRORS
    yield from KEYS
    yield from WORDS
    yield from METRICS


def _plain(name: str) -> str:
    """The name without what libraries put around it: ZNODEEXISTS, NodeExistsError."""
    bare = re.sub(r"^(?:.*[.$])?", "", name.strip())
    bare = re.sub(r"(?:Exception|Error)$", "", bare)
    return re.sub(r"[^a-z]", "", bare.lower())


_PLAIN_ERRORS = {_plain(name) or "ok": name for name in ERRORS}
_PLAIN_ERRORS |= {
    "systemerror": "SystemError",
    "system": "SystemError",
    "marshalling": "MarshallingError",
    "api": "APIError",
    "noauthexception": "NoAuth",
    "notemptyerror": "NotEmpty",
    "connectionclosed": "ConnectionLoss",
    "nochildrenforephemeralserror": "NoChildrenForEphemerals",
    "directorynotempty": "NotEmpty",  # as KeeperException words them
    "notareadonlycall": "NotReadOnly",
    "ephemeralnodeonlocalsession": "EphemeralOnLocalSession",
    "nosuchwatcher": "NoWatcher",
    "reconfigisdisabled": "ReconfigDisabled",
    "quotahasexceeded": "QuotaExceeded",
    "opwasthrottledduetohighload": "ThrottledOp",
}
_KEEPER = re.compile(r"KeeperErrorCode = (.+?)(?: for (\S+))?\s*$", re.MULTILINE)


def _error(asked: str) -> Answer | None:
    if name := CODES.get(asked):
        return _of_error(name, Phrase("ask.code", {"code": asked}))
    plain = _plain(asked)
    for form in (plain, plain.removeprefix("z")):
        if form != "ok" and (name := _PLAIN_ERRORS.get(form)):
            return _of_error(name, Phrase("ask.exact"))
    return None


def _keeper(asked: str) -> Answer | None:
    """KeeperErrorCode = Directory not empty for /a, with anything around it."""
    found = _KEEPER.search(asked)
    name = _PLAIN_ERRORS.get(_plain(found[1])) if found else None
    if found is None or name is None:
        return None
    return _of_error(name, Phrase("ask.inside", {"word": found[1]}))


def _of_error(name: str, because: Phrase) -> Answer:
    code = next(code for code, named in CODES.items() if named == name)
    title = Phrase("ask.error", {"name": name, "code": code})
    return Answer(title, Phrase(f"ask.error.{name}"), because)


def _key(asked: str) -> Answer | None:
    found = _KEY_LINE.fullmatch(asked)
    known = find(found[1]) if found else None
    if known is None and found:
        folded = {name.lower(): name for name in KEYS}
        known = KEYS.get(folded.get(found[1].lower(), ""))
    if known is None or f"set.{known.name}" not in CATALOG:
        return None
    title = Phrase("ask.key", {"name": known.name})
    facts = {"what": Phrase(f"set.{known.name}"), "default": known.default or "-"}
    return Answer(title, Phrase("ask.key.what", facts), Phrase("ask.exact"))


def _variable(asked: str) -> Answer | None:
    """An image's variable: ZOO_TICK_TIME, ZOOKEEPER_SERVER_ID."""
    name = asked.partition("=")[0].strip()
    for image in (OFFICIAL, BITNAMI, CONFLUENT):
        because = Phrase("ask.variable.of", {"image": image.name})
        title = Phrase("ask.variable", {"name": name})
        if name in (image.my_id, image.servers):
            part = "my-id" if name == image.my_id else "servers"
            return Answer(title, Phrase(f"ask.variable.{part}"), because)
        key = "clientPort" if name == image.client_port else image.keys.get(name)
        if key is not None and (found := _key(key)) is not None:
            return found._replace(title=title, because=because)
    return None


def _refused(asked: str) -> Answer | None:
    """A system's own words, without any line of ZooKeeper's around them."""
    found = re.search("connection refused|econnrefused", asked, re.IGNORECASE)
    if found is None:
        return None
    title = Phrase("ask.cause", {"what": asked.splitlines()[0][:200]})
    because, repair = (
        Phrase("ask.inside", {"word": found[0]}),
        Phrase("ask.refused.repair"),
    )
    return Answer(title, Phrase("ask.refused"), because, None, repair)


def _word(asked: str) -> Answer | None:
    return _listed("word", WORDS, asked.lower())


def _metric(asked: str) -> Answer | None:
    name = asked.lower().split("{")[0].split()[0] if asked else ""
    name = "zk_" + name.removeprefix("zookeeper_").removeprefix("zk_")
    return _listed("metric", METRICS, name) or _listed(
        "metric", METRICS, _OF_A_SUMMARY.sub("", name)
    )


def _port(asked: str) -> Answer | None:
    found = _PORT.fullmatch(asked)
    return _listed("port", PORTS, found[1]) if found else None


def _listed(kind: str, names: Container[str], name: str) -> Answer | None:
    if name not in names:
        return None
    title = Phrase(f"ask.{kind}", {"name": name})
    return Answer(title, Phrase(f"ask.{kind}.{name}"), Phrase("ask.exact"))


def _line(asked: str) -> Answer | None:
    """A line of a log, or an exception with what it says."""
    first, *more = asked.splitlines() or [""]
    line = parse(first)._replace(more=tuple(more))
    known, cause = recognise(line), cause_of(line)
    title = Phrase("ask.cause", {"what": first[:200]})
    if known is not None and known.key != "exception":
        title = Phrase("ask.line")
    if cause is not None and not (line.level == "INFO" and title.key == "ask.line"):
        keep, repair = f"{cause.how.key}.keep", f"{cause.how.key}.repair"
        kept = Phrase(keep, cause.how.facts) if keep in CATALOG else None
        cure = Phrase(repair, cause.how.facts)
        return Answer(title, cause.how, Phrase("ask.template"), kept, cure)
    if known is None or known.key == "exception":
        return None
    kinds = (("act", ACT), ("depends", DEPENDS), ("expected", EXPECTED))
    verdict = next((kind for kind, words in kinds if known.key in words), "")
    repair_ = Phrase(f"{verdict}.{known.key}", known.facts) if verdict else None
    what = Phrase(f"log.{known.key}", known.facts)
    return Answer(title, what, Phrase("ask.template"), None, repair_)


def _inside(asked: str) -> Answer | None:
    """A longer text that contains an error's or a key's name."""
    for word in re.findall(r"[A-Za-z][\w.]{4,80}", asked):
        if found := _error(word):
            return found._replace(because=Phrase("ask.inside", {"word": word}))
    for word in re.findall(r"[A-Za-z][\w.]{4,80}", asked):
        if len(asked.split()) < 8 and (found := _metric(word) or _key(word)):
            return found._replace(because=Phrase("ask.inside", {"word": word}))
    return None


def _number(asked: str) -> Answer | None:
    """A length that is text: 1195725856."""
    if not _LONG.fullmatch(asked):
        return None
    number = int(asked)
    facts = {
        "number": number,
        "text": spell(number).text,
        "size": size(number),
        "who": NOT_SAID,
    }
    key = f"cause.length.{spell(number).kind}"
    title = Phrase("ask.number", {"name": asked})
    return Answer(
        title,
        Phrase(key, facts),
        Phrase("ask.bytes"),
        None,
        Phrase(f"{key}.repair", facts),
    )
