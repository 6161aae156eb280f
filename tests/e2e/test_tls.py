"""TLS for clients and between servers: who is let in, and what is said of the rest."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kazoo.client import KazooClient
from kazoo.exceptions import NoAuthError
from kazoo.security import make_acl

from tests.certificates import PASSWORD, Authority, Identity
from tests.e2e.ensemble import LOOPBACK, Ensemble, Server, free_ports, ours

pytestmark = pytest.mark.e2e


class Secured:
    """One ensemble of three with TLS everywhere, and who calls it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority()
        self.trust = self.authority.trust_store(folder / "ca.pem")
        mine = self.authority.sign("server").pkcs12(folder / "server.p12")
        self.port = free_ports().client
        stores = {
            f"{prefix}.{key}": value
            for prefix in ("ssl", "ssl.quorum")
            for key, value in {
                "keyStore.location": mine,
                "keyStore.password": PASSWORD,
                "trustStore.location": self.trust,
            }.items()
        }
        self.ensemble = Ensemble(
            folder,
            [ours] * 3,
            settings={
                **stores,
                "sslQuorum": "true",
                "client.portUnification": "true",
            },
        )
        first = self.ensemble[1]
        with first.config.open("a") as config:
            config.write(f"secureClientPort={self.port}\n")
            config.write(f"secureClientPortAddress={LOOPBACK}\n")

    def client(self, identity: Identity, name: str) -> KazooClient:
        """Return kazoo with a certificate, not started."""
        path = str(identity.pem(self.folder / f"{name}.pem"))
        return KazooClient(
            f"{LOOPBACK}:{self.port}",
            use_ssl=True,
            ca=str(self.trust),
            certfile=path,
            keyfile=path,
        )


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    secured = Secured(tmp_path_factory.mktemp("tls"))
    with secured.ensemble:
        secured.ensemble.start()
        yield secured


def test_a_certificate_is_an_identity(secured: Secured) -> None:
    ada = secured.client(secured.authority.sign("ada"), "ada")
    bob = secured.client(secured.authority.sign("bob"), "bob")
    ada.start()
    bob.start()
    try:
        hers = [make_acl("x509", "CN=ada,O=quorumlab", all=True)]
        ada.create("/hers", b"secret", acl=hers)
        assert ada.get("/hers")[0] == b"secret"
        with pytest.raises(NoAuthError):
            bob.get("/hers")
    finally:
        for client in (ada, bob):
            client.stop()
            client.close()


def test_the_client_port_takes_both(secured: Secured) -> None:
    first = secured.ensemble[1]
    assert first.mode() in ("leader", "follower")  # without TLS
    ada = secured.authority.sign("ada").pem(secured.folder / "both.pem")
    assert b"Mode: " in _srvr(secured, first.ports.client, ada)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_asks_a_four_letter_word(secured: Secured) -> None:
    ada = str(secured.authority.sign("ada").pem(secured.folder / "openssl.pem"))
    where = f"{LOOPBACK}:{secured.port}"
    command = ["openssl", "s_client", "-quiet", "-connect", where, "-cert", ada]
    command += ["-key", ada, "-CAfile", str(secured.trust), "-verify_return_error"]
    done = subprocess.run(command, input=b"ruok", capture_output=True, check=False)
    assert done.stdout == b"imok", done.stderr


STRANGERS = {
    "expired": lambda secured: secured.authority.sign("old", days=-1),
    "foreign": lambda _: Authority("strangers").sign("eve"),
    "no-certificate": lambda _: None,
}


@pytest.mark.parametrize("why", STRANGERS)
def test_who_cannot_prove_who_he_is_hears_nothing(secured: Secured, why: str) -> None:
    server = secured.ensemble[1]
    identity = STRANGERS[why](secured)
    path = identity.pem(secured.folder / "x.pem") if identity else None
    with pytest.raises(OSError):  # noqa: PT011
        _srvr(secured, secured.port, path)
    _refused(secured, server, "secure client", why)


def test_a_peer_that_is_at_another_host_than_its_certificate_says(
    secured: Secured,
) -> None:
    leader = secured.ensemble.leader()
    path = secured.authority.sign("elsewhere", hosts=False)
    identity = path.pem(secured.folder / "elsewhere.pem")
    with pytest.raises(OSError):  # noqa: PT011
        _srvr(secured, leader.ports.election, identity)
    _refused(secured, leader, "election", "wrong-host")
    assert secured.ensemble.leader() is leader


def test_a_store_that_is_not_there_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    config = tmp_path / "zoo.cfg"
    lines = [f"dataDir={tmp_path}/data", "clientPort=0", "secureClientPort=2182"]
    lines += ["ssl.keyStore.location=/no/key.pem", "ssl.trustStore.location=/no/ca.pem"]
    config.write_text("\n".join(lines))
    done = subprocess.run(ours(config), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{config}:4: /no/key.pem: No such file" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port_of", ["secure client", "quorum", "election"])
def test_who_speaks_no_tls_is_hung_up_on(secured: Secured, port_of: str) -> None:
    leader = secured.ensemble.leader()
    server = secured.ensemble[1] if port_of == "secure client" else leader
    ports = {
        "secure client": secured.port,
        "quorum": server.ports.quorum,
        "election": server.ports.election,
    }
    with socket.create_connection((LOOPBACK, ports[port_of]), 10) as link:
        link.sendall(b"srvr" * 4)
        assert link.recv(100) in (b"", b"\x15\x03\x01\x00\x02\x02\x46")
    _refused(secured, server, port_of, "not-tls")
    assert secured.ensemble.leader() is leader


def _refused(secured: Secured, server: Server, port_of: str, why: str) -> None:
    def look() -> bool:
        events = server.events_named("TlsRefused")
        return (port_of, why) in [(e["port_of"], e["why"]) for e in events]

    secured.ensemble.wait_for(look, f"{port_of}: {why}")


def _srvr(secured: Secured, port: int, identity: Path | None) -> bytes:
    context = ssl.create_default_context(cafile=str(secured.trust))
    if identity is not None:
        context.load_cert_chain(identity)
    with (
        socket.create_connection((LOOPBACK, port), 10) as plain,
        context.wrap_socket(plain, server_hostname=LOOPBACK) as link,
    ):
        link.sendall(b"srvr")
        found = b"".join(iter(lambda: link.recv(65536), b""))
        if not found:
            raise ConnectionResetError
        return found
