"""Other people's zoo.cfg files: every line kept, two things adapted."""

import shutil
from pathlib import Path

import pytest

from labctl.doctor.lenient import read_sheet
from labctl.errors import LabError
from labctl.lab.adopt import adopt, adopted_cfg
from labctl.lab.config_files import write_node
from labctl.lab.topology import LabSpec
from node.config import load_config

CONF = Path(__file__).parents[3] / "conf"


def test_the_article_s_files_make_the_article_s_lab(tmp_path: Path) -> None:
    lab = adopt(LabSpec(config=str(CONF / "zoo_sample*.cfg")), "default", tmp_path)
    assert lab.voters == (1, 2, 3)
    assert lab.connection == "127.0.0.1:2181,127.0.0.1:2182,127.0.0.1:2183"
    assert [node.admin for node in lab.nodes] == [8081, 8082, 8083]
    assert [Path(node.data_dir).parent.name for node in lab.nodes] == ["n1", "n2", "n3"]
    assert lab.sync_limit_s == 10.0


def test_every_line_stays_but_the_data_folder_that_cannot_exist(tmp_path: Path) -> None:
    lab = adopt(LabSpec(config=str(CONF / "zoo_sample*.cfg")), "default", tmp_path)
    original = (CONF / "zoo_sample2.cfg").read_text().splitlines()
    text = adopted_cfg(lab, lab.node(2), "/e.jsonl")
    lines = text.splitlines()
    gone = [line for line in original if line not in lines]
    assert gone == [r"dataDir=D:\\zookeeper\\data2"]
    assert rf"# {gone[0]}" in lines
    write_node(tmp_path / "n2", lab.node(2), text)
    config = load_config(str(tmp_path / "n2" / "zoo.cfg"))
    assert (config.my_id, config.client_host) == (2, "127.0.0.1")
    assert config.data_dir == str(tmp_path / "n2" / "data")


def test_a_data_folder_of_this_system_is_kept_and_its_myid_believed(
    tmp_path: Path,
) -> None:
    data = tmp_path / "mine"
    data.mkdir()
    (data / "myid").write_text("3\n")
    for number in (1, 2):
        shutil.copy(CONF / f"zoo_sample{number}.cfg", tmp_path)
    text = (CONF / "zoo_sample3.cfg").read_text()
    text = text.replace(r"D:\\zookeeper\\data3", str(data))
    (tmp_path / "zoo_sample_three.cfg").write_text(text)
    lab = adopt(LabSpec(config=str(tmp_path / "*.cfg")), "x", tmp_path / "lab")
    assert lab.sids == (1, 2, 3)
    assert lab.node(3).data_dir == str(data)
    assert not lab.node(3).owns_data


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("dataDir=", "dataDirectory="), "doctor.no-data-dir"),
        (("server.1=127.0.0.1:2888:3888", "server.1=here"), "doctor.server-line"),
    ],
)
def test_a_file_that_is_no_node_s_is_named(
    tmp_path: Path, change: tuple[str, str], key: str
) -> None:
    text = (CONF / "zoo_sample1.cfg").read_text().replace(*change)
    (tmp_path / "zoo1.cfg").write_text(text)
    with pytest.raises(LabError) as refused:
        adopt(LabSpec(config=str(tmp_path / "zoo1.cfg")), "x", tmp_path)
    assert refused.value.message.facts["path"] == tmp_path / "zoo1.cfg"
    why = refused.value.message.facts["why"]
    assert getattr(why, "key", None) == key


def test_two_files_of_one_server_are_refused(tmp_path: Path) -> None:
    for name in ("a1.cfg", "b1.cfg"):
        shutil.copy(CONF / "zoo_sample1.cfg", tmp_path / name)
    with pytest.raises(LabError):
        adopt(LabSpec(config=str(tmp_path / "*.cfg")), "x", tmp_path)


def test_every_member_needs_its_file(tmp_path: Path) -> None:
    with pytest.raises(LabError) as refused:
        adopt(LabSpec(config=str(CONF / "zoo_sample1.cfg")), "x", tmp_path)
    why = refused.value.message.facts["why"]
    assert getattr(why, "facts", None) == {"nodes": (2, 3)}


def test_no_file_matches_is_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(LabError) as refused:
        adopt(LabSpec(config=str(tmp_path / "*.cfg")), "x", tmp_path)
    assert refused.value.code == 4


def test_members_in_a_dynamic_file_are_members(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        text = (CONF / f"zoo_sample{number}.cfg").read_text().splitlines()
        members = [line for line in text if line.startswith("server.")]
        rest = [line for line in text if line not in members]
        dynamic = tmp_path / f"members{number}"
        dynamic.write_text("\n".join(members))
        rest.append(f"dynamicConfigFile={dynamic}")
        (tmp_path / f"zoo{number}.cfg").write_text("\n".join(rest))
    spec = LabSpec(config=str(tmp_path / "*.cfg"))
    lab = adopt(spec, "x", tmp_path / "lab")
    assert lab.voters == (1, 2, 3)
    write_node(tmp_path / "n2", lab.node(2), adopted_cfg(lab, lab.node(2), "/e"))
    assert load_config(str(tmp_path / "n2" / "zoo.cfg")).voters == {1, 2, 3}
    sheet = read_sheet(tmp_path / "zoo2.cfg")
    assert sheet.servers[3].where == f"{tmp_path}/members2:3"
