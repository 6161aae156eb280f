"""Records the vectors from Apache ZooKeeper 3.8.0: `python -m tests.vectors.record`.

The recorder plays an election peer, a follower, an observer, a leader and a
client against real Java servers, and keeps every message both sides say.  Run
it again only to record more: the vectors in the repository are the judge.
"""

import json
import shutil
import tempfile
from pathlib import Path

from tests.e2e.ensemble import FAST, Ensemble
from tests.interop.java import java
from tests.vectors import client, peers
from tests.vectors.raw import Said

HERE = Path(__file__).parent

# A 64 KiB log instead of 64 MiB, so that the vector is small.
SETTINGS = {**FAST, "preAllocSize": 64, "tickTime": 500}


def main() -> None:
    """Record every conversation and file, each from a fresh ensemble."""
    with tempfile.TemporaryDirectory() as folder:
        with Ensemble(Path(folder) / "a", [java] * 3, settings=SETTINGS) as servers:
            _keep("election", peers.play_election_peer(servers))
        with Ensemble(
            Path(folder) / "b", [java] * 4, observers=[4], settings=SETTINGS
        ) as servers:
            servers.start(1, 2)
            _keep("client", client.play_client(servers))
            _keep("follower-snap", peers.play_follower(servers, last=0, epoch=0))
            known = servers.leader().zxid()
            _keep(
                "follower-diff", peers.play_follower(servers, last=known - 3, epoch=1)
            )
            ahead = servers.leader().zxid() + 3
            _keep("follower-trunc", peers.play_follower(servers, last=ahead, epoch=1))
            _keep("observer", peers.play_observer(servers))
            _keep_files(servers)
        with Ensemble(Path(folder) / "c", [java] * 3, settings=SETTINGS) as servers:
            _keep("leader", peers.play_leader(servers))


def _keep(name: str, said: list[Said]) -> None:
    lines = ",\n  ".join(json.dumps(message.as_json()) for message in said)
    (HERE / f"{name}.json").write_text(f"[\n  {lines}\n]\n")


def _keep_files(servers: Ensemble) -> None:
    """Keep the disk of a leader that restarted, so that it holds every kind of file."""
    session = client.Client(servers[1])
    for mode in (0, 1, 2):
        body = client.create(f"/disk-{mode}", b"on disk", mode)
        session.ask("create", client.CREATE, body)
    servers[1].kill()
    servers[2].kill()
    session.link.close()
    leader = servers.start(1, 2)
    with client.Client(leader) as session:
        session.create("/after-the-restart", b"x")
    leader.kill()
    shutil.rmtree(HERE / "disk", ignore_errors=True)
    shutil.copytree(leader.data, HERE / "disk")


if __name__ == "__main__":
    main()
