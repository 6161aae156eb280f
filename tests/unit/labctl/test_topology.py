"""What was asked for: ports, roles, files, and what differs from it."""

from pathlib import Path

import pytest

from labctl.errors import LabError
from labctl.lab import config_files, topology
from labctl.lab.topology import LabSpec, check_ports, differences, load, plan, save
from node.config import load_config


def test_the_article_s_ports_are_the_default(tmp_path: Path) -> None:
    lab = plan(LabSpec(), "default", "process", tmp_path)
    ports = [(n.client, n.quorum, n.election, n.admin) for n in lab.nodes]
    assert ports == [
        (2181, 2888, 3888, 8081),
        (2182, 2889, 3889, 8082),
        (2183, 2890, 3890, 8083),
    ]
    assert lab.connection == "127.0.0.1:2181,127.0.0.1:2182,127.0.0.1:2183"


def test_a_base_port_moves_every_family_clear_of_the_clients(tmp_path: Path) -> None:
    lab = plan(LabSpec(nodes=9, base_port=21810), "x", "process", tmp_path)
    assert [node.client for node in lab.nodes] == list(range(21810, 21819))
    ports = [p for n in lab.nodes for p in (n.client, n.quorum, n.election, n.admin)]
    assert len(set(ports)) == 36
    assert max(ports) < 65536
    check_ports(lab)


@pytest.mark.parametrize("base_port", [65300, 65500])
def test_ports_that_do_not_fit_are_refused(tmp_path: Path, base_port: int) -> None:
    with pytest.raises(LabError) as refused:
        plan(LabSpec(base_port=base_port), "x", "process", tmp_path)
    assert refused.value.code == 2


def test_observers_come_after_the_voters(tmp_path: Path) -> None:
    lab = plan(LabSpec(nodes=3, observers=2), "x", "process", tmp_path)
    assert lab.voters == (1, 2, 3)
    assert lab.observers == (4, 5)


def test_one_admin_port_for_all_is_the_article_s_trap(tmp_path: Path) -> None:
    lab = plan(LabSpec(), "x", "process", tmp_path)
    same = lab._replace(nodes=tuple(node._replace(admin=8080) for node in lab.nodes))
    with pytest.raises(LabError) as refused:
        check_ports(same)
    assert refused.value.hint is not None
    assert refused.value.hint.key == "port.twice.admin"


def test_a_lab_is_remembered_whole(tmp_path: Path) -> None:
    lab = plan(LabSpec(nodes=3, observers=1, base_port=21000), "x", "process", tmp_path)
    lab = lab._replace(files={1: "conf/zoo_sample1.cfg"}, source="conf/*.cfg")
    save(lab, tmp_path)
    assert load(tmp_path) == lab


def test_no_lab_is_none_and_a_spoilt_one_is_an_error(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    for text in ("", "[]", '{"v": 1}', '{"v": 1, "nodes": [{}], "files": {}}'):
        (tmp_path / "lab.json").write_text(text)
        with pytest.raises(LabError) as refused:
            load(tmp_path)
        assert refused.value.code == 3


def test_only_what_was_said_can_differ(tmp_path: Path) -> None:
    lab = plan(LabSpec(nodes=5, base_port=21000), "x", "process", tmp_path)
    assert differences(LabSpec(), lab) == []
    assert differences(LabSpec(nodes=5, runtime="process"), lab) == []
    changes = differences(LabSpec(nodes=3, runtime="docker", base_port=22000), lab)
    assert [change.facts["flag"] for change in changes] == [
        "nodes",
        "runtime",
        "base-port",
    ]


def test_the_node_s_own_reader_accepts_what_we_write(tmp_path: Path) -> None:
    lab = plan(LabSpec(nodes=3, observers=1), "x", "process", tmp_path)
    for node in lab.nodes:
        folder = tmp_path / f"n{node.sid}"
        events = str(folder / "events.jsonl")
        config_files.write_node(folder, node, config_files.zoo_cfg(lab, node, events))
        config = load_config(str(folder / "zoo.cfg"))
        assert config.my_id == node.sid
        assert config.client_port == node.client
        assert config.role == node.role
        assert sorted(config.voters) == [1, 2, 3]
        assert config.extra["quorumlab.lab"] == "x"
        assert config.extra["quorumlab.events"] == events


def test_backslashes_in_a_path_survive_java_s_properties() -> None:
    assert config_files.escape(r"D:\zookeeper\data1") == r"D:\\zookeeper\\data1"


def test_a_container_finds_its_peers_by_name(tmp_path: Path) -> None:
    lab = plan(LabSpec(nodes=3, observers=1), "x", "docker", tmp_path)
    text = config_files.container_cfg(lab, lab.node(4))
    assert "server.1=n1:2888:3888\n" in text
    assert "server.4=n4:2888:3888:observer\n" in text
    assert "peerType=observer\n" in text
    assert "quorumlab.events=stderr\n" in text


def test_a_lab_spec_names_every_flag_that_shapes_a_lab() -> None:
    assert set(LabSpec._fields) == {
        "nodes",
        "observers",
        "runtime",
        "base_port",
        "config",
    }
    assert topology.MANY == 9
