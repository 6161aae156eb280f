"""The narrator: every event is told, in two languages, with its reason."""

import os
import re
import string
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import labctl
from labctl.screen.line import STORY, Line
from labctl.story.lab_events import LAB_EVENTS
from labctl.story.narrator.narrate import NARRATORS, narrate
from labctl.story.world import LabWorld, Peer, advance, new_world, with_peer
from labctl.words.phrase import CATALOG, CHINESE, ENGLISH, LANGUAGES, text
from node import events
from tests.unit.labctl.streams import (
    EPOCH_1,
    Stream,
    first_quorum,
    leader_killed,
)

GOLDEN = Path(__file__).parents[2] / "golden"
EVENTS = [*events.EVENTS.values(), *LAB_EVENTS.values()]
_SAMPLES: dict[Any, Any] = {
    int: 2,
    str: "text",
    bool: False,
    float: 1.0,
    tuple[str, ...]: ("a", "b"),
}


def sample(kind: type[Any]) -> object:
    return kind(*(_SAMPLES.get(t, (1, 2)) for t in get_type_hints(kind).values()))


def lines(stream: Stream, world: LabWorld) -> tuple[list[Line], LabWorld]:
    told = []
    for record in stream.records:
        line = narrate(world, record)
        if line is not None:
            told.append(line)
        world = advance(world, record)
    return told, world


def shown(
    stream: Stream, world: LabWorld, lang: str, *, level: str = STORY
) -> list[str]:
    told, _ = lines(stream, world)
    return [
        f"t+{line.at_ms / 1000:.2f} n{line.node} {text(line.what, lang)}"
        + (f" | {text(line.why, lang)}" if line.why else "")
        for line in told
        if level != STORY or line.level == STORY
    ]


def led_by(leader: int) -> LabWorld:
    """All three serve under this leader in epoch 1."""
    world = new_world((1, 2, 3), ())
    for sid in (1, 2, 3):
        leads = sid == leader
        world = with_peer(
            world,
            Peer(
                sid,
                voter=True,
                up=True,
                state="LEADING" if leads else "FOLLOWING",
                phase="broadcast",
                leader=leader,
                epoch=1,
                serving=True,
                learners=frozenset({1, 2, 3} - {leader}) if leads else frozenset(),
                lonely=True,
            ),
        )
    return world


def test_every_published_event_has_a_narrator() -> None:
    assert set(NARRATORS) == set(EVENTS)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_event_can_be_told_in_every_language(kind: type[Any], lang: str) -> None:
    stream = Stream()
    stream.at(0.0, 1, sample(kind))
    (line,), _ = lines(stream, new_world((1, 2, 3), ()))
    assert text(line.what, lang).strip()
    assert "{" not in text(line.what, lang)
    if line.why is not None:
        assert "{" not in text(line.why, lang)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_a_line_on_the_screen_has_the_name_of_its_event(kind: type[Any]) -> None:
    stream = Stream()
    stream.at(0.0, 1, sample(kind))
    (line,), _ = lines(stream, new_world((1, 2, 3), ()))
    assert line.what.key.split(".")[0] in (kind.__name__, "as-is")


def test_both_languages_say_every_phrase_with_the_same_facts() -> None:
    for key, (english, chinese) in CATALOG.items():
        assert bool(english) == bool(chinese), key
        assert placeholders(english) == placeholders(chinese), key


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_chinese_sentences_use_chinese_punctuation() -> None:
    for key, (_, chinese) in CATALOG.items():
        assert not re.search(r"[\u4e00-\u9fff][,;:?]", chinese), key


def test_every_phrase_is_said_somewhere() -> None:
    root = Path(labctl.__file__).parent
    sources = [
        p for p in root.rglob("*.py") if "words" not in p.relative_to(root).parts
    ]
    said = "\n".join(path.read_text() for path in sources)
    families = tuple(
        set(re.findall(r'f"([A-Za-z][A-Za-z.-]*\.)\{', said))
    )  # f"lost.{why}"
    for key in CATALOG:
        assert f'"{key}"' in said or key.startswith(families), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_quorum_is_told_as_approved(lang: str) -> None:
    story = shown(first_quorum(), new_world((1, 2, 3), ()), lang)
    _approve(f"narration-first-quorum.{lang}.txt", story)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_death_of_a_leader_is_told_as_approved(lang: str) -> None:
    world = led_by(2)
    world = with_peer(world, Peer(2, voter=True))
    _approve(f"narration-leader-killed.{lang}.txt", shown(leader_killed(), world, lang))


