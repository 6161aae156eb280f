"""Metrics are counted from events, and written as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

from node import events as on
from node.admin.metrics import Metrics, exposition


def lived() -> Metrics:
    """A server that looked, followed, lost its leader, looked again and led."""
    metrics = Metrics()
    decided = on.ElectionDecided("FOLLOWING", 1, 2, 0, 0, (1, 2), 2, 3, "vote", 30)
    for now_ms, event in (
        (0, on.StateChanged("", "LOOKING", "start")),
        (30, decided),
        (30, on.StateChanged("LOOKING", "FOLLOWING", "elected")),
        (90, on.ServingClients("FOLLOWING", 1)),
        (95, on.TxnsLogged(1, 4, 4)),
        (96, on.TxnsCommitted(1, 3, 3)),
        (100, on.StateChanged("FOLLOWING", "LOOKING", "leader-lost")),
        (150, decided._replace(state="LEADING", took_ms=50)),
        (150, on.StateChanged("LOOKING", "LEADING", "elected")),
        (151, on.SyncPlanned(3, "DIFF", "recent", 1, 1, 3, -1, 2)),
        (160, on.ServingClients("LEADING", 2)),
        (170, on.TxnsProposed(1, 7, 7)),
        (171, on.TxnsLogged(1, 7, 7)),
        (172, on.TxnsCommitted(1, 6, 6)),
    ):
        metrics.hear(event, now_ms)
    return metrics


def test_each_event_is_counted_under_zookeepers_name() -> None:
    values = lived().values()
    assert values["looking_count"] == 2
    assert (values["cnt_election_time"], values["avg_election_time"]) == (2, 40)
    assert (values["min_unavailable_time"], values["max_unavailable_time"]) == (60, 90)
    assert values["learner_proposal_received_count"] == 4
    assert values["learner_commit_received_count"] == 3
    assert (values["proposal_count"], values["commit_count"]) == (7, 6)
    assert (values["diff_count"], values["snap_count"]) == (1, 0)


def test_prometheus_reads_it() -> None:
    monitor = {"version": "3.8.0", "znode_count": 5, "avg_latency": 0.25}
    metrics = lived()
    metrics.fsync_took(2.5)
    text = exposition(lambda: monitor | metrics.values(), metrics)
    families = {one.name: one for one in text_string_to_metric_families(text)}
    assert families["znode_count"].samples[0].value == 5
    assert "version" not in families
    assert families["election_time"].type == "summary"
    shares = {
        sample.labels["quantile"]: sample.value
        for sample in families["election_time"].samples
        if "quantile" in sample.labels
    }
    assert shares == {"0.5": 50, "0.9": 50, "0.99": 50}
    assert families["looking_count"].type == "counter"
    typed = [line.split()[2] for line in text.splitlines() if line[0] == "#"]
    assert len(typed) == len(set(typed)), "a name is typed once"
