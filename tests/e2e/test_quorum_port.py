"""The elected finds its quorum port taken: it says so, looks again, and leads later."""

import socket
from pathlib import Path

import pytest

from tests.e2e.ensemble import LOOPBACK, Ensemble, ours

pytestmark = pytest.mark.e2e


def test_a_leader_whose_port_is_taken_retries_until_it_has_it(tmp_path: Path) -> None:
    quick = {"initLimit": 10}
    with (
        Ensemble(tmp_path, [ours] * 3, settings=quick) as ensemble,
        socket.socket() as stranger,
    ):
        elected = ensemble[3]
        pair = (ensemble[2], elected)  # each needs the other's vote: 3 is elected
        stranger.bind((LOOPBACK, elected.ports.quorum))
        for server in pair:
            server.start()
        complaint = f"Couldn't bind to port {elected.ports.quorum}"
        ensemble.wait_for(lambda: elected.log().count(complaint) > 1, complaint)
        assert all(server.running for server in pair)
        assert not any(server.mode() for server in pair)
        assert '"event":"PortUnavailable"' in elected.events.read_text()
        stranger.close()
        assert ensemble.wait_serving(2, 3) is elected
