"""The transaction id: an epoch and a counter in one 64-bit number.

The high 32 bits are the epoch, one per established leader, the low 32
bits count within it.  Compare two zxids as plain integers and you compare
epochs first: that is the whole trick, and the reason it is an `int` here.
"""

COUNTER_MAX = 0xFFFFFFFF
EPOCH_MAX = 0x7FFFFFFF  # a zxid is a signed number on the wire


def make_zxid(epoch: int, counter: int) -> int:
    """Return the zxid of the `counter`-th transaction of `epoch`."""
    return epoch << 32 | counter


def epoch_of(zxid: int) -> int:
    """Return the epoch in which this transaction was proposed."""
    return zxid >> 32


def counter_of(zxid: int) -> int:
    """Return the place of this transaction within its epoch; 0 is no write."""
    return zxid & COUNTER_MAX


def show(zxid: int) -> str:
    """Return the zxid as ZooKeeper prints it: `0x100000002`; -1 is all ones."""
    return f"0x{zxid & 0xFFFFFFFFFFFFFFFF:x}"
