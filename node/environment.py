"""What a server needs around it: a disk, clocks, timers and ways to send.

`node.shell.server` implements it with sockets, files and threads, the simulator with
a heap of future events.  The server decides, its environment acts.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from node.effects import Note
from node.storage.recovery import Recovery
from node.tree.znodes import Tree
from node.wire.notification import Notification
from node.wire.quorum import Packet


class Store(Protocol):
    """The disk of one server: log, snapshots, epoch files."""

    def recover(self) -> Recovery:
        """Read everything back."""

    def epochs(self, last_zxid: int) -> tuple[int, int]:
        """Return (acceptedEpoch, currentEpoch)."""

    def save_epoch(self, name: str, epoch: int) -> None:
        """Replace an epoch file, durably."""

    def append(self, zxid: int, entry: bytes) -> None:
        """Put a transaction in line for the next sync."""

    def when_durable(self, promise: Callable[[], None]) -> None:
        """Call `promise` once everything appended so far is on disk."""

    def sync(self) -> None:
        """Start a sync for the promises that wait, unless one is running."""

    def flush(self) -> None:
        """Make everything appended durable now; promises are void."""

    def truncate(self, zxid: int) -> Recovery | None:
        """Cut the log and read the tree again; None if that is impossible."""

    def adopt(self, tree: Tree, zxid: int) -> None:
        """Make a received tree the newest thing on disk."""

    def write_ahead(
        self,
        tree: Tree,
        zxid: int,
        moved: Callable[[], None],
        done: Callable[[], None],
    ) -> None:
        """Write a received tree beside everything else, for `adopt` to take."""

    def save_tree(self, tree: Tree, zxid: int) -> None:
        """Write a snapshot beside serving."""

    def drop_snapshot(self) -> None:
        """Give up a snapshot in the making: its tree is to hold something else."""

    def purge(self) -> None:
        """Begin to remove old files, if it is time."""

    def snapshot_due(self) -> bool:
        """Return whether it is time for a snapshot."""


class Environment(Protocol):
    """Time, timers, peers, disk and clients of one server."""

    @property
    def store(self) -> Store:
        """The disk."""

    def now_ms(self) -> int:
        """Return a clock that only rises."""

    def wall_ms(self) -> int:
        """Return milliseconds since 1970, for ctime and mtime alone."""

    def publish(self, published: Note, message_id: str = "") -> str:
        """Write an event down; return its id."""

    def because(self, cause: tuple[str, ...]) -> None:
        """Name the cause of the events that follow."""

    def set_timer(self, name: str, after_ms: int) -> None:
        """Call `fire(name)` then; setting a timer again replaces it."""

    def stop_timer(self, name: str) -> None:
        """Forget a timer."""

    def settle_soon(self) -> None:
        """Call `settle` once everything that is ready now was handled."""

    def publish_soon(self) -> None:
        """Call `publish_txn_ranges` a moment later: more writes may come until then."""

    def tell(self, to: int, notification: Notification) -> None:
        """Send a vote."""

    def send(self, links: tuple[int, ...], packet: Packet) -> None:
        """Put a packet in line on some links."""

    def send_tree(self, link: int, chunks: Iterator[bytes]) -> None:
        """Stream a tree; what is sent later waits behind it."""

    def listen(self) -> None:
        """Accept learners; call `listening` or `listen_failed`, now or later."""

    def dial(self, leader: int) -> None:
        """Call a leader."""

    def hang_up(self, link: int) -> None:
        """Close one link."""

    def close_links(self) -> None:
        """Close all links and the quorum port."""

    def flush(self) -> None:
        """Write what is in line for peers and clients."""
