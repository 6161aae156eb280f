"""Damage valid bytes the way a decoder fears it: lengths, counts, ends, splices.

A mutant is made of a seed and one to four of these wounds.  Half of them know
that most formats here are big-endian numbers in front of what they count.
"""

import struct
from collections.abc import Callable, Sequence
from random import Random

# Where decoders break: around zero, around the limits, and far beyond them.
NUMBERS = (
    *(-(2**31), -(2**16), -2, -1, 0, 1, 2, 3, 4, 8, 16, 20, 36, 40, 44, 255, 2048),
    *(2049, 65535, 65536, 0x7FFFF, 0x80001, 0xFFFFF, 0x100000, 0x1FFFFE, 0x1FFFFF),
    *(0x200000, 2**24, 2**30, 2**31 - 1),
)
WORDS = (
    *(b"server.1=h:1:2", b"=", b":", b"\\", b"\\u", b"\\u0000", b"\\uD800", b"#"),
    *(b"\n", b"\r\n", b"..", b"[", b"]", b"|", b";", b"version=", b"9" * 30, b"-1"),
    *(b"1_0", b"\xef\xbc\x91", b"\xff\xfe", b"\xed\xa0\x80", b"\0", b"NaN", b"null"),
    *(b"Infinity", b"1e999", b"{", b"}", b'"', b"true", b"[[[[", b"GET ", b"HEAD "),
    *(b"CONNECT ", b"HTTP/1.1", b"HTTP/0.9", b"Content-Length: 5\r\n", b"\r\n\r\n"),
    *(b"Expect: 100-continue\r\n", b"Transfer-Encoding: chunked\r\n", b"/commands"),
    *(b"ruok", b"mntr", b"Upgrade: h2c\r\nConnection: upgrade\r\n", b"/", b"//"),
)


def mutate(seeds: Sequence[bytes], chance: Random) -> bytes:
    """Return one damaged seed; one in sixteen stays whole, to keep checks honest."""
    data = bytearray(chance.choice(seeds))
    wounds = chance.randrange(16)
    for _ in range(wounds and 1 + wounds // 5):
        at = chance.randrange(len(data) + 1)
        chance.choice(WOUNDS)(data, at, chance, seeds)
    return bytes(data)


Wound = Callable[[bytearray, int, Random, Sequence[bytes]], None]


def _bit(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    if at < len(data):
        data[at] ^= 1 << chance.randrange(8)


def _byte(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    if at < len(data):
        data[at] = chance.randrange(256)


def _number(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    number = chance.choice(NUMBERS)
    data[at : at + 4] = struct.pack(">i", number)


def _near(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    """Make a number that is there a little larger or smaller: a length that lies."""
    at -= at % 4
    if at + 4 <= len(data):
        (number,) = struct.unpack_from(">I", data, at)
        number = (number + chance.choice((-4, -1, 1, 4, 1 << 8))) % 2**32
        struct.pack_into(">I", data, at, number)


def _long(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    number = chance.choice((-(2**63), -1, 0, 1, 2**32 - 1, 2**63 - 1))
    data[at : at + 8] = struct.pack(">q", number)


def _cut(data: bytearray, at: int, _chance: Random, _: Sequence[bytes]) -> None:
    del data[at:]


def _drop(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    del data[at : at + chance.randrange(1, 9)]


def _repeat(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    data[at:at] = data[at : at + chance.randrange(1, 33)]


def _word(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    data[at:at] = chance.choice(WORDS)


def _noise(data: bytearray, at: int, chance: Random, _: Sequence[bytes]) -> None:
    data[at:at] = chance.randbytes(chance.randrange(1, 17))


def _splice(data: bytearray, at: int, chance: Random, seeds: Sequence[bytes]) -> None:
    other = chance.choice(seeds)
    start = chance.randrange(len(other) + 1)
    data[at:] = other[start : start + 4096]


WOUNDS: tuple[Wound, ...] = (
    *(_bit, _byte, _number, _number, _near, _near, _long),
    *(_cut, _drop, _repeat, _word, _noise, _splice),
)
