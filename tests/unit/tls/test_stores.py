"""Key stores of every kind give the same key; what cannot be read says why."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from node.tls.jks import KeyStoreError
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
