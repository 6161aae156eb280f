"""One whole schedule from one seed: faults and writes, then peace."""

from random import Random

from tests.simulator.world import World


def run_schedule(seed: int) -> World:
    """Run one whole schedule: faults and writes, then peace and one last write.

    Raises Violation if a promise is broken or if peace does not bring service
    back: 30 simulated seconds must do for a probe write everywhere.
    """
    shape = Random(seed)
    world = World(seed, voters=shape.choice([3, 3, 5]), observers=shape.choice([0, 1]))
    world.boot_all()
    world.unleash()
    world.run(for_ms=20_000)
    world.heal()
    for _ in range(60):
        world.run(for_ms=500)
        leader = world.leader()
        if leader is not None and world.converged():
            probe = world.write(leader)
            world.run(for_ms=500)
            if world.converged() and probe in world.acked:
                return world
    raise AssertionError(f"seed {seed}: no service 30 s after the last fault")