def _approve(name: str, story: list[str]) -> None:
    path = GOLDEN / name
    if os.environ.get("QUORUMLAB_REWRITE"):
        path.write_text("\n".join(story) + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8").splitlines() == story


def test_a_changed_vote_names_the_rule_that_fired() -> None:
    stream = Stream()
    for because in ("newer epoch", "newer zxid", "higher id", "newer round"):
        stream.at(0.0, 1, events.VoteChanged(3, 1, 2, because, 2, 5, 7, 1, 2))
    reasons = [line.partition(" | ")[2] for line in shown(stream, led_by(2), ENGLISH)]
    assert reasons == [
        "n2's vote is better: newer epoch 2, not 1",
        "n2's vote is better: same epoch 2, newer zxid 0x7, not 0x5",
        "n2's vote is better: same epoch 2, same zxid 0x7, higher id",
        "n2 is in the newer round 3: old votes are void there, this one stands",
    ]


def test_a_lost_follower_explains_why_there_is_no_election() -> None:
    stream = Stream()
    stream.at(0.0, 2, events.LearnerLost(1, False, "closed", 2, 2, 3))
    (line,) = shown(stream, led_by(2), ENGLISH)
    assert "2 of 3 remain, need 2: a majority still, it leads on" in line


def test_one_follower_too_many_explains_why_the_leader_must_go() -> None:
    stream = Stream()
    stream.at(0.0, 2, events.LearnerLost(1, False, "closed", 1, 2, 3))
    stream.at(0.0, 2, events.LeadershipLost("no-quorum", (2,), 2))
    lost, over = shown(stream, led_by(2), ENGLISH)
    assert "no majority, may not lead" in lost
    assert "only 1 of 3 with it: n2; need 2" in over


@pytest.mark.parametrize(
    ("because", "mode", "reason"),
    [
        ("same", "DIFF", "same history, both end at 0x5"),
        ("behind", "DIFF", "only what it missed"),
        ("ahead", "TRUNC", "cut back to 0x3"),
        ("unknown-tail", "TRUNC", "never agreed: cut back to 0x3"),
        ("too-far-behind", "SNAP", "before our window 0x1…0x9"),
        ("other-epoch", "SNAP", "in another epoch than our 0x1…0x9"),
        ("forced", "SNAP", "whole tree always"),
        ("a-reason-of-the-future", "SNAP", "a-reason-of-the-future"),
    ],
)
def test_each_way_to_synchronize_says_why(because: str, mode: str, reason: str) -> None:
    stream = Stream()
    stream.at(0.0, 2, events.SyncPlanned(1, mode, because, 5, 1, 9, 3, 0))
    (line,) = shown(stream, led_by(2), ENGLISH)
    assert mode in line
    assert reason in line


def test_every_reason_to_synchronize_has_both_languages() -> None:
    for because in ("same", "behind", "ahead", "unknown-tail", "other-epoch"):
        assert len(CATALOG[f"SyncPlanned.{because}"]) == len(LANGUAGES)


def test_a_higher_id_does_not_overthrow_a_leader() -> None:
    stream = Stream()
    stream.at(
        0.0, 3, events.ElectionDecided("FOLLOWING", 1, 2, 0, 0, (1, 2), 2, 3, "join", 9)
    )
    (line,) = shown(stream, led_by(2), ENGLISH)
    assert line.endswith("n2 already leads; a higher id does not overthrow it")


def test_messages_are_told_only_to_those_who_asked() -> None:
    stream = first_quorum()
    story = shown(stream, new_world((1, 2, 3), ()), ENGLISH)
    protocol = shown(stream, new_world((1, 2, 3), ()), ENGLISH, level="protocol")
    assert not any("round 1: I am" in line for line in story)
    assert any("→ n1 round 1: I am LOOKING, votes n2" in line for line in protocol)


def test_an_event_of_an_unknown_node_is_not_ours_to_tell() -> None:
    stream = Stream()
    stream.at(0.0, 9, events.NewLeaderReceived(1))
    assert shown(stream, led_by(2), ENGLISH, level="protocol") == []


def test_the_fold_knows_who_leads_in_the_end() -> None:
    _, world = lines(first_quorum(), new_world((1, 2, 3), ()))
    leader = world.leader()
    assert leader is not None
    assert (leader.sid, leader.epoch, leader.learners) == (2, 1, frozenset({1, 3}))


def test_a_zxid_is_shown_as_zookeeper_prints_it() -> None:
    stream = Stream()
    stream.at(0.0, 1, events.ElectionStarted(2, 1, EPOCH_1, 1))
    (line,) = shown(stream, led_by(2), CHINESE)
    assert "0x100000000" in line
