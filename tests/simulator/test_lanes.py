"""Schedules side by side are the schedules one after another."""

import pytest

from simulator.schedule import run_schedule
from tests.simulator.lanes import side_by_side


@pytest.mark.sim
def test_lanes_change_neither_results_nor_their_order() -> None:
    seeds = range(3)
    assert list(side_by_side(run_schedule, seeds)) == [run_schedule(s) for s in seeds]
