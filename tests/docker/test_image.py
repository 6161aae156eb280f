"""The container's first minute, without a container: ZOO_* in, zoo.cfg out."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from node import image
from node.config import load_config
from tests.e2e.ensemble import ROOT

TRIO = "server.1=zoo1:2888:3888;2181 server.2=zoo2:2888:3888;2181"


def test_the_official_images_variables_become_its_zoo_cfg():
    lines = image.zoo_cfg(
        {
            "ZOO_MY_ID": "1",
            "ZOO_SERVERS": TRIO,
            "ZOO_TICK_TIME": "500",
            "ZOO_4LW_COMMANDS_WHITELIST": "srvr, mntr",
            "ZOO_CFG_EXTRA": "snapCount=1000 forceSync=yes",
        }
    ).splitlines()
    assert {"tickTime=500", "initLimit=5", "syncLimit=2", "dataDir=/data"} <= set(lines)
    assert {"dataLogDir=/datalog", "maxClientCnxns=60", "snapCount=1000"} <= set(lines)
    assert "4lw.commands.whitelist=srvr, mntr" in lines
    assert lines[-2:] == TRIO.split()
    assert not [line for line in lines if line.startswith("clientPort")]


def test_servers_without_a_client_port_get_the_usual_one():
    text = image.zoo_cfg({"ZOO_MY_ID": "1", "ZOO_SERVERS": "server.1=a:2888:3888"})
    assert "clientPort=2181\n" in text


def test_without_servers_it_stands_alone():
    assert "server." not in image.zoo_cfg({})


def test_an_ensemble_needs_an_explicit_id():
    """Three containers that all default to 1 never meet (docker-library #115)."""
    with pytest.raises(image.ImageError, match="ZOO_MY_ID"):
        image.zoo_cfg({"ZOO_SERVERS": TRIO})


def test_a_word_that_is_no_server_is_named():
    with pytest.raises(image.ImageError, match="'zoo1:2888:3888'"):
        image.zoo_cfg({"ZOO_MY_ID": "1", "ZOO_SERVERS": "zoo1:2888:3888"})


def test_what_is_mounted_stays_as_it_is(tmp_path: Path):
    config = tmp_path / "zoo.cfg"
    config.write_text("clientPort=4\n")
    (tmp_path / "myid").write_text("3\n")
    image.prepare(config, {"ZOO_MY_ID": "9", "ZOO_DATA_DIR": str(tmp_path)})
    assert config.read_text() == "clientPort=4\n"
    assert (tmp_path / "myid").read_text() == "3\n"


def test_nobody_there_is_not_healthy(tmp_path: Path):
    config = tmp_path / "zoo.cfg"
    config.write_text("clientPort=1\n")
    assert not image.healthy(config)
    assert not image.healthy(tmp_path / "missing.cfg")


@pytest.mark.parametrize("sid", [1, 2, 3])
def test_the_compose_file_describes_three_servers_that_load(sid: int, tmp_path: Path):
    compose: Any = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    service = compose["services"][f"zoo{sid}"]
    published = [port.split(":") for port in service["ports"]]
    assert [port[:2] for port in published] == [
        ["127.0.0.1", str(2180 + sid)],
        ["127.0.0.1", str(8080 + sid)],
    ]
    environment = {
        **service["environment"],
        "ZOO_DATA_DIR": str(tmp_path),
        "ZOO_DATA_LOG_DIR": str(tmp_path),
    }
    image.prepare(tmp_path / "zoo.cfg", environment)
    config = load_config(str(tmp_path / "zoo.cfg"))
    assert config.my_id == sid
    assert config.voters == {1, 2, 3}
    assert config.client_port == 2181
    assert {server.host for server in config.servers.values()} == set(
        compose["services"]
    )
