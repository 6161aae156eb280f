"""Feed mutants to a decoder and judge it: errors, steps and memory.

python -m tests.decoders.run "zoo.cfg" 100000 7      as many inputs, this seed
python -m tests.decoders.run "zoo.cfg" 1 7 --at 4711 that one input again
"""

import sys
import time
import tracemalloc
from collections.abc import Callable
from random import Random
from types import FrameType
from typing import Any, NamedTuple

from tests.decoders.decoders import DECODERS, Decoder
from tests.decoders.mutate import mutate

# Time only raises a suspicion, at what a fast machine needs for the steps allowed; the
# steps are lines of Python.  What a loop in C does is bounded by the far limit.
SUSPECT_S = 0.005
STEPS_MAX = 50_000
FAR_S = 2.0
MEMORY_EVERY = 250  # tracemalloc costs a hundredfold
# Python objects are larger than the bytes they stand for; what matters is that
# no length in the input is believed before it is checked.
MEMORY_PER_BYTE = 100
MEMORY_MORE = 1 << 20


TraceFunction = Callable[[FrameType, str, Any], Any]


class Result(NamedTuple):
    """What a run saw."""

    inputs: int
    seconds: float
    slowest_ms: float
    peak_bytes: int


class Broken(AssertionError):
    """A decoder broke its claim; the message holds the command that replays it."""


def run(decoder: Decoder, inputs: int, seed: int, first: int = 0) -> Result:
    """Judge a decoder on so many inputs, the `first` of them skipped."""
    seeds = decoder.seeds()
    for whole in seeds:
        decoder.check(whole)  # warms codecs up, and shows that the seeds are valid
    chance = Random()
    clock = time.thread_time
    slowest, peak = 0.0, 0
    started = time.perf_counter()
    for at in range(first, first + inputs):
        chance.seed(seed << 32 | at)
        data = mutate(seeds, chance)
        before = clock()
        try:
            decoder.check(data)
        except Exception as error:
            raise Broken(_replay(decoder, seed, at, data)) from error
        took = clock() - before
        if took > SUSPECT_S:
            reached = steps(decoder.check, data)
            if reached > STEPS_MAX or took > FAR_S:
                why = f"takes {reached} steps and {1000 * took:.1f} ms"
                raise Broken(_replay(decoder, seed, at, data) + f"\n{why}")
        slowest = max(slowest, took)
        if at % MEMORY_EVERY == 0:
            used = _memory(decoder, data)
            if used > MEMORY_PER_BYTE * len(data) + MEMORY_MORE:
                why = f"takes {used} bytes for {len(data)}"
                raise Broken(_replay(decoder, seed, at, data) + f"\n{why}")
            peak = max(peak, used)
    took = time.perf_counter() - started
    return Result(inputs, took, 1000 * slowest, peak)


def steps(check: Callable[[bytes], None], data: bytes) -> int:
    """Count the lines that run, the same on every machine."""
    lines = 0

    def count(_frame: FrameType, event: str, _what: object) -> TraceFunction:
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        check(data)
    finally:
        sys.settrace(before)
    return lines


def _memory(decoder: Decoder, data: bytes) -> int:
    tracemalloc.start()
    try:
        decoder.check(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _replay(decoder: Decoder, seed: int, at: int, data: bytes) -> str:
    return (
        f"{decoder.name}: seed {seed}, input {at}: {data!r}\nreplay: python -m"
        f" tests.decoders.run {decoder.name!r} 1 {seed} --at {at}"
    )


def main() -> None:
    """Run from the command line."""
    name, inputs, seed, *at = sys.argv[1:]
    decoder = next(one for one in DECODERS if one.name == name)
    result = run(decoder, int(inputs), int(seed), int(at[1]) if at else 0)
    sys.stdout.write(f"{name}: {result}\n")


if __name__ == "__main__":
    main()
