"""An authority of the tests' own, and certificates that it signs or does not."""

import datetime as dt
import ipaddress
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)
PASSWORD = "changeit"


class Identity(NamedTuple):
    """A key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def pem(self, path: Path) -> Path:
        """Write both into one file."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(key + self.certificate.public_bytes(Encoding.PEM))
        return path

    def pkcs12(self, path: Path) -> Path:
        """Write both as PKCS #12, as keytool does."""
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"me",
                self.key,
                self.certificate,
                None,
                BestAvailableEncryption(PASSWORD.encode()),
            )
        )
        return path


class Authority:
    """Signs certificates; its own goes into trust stores."""

    def __init__(self, name: str = "the tests") -> None:
        self.identity = _signed(name, None)

    def sign(self, name: str, *, days: int = 2, hosts: bool = True) -> Identity:
        """Return a new identity for this machine; negative `days`: expired."""
        return _signed(name, self.identity, days=days, hosts=hosts)

    def trust_store(self, path: Path) -> Path:
        """Write the certificate of whom to believe."""
        path.write_bytes(self.identity.certificate.public_bytes(Encoding.PEM))
        return path


def _signed(
    name: str, by: Identity | None, *, days: int = 2, hosts: bool = True
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "quorumlab"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    now = dt.datetime.now(dt.UTC)
    here = [
        x509.DNSName("localhost" if hosts else "elsewhere.example"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1" if hosts else "192.0.2.1")),
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 10 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), True)
        .add_extension(x509.SubjectAlternativeName(here), False)
    )
    certificate = builder.sign(by.key if by else key, hashes.SHA256())
    return Identity(key, certificate)
