"""Who may ask: the right name, the right origin, the right token.

A page of some other site can send requests here, and, by pointing a name of its own at
this machine (DNS rebinding), even read the answers.  So the Host must be an address
or a name that cannot be another's, an Origin must be ours, and every request
carries the token: from the printed link at first, in a cookie from then on.
"""

import hmac
import socket
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs

from labctl.lab.secret import secret

_PORT_DIGITS = 5
FILE = "web-token"  # in the lab's folder: a link outlives a restart of `watch --web`


class Request(NamedTuple):
    """One request, as far as it decides who may ask."""

    method: str
    target: str
    host: str
    origin: str  # "": none was sent
    cookie: str


class Refusal(NamedTuple):
    """Why a request is not answered."""

    status: int
    why: str


class Guard:
    """Decides for one server."""

    def __init__(self, token: str, port: int, *, exposed: bool) -> None:
        """Know the token; `exposed`: the server listens beyond the loopback."""
        self.token = token
        self.exposed = exposed
        self.use_port(port)

    def use_port(self, port: int) -> None:
        """Know on which port the server listens."""
        self.port = port
        self.cookie = f"quorumlab-{port}"  # cookies do not know ports

    def refusal(self, request: Request) -> Refusal | None:
        """Return why this request is refused; None if it may pass."""
        if not self._is_ours(request.host):
            return Refusal(421, "Host is no name of this server")
        own = f"http://{request.host}"
        if request.origin and request.origin != own:
            return Refusal(403, "Origin is another page")
        if request.method != "GET" and not request.origin:
            return Refusal(403, "Origin is missing")
        if not (self.brings_token(request) or self._has_cookie(request.cookie)):
            return Refusal(403, "open the link that `labctl watch --web` printed")
        return None

    def brings_token(self, request: Request) -> bool:
        """Return whether the address itself carries the token: the printed link."""
        return self._same(target_parts(request.target)[1].get("token", ""))

    def _is_ours(self, host: str) -> bool:
        name, port = _split(host.lower())
        if port != self.port:
            return False
        if name == "localhost" or _is_address(name, loopback=not self.exposed):
            return True
        return self.exposed and name == socket.gethostname().lower()

    def _has_cookie(self, header: str) -> bool:
        try:
            found = SimpleCookie(header).get(self.cookie)
        except CookieError:
            return False
        return found is not None and self._same(found.value)

    def _same(self, given: str) -> bool:
        return bool(given) and hmac.compare_digest(given.encode(), self.token.encode())


def token_of(folder: Path) -> str:
    """Return the token of the page of the lab in this folder."""
    return secret(folder / FILE)


def target_parts(target: str) -> tuple[str, dict[str, str]]:
    """Return the path that a request asks for, and what it gives behind the `?`."""
    path, _, query = target.partition("?")
    return path, {name: values[-1] for name, values in parse_qs(query).items()}


def _split(host: str) -> tuple[str, int]:
    """Return name and port; one that is not said is 80, one that is none is 0."""
    if host.startswith("["):
        name, _, rest = host[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        name, _, port = host.partition(":")
    if not port:
        return name, 80
    known = port.isascii() and port.isdecimal() and len(port) <= _PORT_DIGITS
    return name, int(port) if known else 0


def _is_address(name: str, *, loopback: bool) -> bool:
    """Return whether this is an IP address: no page's name can be one."""
    try:
        found = ip_address(name)
    except ValueError:
        return False
    return found.is_loopback or not loopback
