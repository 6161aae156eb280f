"""No bytes from outside can do more than be refused.

In every run each decoder gets a few thousand mutants of a fixed seed; with the
marker `torture` it gets `QUORUMLAB_MUTANTS` of them (80,000), of a seed that is
drawn and printed.  A failure names the one command that plays its input again.
"""

import os
from collections.abc import Callable, Mapping
from random import SystemRandom

import pytest

from tests.decoders.decoders import DECODERS, Decoder
from tests.decoders.mutate import mutate
from tests.decoders.run import Broken, Result, run
from tests.simulator.lanes import side_by_side
from tests.torture import figures

FEW = 2_000
MANY = int(os.environ.get("QUORUMLAB_MUTANTS", "80000"))
DRAWN = int(  # set for all lanes
    os.environ.setdefault("QUORUMLAB_SEED", str(SystemRandom().randrange(1 << 31)))
)
EACH = pytest.mark.parametrize("decoder", DECODERS, ids=lambda one: one.name)


@EACH
def test_a_few_mutants_are_read_or_refused(decoder: Decoder) -> None:
    assert run(decoder, FEW, seed=1).inputs == FEW


def judged(name: str) -> Result | str:
    """Run many mutants through a decoder; return what was seen, or what broke."""
    decoder = next(one for one in DECODERS if one.name == name)
    try:
        return run(decoder, int(MANY * decoder.share), DRAWN)
    except Broken as broken:
        return str(broken)


@pytest.fixture(scope="module")
def outcomes() -> Mapping[str, Result | str]:
    """Judge all decoders, on every core."""
    names = [decoder.name for decoder in DECODERS]
    return dict(zip(names, side_by_side(judged, names), strict=True))


@pytest.mark.torture
@pytest.mark.timeout(1200)  # on a busy machine; alone it takes minutes
@EACH
def test_many_mutants_are_read_or_refused(
    decoder: Decoder, outcomes: Mapping[str, Result | str]
) -> None:
    result = outcomes[decoder.name]

    assert isinstance(result, Result), result
    assert result.inputs >= 20_000
    figures.count("decoders", "mutated inputs read or refused", result.inputs)
    figures.count("decoders", f"decoders that got them, seed {DRAWN}")


def test_twelve_kinds_of_bytes_are_covered() -> None:
    assert sum(decoder.share == 1.0 for decoder in DECODERS) >= 12


def test_a_mutant_can_be_made_again() -> None:
    from random import Random

    seeds = DECODERS[0].seeds()

    assert mutate(seeds, Random(5)) == mutate(seeds, Random(5))
    assert len({mutate(seeds, Random(n)) for n in range(500)}) > 400


# --- every judgement can be a bad one -----------------------------------------


def blind(_data: bytes) -> None:
    raise IndexError("planted")


def slow(data: bytes) -> None:
    sum(i * i for i in range(300_000 + len(data)))


def greedy(data: bytes) -> None:
    bytes((8 << 20) + len(data))


@pytest.mark.parametrize(
    ("check", "blame"),
    [(blind, r"seed 3, input \d"), (slow, "steps"), (greedy, "bytes for")],
)
def test_a_bad_decoder_is_caught_with_its_replay(
    check: Callable[[bytes], None], blame: str
) -> None:
    decoder = Decoder("planted", lambda: (b"",), check)
    if check is blind:
        decoder = decoder._replace(check=lambda data: blind(data) if data else None)

    with pytest.raises(Broken, match=blame) as caught:
        run(decoder._replace(seeds=lambda: (b"", b"")), 2_000, seed=3)

    assert "python -m tests.decoders.run 'planted'" in str(caught.value)
