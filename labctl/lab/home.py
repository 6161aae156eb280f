"""Where the lab keeps its files: one folder per lab below LABCTL_HOME.

labs/NAME/lab.json          what was asked for: nodes, ports, runtime
labs/NAME/lock              who works on the lab right now
labs/NAME/n1/zoo.cfg        the node's configuration, as it was started
labs/NAME/n1/data/          its disk: myid, epochs, log, snapshots
labs/NAME/n1/node.log       its log, in ZooKeeper's wording
labs/NAME/n1/events.jsonl   its event stream
labs/NAME/n1/run.json       the running process: pid and boot nonce
failed/NAME-TIME/           the logs of a bring-up that was rolled back
runs/ID.jsonl.gz            recordings that were kept, see `labctl.lab.runs`
classroom/ID/               exercises that were begun, see `labctl.classroom.attempt`
"""

import os
import re
import sys
from pathlib import Path

from labctl.errors import NO_MATCH, USAGE, LabError
from labctl.words.phrase import Phrase

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def home() -> Path:
    """Return the state folder: LABCTL_HOME, or the platform's place for state."""
    if given := os.environ.get("LABCTL_HOME"):
        return Path(given).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "quorumlab"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local"))
        return Path(local) / "quorumlab"
    state = os.environ.get("XDG_STATE_HOME", str(Path.home() / ".local" / "state"))
    return Path(state) / "quorumlab"


def lab_folder(name: str) -> Path:
    """Return the lab's folder; a name must be fit for containers and paths."""
    if not _NAME.fullmatch(name):
        raise LabError(
            Phrase("lab.bad-name", {"name": name}), Phrase("lab.bad-name.hint"), USAGE
        )
    return home() / "labs" / name


def lab_names() -> list[str]:
    """Return the labs that have a description on this machine."""
    return sorted(path.parent.name for path in home().glob("labs/[!.]*/lab.json"))


def no_such_lab(name: str) -> LabError:
    """Return the error for a lab that does not exist."""
    return LabError(
        Phrase("lab.none", {"lab": name}), Phrase("lab.none.hint"), NO_MATCH
    )
