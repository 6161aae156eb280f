"""Ephemeral ports: `up` warns in one line, `doctor` says it as well."""

from pathlib import Path

import pytest

from labctl.doctor import machine
from labctl.doctor.finding import CONSIDER, FINE
from labctl.lab import topology
from labctl.lab.ephemeral_ports import EphemeralRange, ephemeral
from labctl.lab.topology import LabSpec, Topology
from labctl.lifecycle import up
from labctl.words.phrase import LANGUAGES, Phrase, text

LINUX = EphemeralRange(32768, 60999)


def planned(base_port: int, runtime: str = "process") -> Topology:
    return topology.plan(LabSpec(base_port=base_port), "x", runtime, Path("/nowhere"))


def kernel(folder: Path, reserved: str = "") -> Path:
    (folder / "ip_local_port_range").write_text("32768\t60999\n")
    (folder / "ip_local_reserved_ports").write_text(f"{reserved}\n")
    return folder


def test_the_kernel_tells_its_range_and_what_is_taken_out_of_it(tmp_path: Path) -> None:
    assert ephemeral(kernel(tmp_path)) == LINUX
    told = ephemeral(kernel(tmp_path, "40000-40002,50000"))
    assert told is not None
    assert told.of([22000, 32768, 40001, 40003, 50000, 60999, 61000]) == [
        *(32768, 40003, 60999)
    ]
    assert ephemeral(tmp_path / "elsewhere") is None


@pytest.mark.parametrize(
    ("base_port", "runtime", "risky"),
    [
        (0, "process", []),
        (32467, "process", [32768, 32769]),  # only the AdminServers of n2 and n3
        (40000, "docker", [40000, 40001, 40002, 40300, 40301, 40302]),
        (60998, "docker", [60998, 60999]),
    ],
)
def test_what_counts_are_the_ports_on_this_machine(
    base_port: int, runtime: str, risky: list[int]
) -> None:
    assert LINUX.of(planned(base_port, runtime).ports) == risky


class Screen:
    def __init__(self) -> None:
        self.said: list[Phrase] = []

    def say(self, phrase: Phrase) -> None:
        self.said.append(phrase)


@pytest.mark.parametrize(("base_port", "warnings"), [(40000, 1), (22000, 0)])
def test_up_warns_in_one_line_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, base_port: int, warnings: int
) -> None:
    monkeypatch.setattr(up, "ephemeral", lambda: LINUX)
    screen = Screen()
    up.warn_of_ephemeral_ports(planned(base_port), screen)  # type: ignore[arg-type]
    assert len(screen.said) == warnings
    for lang in LANGUAGES if warnings else ():
        said = text(screen.said[0], lang)
        assert "\n" not in said
        assert "40000-40302" in said
        assert "32768-60999" in said
        assert "--base-port 22000" in said


def test_where_every_port_is_ephemeral_the_advice_is_to_reserve() -> None:
    facts = EphemeralRange(1024, 65535).facts([2181, 2182])
    for lang in LANGUAGES:
        assert "ip_local_reserved_ports" in text(Phrase("plan.ephemeral", facts), lang)


@pytest.mark.parametrize(
    ("base_port", "key", "severity"),
    [(40000, "ports-ephemeral", CONSIDER), (22000, "ports-kept", FINE)],
)
def test_the_doctor_looks_at_the_labs_that_are_there(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    base_port: int,
    key: str,
    severity: str,
) -> None:
    monkeypatch.setenv("LABCTL_HOME", str(tmp_path))
    monkeypatch.setattr(machine, "ephemeral", lambda: LINUX)
    topology.save(planned(base_port), tmp_path / "labs" / "x")
    (found,) = [
        f for f in machine.examine() if f.key in ("ports-ephemeral", "ports-kept")
    ]
    assert (found.key, found.severity) == (key, severity)
