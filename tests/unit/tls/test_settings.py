"""What zoo.cfg says of TLS: obeyed, or refused with its line."""

from pathlib import Path

import pytest

from node.config import ConfigError, read_config
from node.config_keys import KEYS, OBEYED
from node.tls.settings import TlsSettings, client_tls, quorum_tls

STORES = {"keyStore.location": "/k.pem", "trustStore.location": "/t.pem"}


def client(**settings: str) -> TlsSettings | None:
    lines = {"secureClientPort": "2182"}
    lines |= {f"ssl.{key}": value for key, value in (STORES | settings).items()}
    text = "dataDir=/d\n" + "".join(f"{key}={value}\n" for key, value in lines.items())
    return client_tls(read_config("zoo.cfg", text))


def test_defaults_are_zookeepers() -> None:
    found = client()
    assert found is not None
    assert (found.client_auth, found.detection_ms) == ("need", 5000)
    assert found.checks_servers
    assert not found.checks_clients
    assert not found.reloads


def test_between_servers_both_ends_are_checked() -> None:
    lines = ["dataDir=/d", "sslQuorum=true", "sslQuorumReloadCertFiles=true"]
    lines += [f"ssl.quorum.{key}={value}" for key, value in STORES.items()]
    found = quorum_tls(read_config("zoo.cfg", "\n".join(lines)))
    assert found is not None
    assert found.checks_servers
    assert found.checks_clients
    assert found.reloads


def test_without_a_port_of_its_own_nothing_speaks_tls() -> None:
    config = read_config("zoo.cfg", "dataDir=/d\nssl.keyStore.location=/k\n")
    assert client_tls(config) is quorum_tls(config) is None


def test_the_first_line_of_a_file_is_the_password(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("secret\n")
    found = client(**{"keyStore.passwordPath": str(path)})
    assert found is not None
    assert found.key_store.password == "secret"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("keyStore.location", "", "zoo.cfg: ssl.keyStore.location is missing"),
        ("trustStore.location", "", "zoo.cfg: ssl.trustStore.location is missing"),
        ("clientAuth", "maybe", "zoo.cfg:5: ssl.clientAuth must be none, want"),
        ("protocol", "SSLv3", "zoo.cfg:5: ssl.protocol SSLv3 is not safe: name"),
        (
            "ciphersuites",
            "TLS_AES_128_GCM_SHA256",
            "zoo.cfg:5: ssl.ciphersuites is not",
        ),
        ("keyStore.type", "BCFKS", "zoo.cfg:5: ssl.keyStore.type BCFKS: name PEM, JKS"),
        ("crl", "true", "zoo.cfg:5: ssl.crl is not supported here"),
        ("hostnameVerification", "yes", "ssl.hostnameVerification must be true or"),
        ("keyStore.passwordPath", "/no/such", "zoo.cfg:5: ssl.keyStore.passwordPath"),
    ],
)
def test_nonsense_is_refused_with_its_line(key: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        client(**{key: value})


CHANGED = {"clientAuth": "want", "protocol": "TLSv1.3", "enabledProtocols": "TLSv1.2"}
CHANGED |= {"handshakeDetectionTimeoutMillis": "7", "keyStore.password": "x"}
CHANGED |= {"trustStore.password": "x", "hostnameVerification": "false"}
CHANGED |= {"clientHostnameVerification": "true"}


@pytest.mark.parametrize(
    "name",
    [
        key.name.removeprefix("ssl.")
        for key in KEYS.values()
        if key.fate == OBEYED
        and key.name.startswith("ssl.")
        and not key.name.startswith("ssl.quorum.")
    ],
)
def test_every_key_is_obeyed_or_refused(name: str) -> None:
    """A key that changes nothing and is not refused has been dropped."""
    try:
        assert client(**{name: CHANGED.get(name, "/other")}) != client()
    except ConfigError as refused:
        assert f"ssl.{name}" in str(refused)
