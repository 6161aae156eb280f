"""zoo.cfg: what is read, and the one clear line for what is wrong."""

from pathlib import Path

import pytest

from node.config import ConfigError, load_config

SERVERS = "".join(f"server.{n}=127.0.0.1:288{n}:388{n}\n" for n in (1, 2, 3))
BASE = "tickTime=2000\ninitLimit=10\nsyncLimit=5\nclientPort=2181\n"


def write(folder: Path, text: str, myid: str | None = "1\n") -> str:
    """Write a zoo.cfg whose dataDir is the folder; return its path."""
    if myid is not None:
        (folder / "myid").write_text(myid)
    path = folder / "zoo.cfg"
    path.write_text(text.replace("DATA", str(folder)))
    return str(path)


def test_the_articles_own_file_is_read_with_its_java_escapes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = Path("conf/zoo_sample2.cfg").resolve()
    monkeypatch.chdir(tmp_path)
    data = Path("D:\\zookeeper\\data2")
    data.mkdir()
    (data / "myid").write_text("2\n")
    config = load_config(str(article))
    assert config.data_dir == "D:\\zookeeper\\data2"
    assert config.voters == {1, 2, 3}
    assert config.servers[3].election_port == 3890
    assert config.client_port == 2182
    assert config.number("admin.serverPort", 8080) == 8082


@pytest.mark.parametrize(
    ("text", "myid", "complaint"),
    [
        ("dataDir=DATA\n" + SERVERS, "1", "initLimit is not set"),
        (BASE + SERVERS, "1", "dataDir is not set"),
        (BASE + "dataDir=DATA\n" + SERVERS, None, ":5: myid file is missing"),
        (BASE + "dataDir=DATA\n" + SERVERS, "7", "My id 7 not in the peer list"),
        (BASE + "dataDir=DATA\n" + SERVERS, " 1 ", "serverid  1  is not a number"),
        (
            BASE + "dataDir=DATA\nserver.1=nonsense\n",
            "1",
            ":6: nonsense does not have the form",
        ),
        (
            "dataDir=DATA\ntickTime=soon\n",
            "1",
            ':2: tickTime: For input string: "soon"',
        ),
        (
            BASE + "dataDir=DATA\nserver.1=h:1:1\nserver.2=h:2:3\n",
            "1",
            ":6: Client and election port must be different",
        ),
        (
            BASE + "dataDir=DATA\n" + SERVERS.replace("2881", "2181"),
            "1",
            "clientPort 2181 is also the quorum port",
        ),
        (BASE + "dataDir=DATA\nquorumListenOnAllIPs=yes\n", "1", ":6: Invalid option"),
        (
            BASE + "dataDir=DATA\n" + SERVERS.replace("2883", "3882"),
            "1",
            ":8: 127.0.0.1:3882 is in server.2, too",
        ),
        (BASE + "dataDir=\\u12\n", "1", ":5: Malformed"),
        (BASE + "dataDir=DATA\nserver.1=h:1:2:boss\n", "1", "Unrecognised peertype"),
        (BASE + "dataDir=DATA\nclientPort=99999\n", "1", ":6: clientPort 99999 is out"),
    ],
)
def test_a_wrong_file_ends_with_one_line_that_names_the_place(
    tmp_path: Path, text: str, myid: str | None, complaint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, text, myid))
    assert complaint in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match="nowhere.cfg file is missing"):
        load_config("nowhere.cfg")


def test_the_member_list_is_the_text_that_zookeeper_sends(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, BASE + "dataDir=DATA\n" + SERVERS))
    assert config.membership() == (
        "server.1=127.0.0.1:2881:3881:participant\n"
        "server.2=127.0.0.1:2882:3882:participant\n"
        "server.3=127.0.0.1:2883:3883:participant\n"
        "version=0"
    )


def test_an_observer_line_and_a_client_address_in_the_server_line(
    tmp_path: Path,
) -> None:
    text = SERVERS + "server.4=[::1]:2884:3884:observer;[::1]:2184\n"
    config = load_config(write(tmp_path, BASE + "dataDir=DATA\n" + text))
    assert config.observers == {4}
    assert config.servers[4].describe().endswith(":2884:3884:observer;::1:2184")


def test_unknown_keys_are_kept_as_zookeepers_properties(tmp_path: Path) -> None:
    text = BASE + "dataDir=DATA\nzookeeper.snapCount=7\nsome.thing: else\n"
    config = load_config(write(tmp_path, text))
    assert config.extra == {"snapCount": "7", "some.thing": "else"}
    assert config.role == "standalone"


def test_two_servers_draw_the_warning_that_nothing_is_gained(tmp_path: Path) -> None:
    two = "".join(SERVERS.splitlines(keepends=True)[:2])
    config = load_config(write(tmp_path, BASE + "dataDir=DATA\n" + two))
    assert config.warnings == (
        "No server failure will be tolerated. You need at least 3 servers.",
    )
