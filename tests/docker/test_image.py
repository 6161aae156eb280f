"""The container's first minute, without a container: ZOO_* in, zoo.cfg out."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from labctl.lab.runtime.build_context import BuildContext, wheel_of
from node import image
from node.config import load_config
from tests.docker import engine
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


def test_the_build_context_holds_all_that_an_offline_build_needs():
    files = BuildContext.collect().files
    assert files["Dockerfile"] == (ROOT / "Dockerfile").read_bytes()
    assert "node/__main__.py" in files
    assert [name for name in files if name.startswith("wheels/h11-")]
    assert BuildContext.collect().digest == BuildContext.collect().digest


def test_the_wheel_made_of_an_installed_package_can_be_installed(tmp_path: Path):
    name, content = wheel_of("h11")
    (tmp_path / name).write_bytes(content)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps"]
    target = tmp_path / "lib"
    subprocess.run([*pip, "--target", target, tmp_path / name], check=True)
    code = "import h11; print(h11.__file__)"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(target)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert shown.startswith(str(target))


@pytest.mark.docker
def test_an_image_without_h11_is_refused_with_the_cause():
    whole = BuildContext.collect().files
    bare = {name: text for name, text in whole.items() if "wheels/" not in name}
    built = engine.build_from(BuildContext(bare), "quorumlab-test:bare")
    assert built.returncode != 0
    assert b"quorumlab: h11 is missing: put it into wheels/" in built.stdout


def test_the_compose_file_needs_no_new_compose():
    """docker-compose 1.29 refuses the top-level `name:`."""
    compose: Any = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    known = {"services", "volumes", "networks"}
    assert {key for key in compose if not key.startswith("x-")} <= known
