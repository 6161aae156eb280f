"""Generated runs: a simulated ensemble, drawn from a seed, as a recording."""

from functools import cache

from labctl.cli.reports.sim_recording import SimRecording
from labctl.story.recording.run import Run
from node.events import Record
from simulator.schedule import run_schedule
from simulator.world import Shape, World


class Enough(Exception):
    """So many events were asked for."""


def drawn_run(seed: int, events: int) -> Run:
    """Return the first events of the schedule of this seed."""
    recording = SimRecording()

    def hear(record: Record) -> None:
        recording.audience.hear(record)
        if len(recording.records) >= events:
            raise Enough  # ends the schedule

    run_schedule(seed, audience=recording.audience._replace(hear=hear))
    run = recording.run(f"seed {seed}")
    return run._replace(records=run.records[:events])


@cache
def big_run(voters: int, events: int) -> Run:
    """Return so many events of an ensemble that loses its leader again and again."""
    recording = SimRecording()
    world = World(1, Shape(voters, 0, 100_000), recording.audience)
    world.boot_all()
    while len(recording.records) < events:
        world.run(2_000)
        leader = world.leader()
        if leader is not None:
            world.end(leader, "kill")
            world.later(300, world.revive, leader)
    run = recording.run("big")
    return run._replace(records=run.records[:events])
