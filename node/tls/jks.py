"""Java key stores (JKS) in, PEM out: the format of `keytool` before Java 9.

    int magic 0xfeedfeed, int version, int count, then `count` entries, then SHA-1
    1 private key: UTF alias, long date, int length, key, int count, certificates
    2 certificate: UTF alias, long date, certificate
    a certificate: UTF "X.509", int length, DER

The SHA-1 at the end is over the password, a fixed phrase and all that stands before
it.  A key is hidden by a stream of SHA-1 blocks made of password and salt; what is
hidden is PKCS #8.  After sun.security.provider.JavaKeyStore and KeyProtector.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from typing import NamedTuple

MAGIC = b"\xfe\xed\xfe\xed"
_HEAD = struct.Struct(">4sii")
_INT = struct.Struct(">i")
_DATE_BYTES = 8
_DIGEST_BYTES = 20
_PHRASE = b"Mighty Aphrodite"
_KEY, _CERTIFICATE = 1, 2


class KeyStoreError(Exception):
    """A key store that cannot be read; the text is one clear line."""


class Entries(NamedTuple):
    """What a store holds, as DER: the first key and its chain, and whom it trusts."""

    key: bytes  # PKCS #8; empty if there is none
    chain: tuple[bytes, ...]
    trusted: tuple[bytes, ...]


def read_jks(data: bytes, password: str) -> Entries:
    """Take a key store apart; KeyStoreError for a wrong password or a cut file."""
    body, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    secret = password.encode("utf-16-be")
    if not hmac.compare_digest(_sha1(secret, _PHRASE, body), digest):
        raise KeyStoreError("the password is wrong, or the file is damaged")
    try:
        return _entries(body, secret)
    except (struct.error, IndexError, ValueError, StopIteration) as error:
        raise KeyStoreError(f"the file is damaged: {error}") from None


def _entries(body: bytes, secret: bytes) -> Entries:
    _, version, count = _HEAD.unpack_from(body)
    at, key = _HEAD.size, b""
    chain: tuple[bytes, ...] = ()
    trusted: list[bytes] = []
    for _ in range(count):
        (kind,) = _INT.unpack_from(body, at)
        _alias, at = _utf(body, at + _INT.size)
        at += _DATE_BYTES
        if kind == _CERTIFICATE:
            certificate, at = _one(body, at, version)
            trusted.append(certificate)
        elif kind == _KEY:
            hidden, at = _block(body, at)
            (links,) = _INT.unpack_from(body, at)
            at += _INT.size
            found = []
            for _ in range(links):
                certificate, at = _one(body, at, version)
                found.append(certificate)
            if not key:
                key, chain = _reveal(hidden, secret), tuple(found)
        else:
            raise KeyStoreError(f"an entry of an unknown kind: {kind}")
    return Entries(key, chain, tuple(trusted))


def _utf(body: bytes, at: int) -> tuple[str, int]:
    end = at + 2 + int.from_bytes(body[at : at + 2])
    return body[at + 2 : end].decode("utf-8", "replace"), end


def _block(body: bytes, at: int) -> tuple[bytes, int]:
    (length,) = _INT.unpack_from(body, at)
    end = at + _INT.size + length
    if length < 0 or end > len(body):
        raise KeyStoreError("the file is damaged: an entry is longer than the file")
    return body[at + _INT.size : end], end


def _one(body: bytes, at: int, version: int) -> tuple[bytes, int]:
    if version > 1:  # version 1 says nothing of the certificate's kind
        _kind, at = _utf(body, at)
    return _block(body, at)


def _reveal(hidden: bytes, secret: bytes) -> bytes:
    """Return the private key; `hidden` is an EncryptedPrivateKeyInfo in DER."""
    _algorithm, sealed = (content for _, content in _der(next(_der(hidden))[1]))
    salt, digest = sealed[:_DIGEST_BYTES], sealed[-_DIGEST_BYTES:]
    covered = sealed[_DIGEST_BYTES:-_DIGEST_BYTES]
    stream, block = b"", salt
    while len(stream) < len(covered):
        block = _sha1(secret, block)
        stream += block
    key = bytes(a ^ b for a, b in zip(covered, stream, strict=False))
    if not hmac.compare_digest(_sha1(secret, key), digest):
        raise KeyStoreError("the key has another password than the store")
    return key


def _der(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each element of a DER sequence's content."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size]), at + size
        yield tag, data[at : at + length]
        at += length


def _sha1(*parts: bytes) -> bytes:
    return hashlib.sha1(b"".join(parts), usedforsecurity=False).digest()
