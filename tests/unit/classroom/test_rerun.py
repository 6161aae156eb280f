"""What is recorded is done again from a fresh seed: forged events show nothing."""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from labctl.classroom import library
from labctl.classroom.exercise import seed_of
from labctl.classroom.grading import Graded, grade
from labctl.classroom.load import load
from labctl.classroom.marking import mark
from labctl.classroom.rerun import COMMANDS_MAX, given, rerun
from labctl.screen.screen import Screen
from labctl.story.lab_events import ClientDid, LabOpened, VerbGiven
from node.events import LeaderEstablished, Record
from tests.unit.classroom.handing_in import hand_in, solved, solved_variant

STUDENT = "ada"
FRESH = 4_711


def again(folder: Path, name: str, records: Sequence[Record]) -> Graded:
    return grade(hand_in(folder, name, STUDENT, records), Screen("en"), fresh=FRESH)


def verbs(records: Sequence[Record]) -> list[tuple[str, ...]]:
    return [one.words for one in given(records) if one.words]
