"""Keys of zoo.cfg: obeyed, refused aloud, or named in a warning; never dropped."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.words.phrase import CATALOG
from node.config import ConfigError, NotHereError, load_config
from node.config_keys import (
    FATES,
    IGNORED,
    JVM_ONLY,
    KEYS,
    REFUSED,
    Key,
    find,
    nearest,
)
from node.tls.settings import secure_endpoint

Write = Callable[..., str]
SERVERS = "".join(f"server.{n}=127.0.0.1:288{n}:388{n}\n" for n in (1, 2, 3))


@pytest.fixture
def written(tmp_path: Path):
    """Return a function that writes zoo.cfg and myid, and returns the path."""
    (tmp_path / "myid").write_text("2\n")

    def write(*lines: str, servers: str = SERVERS) -> str:
        path = tmp_path / "zoo.cfg"
        base = f"tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir={tmp_path}\n"
        text = "".join(f"{line}\n" for line in lines)
        path.write_text(f"{base}clientPort=2181\n{text}{servers}")
        return str(path)

    return write


@pytest.mark.parametrize(
    "key", [k for k in KEYS.values() if k.fate == REFUSED], ids=lambda k: k.name
)
def test_what_decides_membership_or_security_is_refused_with_its_line(
    written: Write, key: Key
):
    name = key.name.replace(".*", ".1")
    path = written(f"{name}=something")
    with pytest.raises(NotHereError, match=f"zoo.cfg:6: {name}=something is not"):
        load_config(path)
    if key.default:  # it asks for what happens anyhow
        assert load_config(written(f"{name}={key.default}")).warnings == ()


@pytest.mark.parametrize(
    "key", [k for k in KEYS.values() if k.fate in (IGNORED, JVM_ONLY)]
)
def test_what_has_no_effect_is_named_in_a_warning(written: Write, key: Key):
    name = key.name.replace(".*", ".some")
    path = written(f"{name}=13")
    said = f"{path}:6: {name}=13 has no effect here"
    default = key.default == "13"
    assert load_config(path).warnings == (() if default else (said,))
    if key.default:
        assert load_config(written(f"{name}={key.default}")).warnings == ()


def test_an_unknown_key_is_named_with_the_nearest_known_one(written: Write):
    path = written("snapcount=5", "zzz=1")
    assert load_config(path).warnings == (
        f"{path}:6: unknown key snapcount; did you mean snapCount?",
        f"{path}:7: unknown key zzz",
    )


def test_a_secure_client_port_in_a_server_line_is_obeyed(written: Write):
    line = "server.2=127.0.0.1:2882:3882;2183;127.0.0.1:2184\n"
    servers = SERVERS.replace("server.2=127.0.0.1:2882:3882\n", line)
    config = load_config(written(servers=servers))
    assert secure_endpoint(config) == ("127.0.0.1", 2184)
    said = "127.0.0.1:2882:3882:participant;0.0.0.0:2183;127.0.0.1:2184"
    assert config.servers[2].describe() == said


def test_the_members_may_stand_in_a_dynamic_file(written: Write, tmp_path: Path):
    dynamic = tmp_path / "zoo.cfg.dynamic"
    dynamic.write_text(SERVERS.replace("3883", "3883:observer;2183"))
    config = load_config(written(f"dynamicConfigFile={dynamic}", servers=""))
    assert (config.my_id, config.voters, config.observers) == (
        2,
        frozenset({1, 2}),
        frozenset({3}),
    )
    assert config.where("server.3") == f"{dynamic}:3"


@pytest.mark.parametrize(
    ("dynamic", "static", "complaint"),
    [
        (None, "", "zoo.cfg:6: .*dynamic cannot be read"),
        (SERVERS, SERVERS, "zoo.cfg:7: parameter: server.1 must be in a separate"),
        (f"{SERVERS}version=1\n", "", "dynamic:4: dynamic file shouldn't have"),
        (f"{SERVERS}tickTime=1\n", "", "dynamic:4: Unrecognised parameter: tickTime"),
        (f"{SERVERS}group.1=1:2\n", "", "dynamic:4: group.1=1:2 is not supported"),
    ],
)
def test_a_dynamic_file_that_is_wrong_is_blamed(
    written: Write, tmp_path: Path, dynamic: str | None, static: str, complaint: str
):
    path = tmp_path / "dynamic"
    if dynamic is not None:
        path.write_text(dynamic)
    with pytest.raises(ConfigError, match=complaint):
        load_config(written(f"dynamicConfigFile={path}", servers=static))


def test_every_key_has_a_meaning_in_both_languages():
    said = {name for name in CATALOG if name.startswith("set.")} - {"set.myid"}
    assert said == {f"set.{name}" for name in KEYS}
    assert {f"key.{fate}" for fate in FATES} <= CATALOG.keys()


def test_a_key_is_found_with_and_without_the_prefix_and_in_its_family():
    for name in ("snapCount", "zookeeper.snapCount"):
        assert find(name) == KEYS["snapCount"]
    assert find("server.7") == KEYS["server.*"]
    assert find("quorum.auth.enableSasl") == KEYS["quorum.auth.enableSasl"]
    assert find("nothing.like.it") is None
    assert nearest("synclimit") == "syncLimit"
