"""kazoo clients for the tests: connected when you get them, gone when you leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from kazoo.client import KazooClient
from kazoo.exceptions import ConnectionLoss, NodeExistsError, SessionExpiredError
from kazoo.handlers.threading import KazooTimeoutError

from tests.e2e.ensemble import Ensemble

SESSION_S = 4.0  # 20 ticks of 200 ms: the longest session that FAST allows


@contextmanager
def connected(hosts: str, timeout_s: float = SESSION_S) -> Iterator[KazooClient]:
    """Give a started client and close its session at the end."""
    patient = {"max_tries": -1, "delay": 0.05, "backoff": 1, "max_delay": 0.05}
    client = KazooClient(
        hosts=hosts,
        timeout=timeout_s,
        connection_retry=patient,
        command_retry=patient,
    )
    client.start(timeout=60)
    try:
        yield client
    finally:
        client.stop()
        client.close()


class Writer:
    """Creates `/log/n` for n = 0, 1, 2… and keeps which ones were acknowledged."""

    def __init__(self, hosts: str):
        """Prepare; `with` starts and ends the writing."""
        self.hosts = hosts
        self.acknowledged: list[int] = []
        self.failures: list[BaseException] = []
        self._enough = Event()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> "Writer":
        """Begin to write in a thread of its own."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop writing."""
        self._enough.set()
        self._thread.join(60)
        assert not self._thread.is_alive()
        assert not self.failures, self.failures

    def wait_for_more(self, ensemble: Ensemble, count: int) -> None:
        """Wait until this many more writes were acknowledged."""
        goal = len(self.acknowledged) + count
        ensemble.wait_for(
            lambda: len(self.acknowledged) >= goal or self.failures,
            f"{count} more writes",
        )

    def _run(self) -> None:
        try:
            with connected(self.hosts) as client:
                client.ensure_path("/log")
                number = 0
                while not self._enough.is_set():
                    self._write(client, number)
                    number += 1
        except BaseException as error:  # noqa: BLE001 (told to the test's thread)
            self.failures.append(error)

    def _write(self, client: KazooClient, number: int) -> None:
        """Write until it is acknowledged, or known to be there already."""
        while not self._enough.is_set():
            try:
                client.create(f"/log/{number}", b"%d" % number)
            except NodeExistsError:
                pass  # an earlier try did arrive, only its answer was lost
            except (ConnectionLoss, SessionExpiredError, KazooTimeoutError):
                self._enough.wait(0.05)
                continue
            self.acknowledged.append(number)
            return


def written(client: KazooClient) -> set[int]:
    """Return the numbers that are in the tree."""
    client.sync("/log")
    return {int(name) for name in client.get_children("/log")}
