"""Names in certificates: who a client is, and whether a host is the one it says.

A client is its subject as Java prints it (RFC 2253): the last part first, as in
`CN=ada,OU=lab,O=school`.  After X500Principal.getName and ZKTrustManager.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

# RFC 2253 names these; everything else is shown as its number and its bytes.
_SHORT = {
    "commonName": "CN",
    "countryName": "C",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "streetAddress": "STREET",
    "domainComponent": "DC",
    "userId": "UID",
}
_IA5, _PRINTABLE, _UTF8 = 0x16, 0x13, 0x0C
_NUMBERED = {
    "emailAddress": ("1.2.840.113549.1.9.1", _IA5),
    "serialNumber": ("2.5.4.5", _PRINTABLE),
    "surname": ("2.5.4.4", _UTF8),
    "title": ("2.5.4.12", _UTF8),
    "givenName": ("2.5.4.42", _UTF8),
    "dnQualifier": ("2.5.4.46", _PRINTABLE),
}
_SPECIAL = frozenset(',+"\\<>;')

Certificate = Mapping[str, Any]  # as ssl.SSLSocket.getpeercert returns it


def subject(certificate: Certificate) -> str:
    """Return whose certificate this is, as an ACL of the scheme x509 names him."""
    parts = reversed(certificate.get("subject", ()))
    return ",".join("+".join(_pair(*pair) for pair in part) for part in parts)


def _pair(kind: str, value: str) -> str:
    if kind in _NUMBERED:
        number, tag = _NUMBERED[kind]
        raw = value.encode()
        size = len(raw)
        length = bytes([size]) if size < 128 else bytes([0x81, size & 0xFF])
        return f"{number}=#{(bytes([tag]) + length + raw).hex()}"
    return f"{_SHORT.get(kind, kind)}={_escaped(value)}"


def _escaped(value: str) -> str:
    text = "".join(f"\\{char}" if char in _SPECIAL else char for char in value)
    if text.startswith((" ", "#")):
        text = f"\\{text}"
    return f"{text[:-1]}\\ " if text.endswith(" ") and len(text) > 1 else text


def is_for(certificate: Certificate, hosts: Iterable[str]) -> bool:
    """Return whether a certificate names one of these hosts (addresses or names).

    One without alternative names is for the host in its CN (ZKHostnameVerifier).
    """
    names = certificate.get("subjectAltName", ()) or _common_names(certificate)
    return any(_matches(kind, name, host) for kind, name in names for host in hosts)


def _common_names(certificate: Certificate) -> list[tuple[str, str]]:
    pairs = [pair for part in certificate.get("subject", ()) for pair in part]
    return [("DNS", name) for kind, name in pairs if kind == "commonName"]


def _matches(kind: str, name: str, host: str) -> bool:
    address = _address(host)
    if address is None:
        return kind == "DNS" and _same_name(name.lower(), host.lower().rstrip("."))
    return kind == "IP Address" and _address(name.strip()) == address


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address; None for a name, and for what no address can be."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _same_name(pattern: str, host: str) -> bool:
    """A star stands for one whole label, the first (RFC 6125)."""
    if not pattern.startswith("*."):
        return pattern == host
    _, dot, rest = host.partition(".")
    return bool(dot) and "." in rest and rest == pattern[2:]
