"""The end of a torture: all servers healed, one history, both judges."""

import contextlib
import shutil
import threading
from collections import Counter
from pathlib import Path

from labctl.clients import linearizability, zxid_order
from labctl.clients.history import READS, History
from labctl.clients.txn_logs import entries_in, final_history
from labctl.clients.zxid_order import Txn
from labctl.lab.runtime.files import log_files
from tests.e2e.ensemble import Ensemble
from tests.torture import figures
from tests.torture.workload import endpoints, survey

WRITES_MIN = 300  # fewer prove nothing


def settle(ensemble: Ensemble) -> None:
    """Wait until all servers serve and stand at the same zxid."""
    ensemble.wait_serving()
    ensemble.wait_level()
    for server in ensemble.servers:
        assert "Traceback" not in server.log(), f"{server.folder}\n{server.log()}"


class Archive:
    """Keeps every log file that a server makes, though the server may delete it.

    A whole tree from a leader replaces a server's log; after a few faults nobody
    has the beginning any more.  A hard link keeps it, and is cut as it is cut.
    """

    def __init__(self, ensemble: Ensemble, folder: Path):
        """Prepare; `with` begins and ends to look for new files."""
        self.servers = {s.data: folder / f"logs{s.sid}" for s in ensemble.servers}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def folders(self) -> list[Path]:
        """Where the logs are, one folder for each server."""
        return list(self.servers.values())

    def __enter__(self) -> "Archive":
        """Begin."""
        for kept in self.folders:
            kept.mkdir()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look once more, and end."""
        self._over.set()
        self._thread.join(10)
        self.look()

    def _run(self) -> None:
        while not self._over.wait(0.05):
            self.look()

    def look(self) -> None:
        """Keep what is new."""
        for data, kept in self.servers.items():
            for log in data.glob("log.*"):
                with contextlib.suppress(FileNotFoundError, FileExistsError):
                    (kept / f"{log.name}.{log.stat().st_ino}").hardlink_to(log)


def judge(stage: str, history: History, ensemble: Ensemble, archive: Archive) -> None:
    """Let both checkers judge, once all servers are healed and level."""
    settle(ensemble)
    survey(history, endpoints(ensemble))
    archive.look()
    keep = archive.folders[0].parent
    judge_against(stage, history, logged(archive.folders), keep)


def judge_against(stage: str, history: History, final: list[Txn], keep: Path) -> None:
    """Fail unless both checkers are content with a history worth judging.

    What they found goes on the sheet; the history is kept if they found anything.
    """
    assert final, "void: no final history to judge by"
    told = zxid_order.check(history, final)
    orders = linearizability.check(history)
    kept = Counter((txn.session, txn.cxid) for txn in final)
    counts = [kept[write.session, write.cxid] for write in history.acknowledged]
    answers = f"{len(history.acknowledged)}, {len(history.unknown)}"
    figures.note(stage, "writes acknowledged, never answered", answers)
    figures.note(stage, "reads and events judged", _looks(history))
    back = sum(problem.startswith("rule 5") for problem in told)
    shown = f"{counts.count(0)}, {sum(count > 1 for count in counts)}, {back}"
    figures.note(stage, "acknowledged but lost, twice, zxids back", shown, "0, 0, 0")
    tried = sum(map(len, linearizability.by_znode(history).values()))
    what = f"violations: witness, linearizability of {tried} calls"
    figures.note(stage, what, f"{len(told)}, {len(orders)}", "0, 0")
    assert len(counts) >= WRITES_MIN, f"void: only {len(counts)} acknowledged writes"
    if told or orders:
        saved = keep / "history.jsonl"
        history.save(saved)
        shown = "\n".join((told + orders)[:10])
        raise AssertionError(f"see {saved}\n{shown}")


def _looks(history: History) -> int:
    reads = sum(call.kind in READS for call in history.calls)
    return reads + len(history.events)


def logged(folders: list[Path]) -> list[Txn]:
    """Return what the servers' logs, kept in these folders, hold together."""
    return final_history([entries_in(log_files(folder)) for folder in folders])


def forget(folder: Path) -> None:
    """Drop the servers' files of a test that passed: logs are large."""
    shutil.rmtree(folder, ignore_errors=True)
