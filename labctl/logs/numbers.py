"""Numbers that are text: a length that is really the first bytes of a stranger's words.

ZooKeeper reads four bytes as the length of a packet.  Who speaks another protocol
is therefore seen as an absurd number, and the number says which protocol it was.
"""

from typing import NamedTuple

_HTTP = ("GET ", "POST", "HEAD", "PUT ", "OPTI", "DELE", "PATC", "CONN", "HTTP", "PRI ")
_WORDS = (
    *("ruok", "stat", "srvr", "mntr", "conf", "cons", "dump", "envi", "isro", "wchs"),
    *("wchc", "wchp", "crst", "srst", "dirs", "gtmk", "stmk", "hash", "lead", "sync"),
)
_MB = 1 << 20
_OURS_MAX = 1 << 30  # no packet of ZooKeeper's is longer


class Spelled(NamedTuple):
    """What a length says when it is read as bytes."""

    kind: str  # http, tls, word, ssh, text, large, negative or odd
    text: str  # its four bytes as text, if they are text


def spell(number: int) -> Spelled:
    """Return what the four bytes of this length are."""
    data = (number & 0xFFFFFFFF).to_bytes(4, "big")
    text = data.decode("ascii", "replace") if all(31 < b < 127 for b in data) else ""
    if text in _HTTP:
        return Spelled("http", text)
    if text in _WORDS:
        return Spelled("word", text)
    if text == "SSH-":
        return Spelled("ssh", text)
    if data[0] in (0x14, 0x15, 0x16, 0x17) and data[1] == 3 and data[2] <= 4:
        return Spelled("tls", "")
    if text:
        return Spelled("text", text)
    if number < 0:
        return Spelled("negative", "")
    return Spelled("large" if number < _OURS_MAX else "odd", "")


def size(number: int) -> str:
    """Return a length as a person says it."""
    return f"{number / _MB:.1f} MB" if number >= _MB else f"{number} bytes"
