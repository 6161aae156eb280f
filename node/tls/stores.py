"""Key stores and trust stores as PEM, whatever they come as: PEM, PKCS #12 or JKS.

What a file is, is seen in its first bytes: Java keeps PKCS #12 in files that end with
`.jks`, too.  PKCS #12 needs the package `cryptography` (the extra `tls`).
"""

import base64
import textwrap
from pathlib import Path
from typing import NamedTuple

from node.tls.jks import MAGIC, Entries, KeyStoreError, read_jks

_PEM = b"-----BEGIN "


class Store(NamedTuple):
    """A file of keys or of certificates, and what opens it."""

    path: str
    password: str = ""


class Pem(NamedTuple):
    """A store's content as PEM: a key with its chain, or whom to trust."""

    identity: bytes  # private key and chain; b"": none
    trusted: str
    password: str  # of the private key


def read_store(store: Store) -> Pem:
    """Read a store; KeyStoreError or OSError if that is not possible."""
    data = Path(store.path).read_bytes()
    if _PEM in data:
        return Pem(data, data.decode("ascii", "ignore"), store.password)
    if data.startswith(MAGIC):
        entries = read_jks(data, store.password)
    else:
        entries = _read_pkcs12(data, store.password)
    key = _pem("PRIVATE KEY", entries.key) if entries.key else ""
    chain = "".join(_pem("CERTIFICATE", one) for one in entries.chain)
    trusted = "".join(_pem("CERTIFICATE", one) for one in entries.trusted)
    return Pem((key + chain).encode() if key else b"", trusted, "")


def _read_pkcs12(data: bytes, password: str) -> Entries:
    try:
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
            pkcs12,
        )
    except ImportError:
        raise KeyStoreError(
            "PKCS #12 needs the package cryptography: pip install 'quorumlab[tls]',"
            " or give the store as PEM or JKS"
        ) from None
    try:
        found = pkcs12.load_pkcs12(data, password.encode())
    except ValueError as error:
        raise KeyStoreError(f"neither PEM, JKS nor PKCS #12: {error}") from None
    others = tuple(
        one.certificate.public_bytes(Encoding.DER) for one in found.additional_certs
    )
    if found.key is None or found.cert is None:
        return Entries(b"", (), others)
    key = found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    mine = found.cert.certificate.public_bytes(Encoding.DER)
    return Entries(key, (mine, *others), others)


def _pem(what: str, der: bytes) -> str:
    text = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN {what}-----\n{text}\n-----END {what}-----\n"
