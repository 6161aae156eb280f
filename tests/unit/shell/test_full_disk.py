"""A full disk: the log and the event stream are lost, the server is not."""

import errno
import io
import os
from pathlib import Path

import pytest

from node.effects import note
from node.events import ListenerOpened
from node.shell.eventlog import EventLog
from node.shell.zklog import ZkLog
from node.wording.line import V3_5, Line, Speaker

FULL = Path("/dev/full")  # takes nothing: ENOSPC for every write
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")


def test_events_that_a_full_disk_refuses_are_dropped(tmp_path: Path) -> None:
    link = tmp_path / "events.jsonl"
    link.symlink_to(FULL)
    log = EventLog(str(link), "lab", 1, "boot")
    opened = note(ListenerOpened("client", "", 2181))
    log.write(opened)
    log.flush()
    link.unlink()  # there is room again
    log.write(opened)
    log.write(opened)
    log.close()
    assert len(link.read_text().splitlines()) == 1
    assert log.seq == 3


def test_events_end_where_their_file_cannot_be_opened_any_more(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    (folder / "events.jsonl").symlink_to(FULL)
    log = EventLog(str(folder / "events.jsonl"), "lab", 1, "boot")
    (folder / "events.jsonl").unlink()
    folder.rmdir()
    for _ in range(2):
        log.write(note(ListenerOpened("client", "", 2181)))
    assert log.seq == 2


class Full(io.StringIO):
    """A file that nothing can be written to any more."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_log_that_a_full_disk_refuses_raises_nothing() -> None:
    full = Full()
    log = ZkLog(Speaker(V3_5, 1, "", {}), full)
    log.say(Line("main", "QuorumPeerConfig", "a line"))
    assert full.getvalue() == ""
