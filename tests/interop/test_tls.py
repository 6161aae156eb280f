"""Servers of both kinds in one ensemble whose every connection speaks TLS."""

from pathlib import Path

import pytest

from tests.certificates import PASSWORD, Authority
from tests.e2e.ensemble import Ensemble, ours
from tests.e2e.kazoos import connected
from tests.interop.java import java, missing

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


def test_java_follows_and_leads_over_tls(tmp_path: Path) -> None:
    authority = Authority()
    mine = authority.sign("server").pkcs12(tmp_path / "server.p12")
    trust = authority.trust_store(tmp_path / "ca.pem")
    settings = {
        "sslQuorum": "true",
        "ssl.quorum.keyStore.location": mine,
        "ssl.quorum.keyStore.password": PASSWORD,
        "ssl.quorum.trustStore.location": trust,
    }
    launchers = [ours, ours, java]
    with Ensemble(tmp_path, launchers, settings=settings) as servers:
        leader = servers.start(1, 2)  # ours leads, Java's follows
        servers.start(3)
        with connected(leader.address) as client:
            client.create("/over-tls", b"1")
        servers.wait_level()
        leader.kill()
        assert servers.wait_serving(1, 3) is servers[3], "the higher id leads"
        with connected(servers[1].address) as client:
            client.set("/over-tls", b"2")
        servers.start(2)
        servers.wait_level()
