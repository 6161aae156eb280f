"""Which paths may be created.

Reads are not checked: a malformed path just does not exist.  After
ZooKeeper's PathUtils.
"""

import re

# Control characters, surrogates with the private area, and the specials at the
# end of the plane; Java counts in UTF-16 units, so characters beyond it are
# pairs of surrogates and fall as well.
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\uf8ff\ufff0-\uffff\U00010000-\U0010ffff]"
)


def is_valid(path: str) -> bool:
    """Return whether a path is absolute, has no odd parts and no odd characters."""
    if path == "/":
        return True
    if not path.startswith("/") or path.endswith("/") or _FORBIDDEN.search(path):
        return False
    # Most paths need no look at their parts.
    if "//" not in path and "/." not in path:
        return True
    return not any(part in ("", ".", "..") for part in path[1:].split("/"))
