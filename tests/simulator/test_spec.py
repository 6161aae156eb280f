"""The specification judges real clusters' events as it judges the simulator's."""

from pathlib import Path

import pytest

from node import events
from node.events import Record, decode
from simulator.spec import Spec
from simulator.violation import Violation
from tests.e2e.ensemble import Ensemble, ours
from tests.e2e.kazoos import connected


def record(node: int, event: object) -> Record:
    return Record("id", "lab", node, "boot", 1, 0.0, (), "", event)


def judge(*told: tuple[int, object]) -> None:
    spec = Spec((1, 2, 3))
    for node, event in told:
        spec.feed(record(node, event))
    spec.finish()


FRESH = events.Recovered(0, 0, 0, 0, 0, torn=False)


def test_a_promise_that_a_restart_forgets_is_illegal() -> None:
    accepted = events.EpochAccepted(5, 2, already=False)
    with pytest.raises(Violation, match="forgot acceptedEpoch 5"):
        judge((1, FRESH), (1, accepted), (1, FRESH))


def test_a_log_that_a_restart_loses_is_illegal() -> None:
    logged = events.TxnsLogged(0x100000001, 0x100000004, 4)
    with pytest.raises(Violation, match="lost its log"):
        judge((1, FRESH), (1, logged), (1, FRESH))


def test_two_leaders_of_one_epoch_are_illegal() -> None:
    def led(sid: int) -> list[tuple[int, object]]:
        return [
            (sid, FRESH),
            (sid, events.EpochAccepted(1, sid, already=False)),
            (sid, events.EpochSaved(1, "LEADING")),
            (sid, events.LeaderEstablished(1, (1, 2), 2, 3)),
        ]

    with pytest.raises(Violation, match="Leadership"):
        judge(*led(1), *led(2))


def test_a_commit_that_skips_a_transaction_is_illegal() -> None:
    first = events.TxnsCommitted(0x100000001, 0x100000001, 1)
    third = events.TxnsCommitted(0x100000003, 0x100000003, 1)
    with pytest.raises(Violation, match="skipped"):
        judge((1, FRESH), (1, first), (1, third))


@pytest.mark.e2e
def test_a_real_ensemble_that_lost_its_leader_tells_a_legal_run(tmp_path: Path) -> None:
    with Ensemble(tmp_path, [ours] * 3) as ensemble:
        leader = ensemble.start()
        with connected(ensemble.hosts) as client:
            client.create("/spec")
            for number in range(30):
                client.set("/spec", b"%d" % number)
            leader.kill()
            ensemble.wait_serving(*(s.sid for s in ensemble.servers if s is not leader))
            for number in range(30):
                client.retry(client.set, "/spec", b"again %d" % number)
            ensemble.start(leader.sid)
        for server in ensemble.servers:
            server.stop()
        spec = Spec((1, 2, 3))
        for server in ensemble.servers:
            for line in server.events.read_text().splitlines():
                told = decode(line)
                if told is not None:
                    spec.feed(told)
    spec.finish()
    assert len(spec.led) == 2, "void: it should have had two leaders"
    assert spec.fed > 100
    assert sum(last & 0xFFFFFFFF for _, last in spec.committed.values()) >= 60
