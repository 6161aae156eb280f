"""Every decoder of foreign bytes, with what it must hold for any bytes at all.

A check takes bytes and returns nothing.  The decoder may turn them down with its
documented error; otherwise what it made of them must encode to bytes that decode
to an equal value, and where bytes come in chunks, the chunks may not matter.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from node.clients.handshake import FOUR_LETTER_WORDS
from tests.decoders import of_clients, of_disks, of_peers, of_people, seeds


class Decoder(NamedTuple):
    """One decoder: valid bytes, and the claim that holds for any bytes."""

    name: str
    seeds: Callable[[], Sequence[bytes]]
    check: Callable[[bytes], None]
    share: float = 1.0  # how many of the inputs it gets: dear ones get fewer


DECODERS = (
    Decoder("client frames", seeds.client_frames, of_clients.check_client),
    Decoder(
        "client frames, bytewise",
        seeds.client_frames,
        of_clients.check_client_bytewise,
        0.25,
    ),
    Decoder("client records", seeds.records, of_clients.check_records),
    Decoder("quorum packets", seeds.quorum_packets, of_peers.check_quorum),
    Decoder(
        "quorum packets, bytewise", seeds.quorum_packets, of_peers.check_quorum_bytewise
    ),
    Decoder("quorum records", seeds.records, of_peers.check_inner),
    Decoder("notifications", seeds.votes, of_peers.check_vote),
    Decoder("election greetings", seeds.greetings, of_peers.check_greeting),
    Decoder("transaction log", seeds.logs, of_disks.check_log),
    Decoder("snapshot file", seeds.snapshots, of_disks.check_snapshot),
    Decoder("snapshot stream", seeds.streams, of_disks.check_stream),
    Decoder(
        "epoch files", lambda: (b"0", b"1", b"4294967295", b"17"), of_disks.check_epoch
    ),
    Decoder("zoo.cfg", of_people.config_seeds, of_people.check_config),
    Decoder("properties", lambda: (seeds.CONFIG.encode(),), of_people.check_properties),
    Decoder(
        "four-letter words",
        lambda: sorted(FOUR_LETTER_WORDS),
        of_clients.check_four_letters,
    ),
    Decoder(
        "http",
        lambda: (
            b"GET /commands/ruok HTTP/1.1\r\nHost: h\r\n\r\n",
            b"HEAD /commands HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n",
            b"POST /commands/ruok HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
            b"GET /commands/monitor?x=1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        ),
        of_people.check_http,
    ),
    Decoder("events", seeds.lines, of_people.check_event),
)
