"""Files are named after a zxid in hexadecimal: log.100000001, snapshot.10000000f."""


def zxid_behind(prefix: str, name: str) -> int | None:
    """Return the zxid that a file is named after; None if it is no such file."""
    if not name.startswith(prefix):
        return None
    try:
        return int(name[len(prefix) :], 16)
    except ValueError:
        return None
