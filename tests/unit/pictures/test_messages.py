"""What an arrow says of its message."""

from labctl.cli.reports.sim_recording import SimRecording
from labctl.pictures.messages import NOTIFICATION, arrows
from simulator.world import Shape, World


def test_an_observer_that_votes_for_nobody_is_shown_without_numbers() -> None:
    recording = SimRecording()
    world = World(1, Shape(3, 1, 100_000), recording.audience)
    world.boot_all()
    world.run(3_000)
    labels = {
        sent.label
        for sent in arrows(recording.run("with an observer"))
        if sent.kind == NOTIFICATION and sent.source == 4
    }
    assert f"{NOTIFICATION} -" in labels
    assert not [label for label in labels if "-9" in label or "0x8000" in label]
