"""Why a leader was lost: what the exception below the line says."""

from labctl.logs.layout import LogLine

_WORDS = (
    ("Connection refused", "refused"),
    ("timed out", "silent"),
    ("EOFException", "eof"),
    ("leader: closed", "eof"),  # a word of older logs of our own
)


def loss(line: LogLine, key: str) -> str:
    """Return eof, silent, refused or reset; `key` is what the line is known as."""
    trace = " ".join((line.message, *line.more))
    otherwise = "reset" if key == "lost" else "refused"
    return next((cause for word, cause in _WORDS if word in trace), otherwise)
