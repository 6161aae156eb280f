"""Key stores of every kind give the same key; what cannot be read says why."""

import hashlib
import shutil
import ssl
import struct
import subprocess
from pathlib import Path

import pytest

from node.config import read_config
from node.shell.secure import Credentials
from node.tls.jks import MAGIC, KeyStoreError
from node.tls.settings import client_tls
from node.tls.stores import Store, read_store
from tests.certificates import PASSWORD, Authority


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_pem_is_taken_as_it_is(authority: Authority, tmp_path: Path) -> None:
    path = authority.sign("ada").pem(tmp_path / "ada.pem")
    found = read_store(Store(str(path)))
    assert found.identity == path.read_bytes()


def test_pkcs12_gives_key_and_certificate(authority: Authority, tmp_path: Path) -> None:
    ada = authority.sign("ada")
    found = read_store(Store(str(ada.pkcs12(tmp_path / "ada.p12")), PASSWORD))
    plain = ada.pem(tmp_path / "ada.pem").read_text()
    certificate = plain[plain.index("-----BEGIN CERTIFICATE") :].split()
    assert found.identity.decode().split()[-len(certificate) :] == certificate
    assert found.identity.startswith(b"-----BEGIN PRIVATE KEY-----")


def test_a_wrong_password_is_said(authority: Authority, tmp_path: Path) -> None:
    path = authority.sign("ada").pkcs12(tmp_path / "ada.p12")
    with pytest.raises(KeyStoreError, match="neither PEM, JKS nor PKCS #12"):
        read_store(Store(str(path), "guess"))


@pytest.fixture(scope="module")
def jks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that Java's own tool has made: one key, one certificate."""
    if shutil.which("keytool") is None:
        pytest.skip("no keytool in PATH (Debian: apt install default-jre-headless)")
    folder = tmp_path_factory.mktemp("jks")
    path = folder / "me.jks"
    trusted = Authority().trust_store(folder / "ca.pem")
    common = ["-keystore", str(path), "-storepass", PASSWORD, "-storetype", "JKS"]
    make = ["-genkeypair", "-alias", "me", "-keyalg", "EC", "-dname", "CN=ada"]
    take = ["-importcert", "-noprompt", "-alias", "ca", "-file", str(trusted)]
    for command in (make, take):
        subprocess.run(["keytool", *command, *common], check=True, capture_output=True)
    return path


def test_jks_gives_key_and_trust(jks: Path) -> None:
    found = read_store(Store(str(jks), PASSWORD))
    both = jks.with_name("both.pem")
    both.write_bytes(found.identity)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)  # refuses a key that is not the certificate's
    context.load_verify_locations(cadata=found.trusted)
    (authority,) = context.get_ca_certs()
    assert "the tests" in str(authority["subject"])


@pytest.mark.parametrize("at", [5, 40, 200, -1])
def test_a_damaged_jks_is_refused(jks: Path, at: int, tmp_path: Path) -> None:
    data = bytearray(jks.read_bytes())
    data[at] ^= 1
    broken = tmp_path / "broken.jks"
    broken.write_bytes(data)
    with pytest.raises(KeyStoreError, match="wrong, or the file is damaged"):
        read_store(Store(str(broken), PASSWORD))


def test_a_jks_whose_key_is_no_key_is_refused(tmp_path: Path) -> None:
    entry = struct.pack(">iH", 1, 0) + bytes(8) + struct.pack(">ii", 0, 0)
    body = struct.pack(">4sii", MAGIC, 2, 1) + entry
    secret = PASSWORD.encode("utf-16-be")
    digest = hashlib.sha1(secret + b"Mighty Aphrodite" + body, usedforsecurity=False)
    path = tmp_path / "empty.jks"
    path.write_bytes(body + digest.digest())
    with pytest.raises(KeyStoreError, match="the file is damaged"):
        read_store(Store(str(path), PASSWORD))


def test_changed_files_are_read_again_and_half_written_ones_wait(
    authority: Authority, tmp_path: Path
) -> None:
    mine = authority.sign("ada").pem(tmp_path / "me.pem")
    trust = authority.trust_store(tmp_path / "ca.pem")
    lines = ["dataDir=/d", "secureClientPort=2182", "client.certReload=true"]
    lines += [f"ssl.keyStore.location={mine}", f"ssl.trustStore.location={trust}"]
    settings = client_tls(read_config("zoo.cfg", "\n".join(lines)))
    assert settings is not None
    found = Credentials(settings)
    first = found.server()
    assert found.server() is first, "nothing has changed"
    mine.write_bytes(b"half of it")
    assert found.server() is first
    authority.sign("bob").pem(mine)
    second = found.server()
    assert second is not first
    assert found.server() is second
