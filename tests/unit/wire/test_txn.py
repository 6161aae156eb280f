"""Transactions, byte for byte."""

import pytest

from node.wire.client import ACL, Id
from node.wire.jute import MalformedRecord, pack, read
from node.wire.txn import (
    HEADER_BYTES,
    CreateTxn,
    TxnHeader,
    header_of,
    pack_entry,
    zxid_of,
)

# A record of a live ensemble, with a digest behind it.
SAMPLE = bytes.fromhex(
    "01000029902f0000 00000001 0000000700000002 000001a20249af3f 00000001"
    "00000008 2f76696166616b65 00000001 31"
    "00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00 000002c9"
    "00000002 0000015d8d6c0223"
)
HEADER = TxnHeader(0x1000029902F0000, 1, 0x700000002, 0x1A20249AF3F, 1)
TXN = CreateTxn("/viafake", b"1", (ACL(31, Id("world", "anyone")),), False, 0x2C9)


def test_the_zxid_of_an_entry_is_found_without_decoding_it() -> None:
    assert zxid_of(SAMPLE) == 0x700000002


def test_a_recorded_entry_is_read() -> None:
    assert header_of(SAMPLE) == HEADER
    txn, end = read(CreateTxn, SAMPLE, HEADER_BYTES)
    assert txn == TXN
    assert len(SAMPLE) - end == 12  # the digest, which is relayed and not read


def test_an_entry_is_packed_as_java_does() -> None:
    assert pack_entry(HEADER, pack(TXN)) == SAMPLE[:-12]


@pytest.mark.parametrize("size", [0, 12, 31])
def test_an_entry_shorter_than_its_header_is_malformed(size: int) -> None:
    with pytest.raises(MalformedRecord):
        zxid_of(SAMPLE[:size])
    with pytest.raises(MalformedRecord):
        header_of(SAMPLE[:size])
