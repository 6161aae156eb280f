"""Metrics: what a server has done since it started, counted from its own events.

Names are those of ZooKeeper's class ServerMetrics; dashboards look for them.  A
counter is a number; a summary becomes avg_, min_, max_, cnt_ and sum_ in `mntr`, and
quantiles, _sum and _count for Prometheus.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any

from node import events as on

LATEST = 1024  # values of a summary that its quantiles look at
QUANTILES = (0.5, 0.9, 0.99)

COUNTERS = (
    "commit_count",
    "connection_rejected",
    "diff_count",
    "learner_commit_received_count",
    "learner_proposal_received_count",
    "looking_count",
    "proposal_count",
    "snap_count",
    "stale_sessions_expired",
)
SUMMARIES = ("election_time", "fsynctime", "snapshottime", "unavailable_time")


class Summary:
    """Values of one kind: how many, their sum, least and greatest, the latest."""

    def __init__(self) -> None:
        self.count = 0
        self.total = self.least = self.most = 0.0
        self.latest: deque[float] = deque(maxlen=LATEST)

    def add(self, value: float) -> None:
        """Take one value in."""
        self.least = min(self.least, value) if self.count else value
        self.most = max(self.most, value)
        self.count += 1
        self.total += value
        self.latest.append(value)

    def quantile(self, share: float) -> float:
        """Return the value that this share of the latest ones does not exceed."""
        values = sorted(self.latest)
        return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0


class Metrics:
    """All counters and summaries of one server."""

    def __init__(self) -> None:
        """Begin with nothing counted; a server begins without serving anybody."""
        self.counters: Counter[str] = Counter(dict.fromkeys(COUNTERS, 0))
        self.summaries = {name: Summary() for name in SUMMARIES}
        self._unavailable_since_ms: int | None = None
        self._hear: dict[type[Any], Callable[[Any, int], None]] = {
            on.StateChanged: self._state_changed,
            on.ElectionDecided: self._election_decided,
            on.SyncPlanned: self._sync_planned,
            on.ServingClients: self._serving_clients,
            on.TxnsProposed: self._txns_proposed,
            on.TxnsLogged: self._txns_logged,
            on.TxnsCommitted: self._txns_committed,
            on.SnapshotTaken: self._snapshot_taken,
            on.SessionExpired: self._session_expired,
            on.SessionRefused: self._session_refused,
        }
        self._state = ""

    def hear(self, event: Any, now_ms: int) -> None:
        """Count what an event means, if it means anything to a metric."""
        count = self._hear.get(type(event))
        if count is not None:
            count(event, now_ms)

    def fsync_took(self, took_ms: float) -> None:
        """Count one fdatasync; the disk's threads call it."""
        self.summaries["fsynctime"].add(took_ms)

    def values(self) -> dict[str, float]:
        """Return all of them as `mntr` names them."""
        found: dict[str, float] = dict(self.counters)
        for name, summary in self.summaries.items():
            mean = summary.total / summary.count if summary.count else 0.0
            found |= {
                f"avg_{name}": round(mean, 4),
                f"min_{name}": int(summary.least),
                f"max_{name}": int(summary.most),
                f"cnt_{name}": summary.count,
                f"sum_{name}": int(summary.total),
            }
        return found

    def _state_changed(self, event: on.StateChanged, now_ms: int) -> None:
        self._state = event.new
        if event.new == "LOOKING":
            self.counters["looking_count"] += 1
            if self._unavailable_since_ms is None:
                self._unavailable_since_ms = now_ms

    def _serving_clients(self, _: on.ServingClients, now_ms: int) -> None:
        if self._unavailable_since_ms is not None:
            took_ms = now_ms - self._unavailable_since_ms
            self.summaries["unavailable_time"].add(took_ms)
            self._unavailable_since_ms = None

    def _election_decided(self, event: on.ElectionDecided, _: int) -> None:
        self.summaries["election_time"].add(event.took_ms)

    def _sync_planned(self, event: on.SyncPlanned, _: int) -> None:
        if event.mode in ("SNAP", "DIFF"):
            self.counters[f"{event.mode.lower()}_count"] += 1

    def _txns_proposed(self, event: on.TxnsProposed, _: int) -> None:
        self.counters["proposal_count"] += event.txns

    def _txns_logged(self, event: on.TxnsLogged, _: int) -> None:
        if self._state == "FOLLOWING":
            self.counters["learner_proposal_received_count"] += event.txns

    def _txns_committed(self, event: on.TxnsCommitted, _: int) -> None:
        leads = self._state == "LEADING"
        name = "commit_count" if leads else "learner_commit_received_count"
        self.counters[name] += event.txns

    def _snapshot_taken(self, event: on.SnapshotTaken, _: int) -> None:
        self.summaries["snapshottime"].add(event.took_ms)

    def _session_expired(self, _event: on.SessionExpired, _: int) -> None:
        self.counters["stale_sessions_expired"] += 1

    def _session_refused(self, event: on.SessionRefused, _: int) -> None:
        self.counters["connection_rejected"] += event.why == "too-many-connections"


def exposition(monitor: Callable[[], Mapping[str, Any]], metrics: Metrics) -> str:
    """Return everything in Prometheus's text format, version 0.0.4.

    `monitor` gives what `mntr` shows; what is text there (the version, the state) has
    no place here.
    """
    counted = metrics.values()
    numbers = {
        name: value
        for name, value in monitor().items()
        if isinstance(value, int | float) and name not in counted
    }
    lines = []
    for name, value in numbers.items():
        lines += [f"# TYPE {name} gauge", f"{name} {float(value)}"]
    for name, count in metrics.counters.items():
        lines += [f"# TYPE {name} counter", f"{name} {float(count)}"]
    for name, summary in metrics.summaries.items():
        lines.append(f"# TYPE {name} summary")
        for share in QUANTILES:
            value = summary.quantile(share)
            lines.append(f'{name}{{quantile="{share}"}} {float(value)}')
        lines.append(f"{name}_count {float(summary.count)}")
        lines.append(f"{name}_sum {float(summary.total)}")
    return "\n".join(lines) + "\n"
