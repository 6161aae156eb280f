"""The end of a torture: all servers healed, one history, both judges."""

import shutil
import struct
from collections import Counter
from itertools import pairwise
from pathlib import Path
from zlib import adler32

from node.wire.txn import header_of
from node.zxid import counter_of, epoch_of
from tests.e2e.ensemble import Ensemble
from tests.torture import figures, linear, witness
from tests.torture.history import READS, History
from tests.torture.witness import Txn

WRITES_MIN = 300  # fewer prove nothing


def settle(ensemble: Ensemble) -> None:
    """Wait until all servers serve and stand at the same zxid."""
    ensemble.wait_serving()
    ensemble.wait_for(lambda: len({s.zxid() for s in ensemble.servers}) == 1)
    for server in ensemble.servers:
        assert "Traceback" not in server.log(), f"{server.folder}\n{server.log()}"


def judge(stage: str, history: History, ensemble: Ensemble, keep: Path) -> None:
    """Let both checkers judge, once all servers are healed and level."""
    settle(ensemble)
    final = final_history([server.data for server in ensemble.servers])
    judge_against(stage, history, final, keep)


def judge_against(stage: str, history: History, final: list[Txn], keep: Path) -> None:
    """Fail unless both checkers are content with a history worth judging.

    What they found goes on the sheet; the history is kept if they found anything.
    """
    assert final, "void: no final history to judge by"
    told = witness.check(history, final)
    orders = linear.check(history)
    kept = Counter((txn.session, txn.cxid) for txn in final)
    counts = [kept[write.session, write.cxid] for write in history.acknowledged]
    answers = f"{len(history.acknowledged)}, {len(history.unknown)}"
    figures.note(stage, "writes acknowledged, never answered", answers)
    figures.note(stage, "reads and events judged", _looks(history))
    figures.note(stage, "acknowledged writes lost", counts.count(0), "0")
    figures.note(stage, "done twice", sum(count > 1 for count in counts), "0")
    back = sum(problem.startswith("rule 5") for problem in told)
    figures.note(stage, "zxids that went back", back, "0")
    figures.note(stage, "violations: witness", len(told), "0")
    tried = sum(map(len, linear.by_znode(history).values()))
    what = f"violations: linearizability ({tried} calls)"
    figures.note(stage, what, len(orders), "0")
    assert len(counts) >= WRITES_MIN, f"void: only {len(counts)} acknowledged writes"
    if told or orders:
        saved = keep / "history.jsonl"
        history.save(saved)
        shown = "\n".join((told + orders)[:10])
        raise AssertionError(f"see {saved}\n{shown}")


def _looks(history: History) -> int:
    reads = sum(call.kind in READS for call in history.calls)
    return reads + len(history.events)


def final_history(folders: list[Path]) -> list[Txn]:
    """Return every committed transaction, from all servers' logs.

    A log that has each zxid of each epoch from the first is the history itself;
    one with gaps (its server once got a SNAP) may keep what was never committed.
    What two logs say of one zxid must be the same.
    """
    logs = [_entries(folder) for folder in folders]
    for one, other in pairwise(logs):
        shared = one.keys() & other.keys()
        differ = [hex(zxid) for zxid in shared if one[zxid] != other[zxid]]
        assert not differ, f"two servers logged different things at {differ[:5]}"
    whole = [log for log in logs if _has_no_gap(log)]
    if whole:
        chosen = max(whole, key=len)
    else:
        votes = Counter(zxid for log in logs for zxid in log)
        need = len(logs) // 2 + 1
        chosen = {z: e for log in logs for z, e in log.items() if votes[z] >= need}
    heads = [header_of(chosen[zxid]) for zxid in sorted(chosen)]
    return [Txn(head.zxid, head.session, head.cxid, head.type) for head in heads]


def _entries(folder: Path) -> dict[int, bytes]:
    """Read all log files of a server, with eyes of our own.

    After a 16-byte header: adler32 as a long, length, entry, the byte "B"; zeros
    or a torn record end the file.
    """
    found: dict[int, bytes] = {}
    for path in sorted(folder.glob("log.*")):
        data, at = path.read_bytes(), 16
        while at + 12 <= len(data):
            checksum, length = struct.unpack_from(">qi", data, at)
            entry = data[at + 12 : at + 12 + length]
            at += 13 + length
            if not length or data[at - 1 : at] != b"B" or adler32(entry) != checksum:
                break
            found[header_of(entry).zxid] = entry
    return found


def _has_no_gap(log: dict[int, bytes]) -> bool:
    zxids = sorted(log)
    starts = [counter_of(z) == 1 for z in zxids[:1]]
    return all(starts) and all(
        b == a + 1 or (epoch_of(b) > epoch_of(a) and counter_of(b) == 1)
        for a, b in pairwise(zxids)
    )


def forget(folder: Path) -> None:
    """Drop the servers' files of a test that passed: logs are large."""
    shutil.rmtree(folder, ignore_errors=True)
