"""Commands understood, histories judged: without a server."""

import json
from pathlib import Path

import pytest

from labctl.cli.commands.clients import reads_of
from labctl.clients.check import judge, stale_reads
from labctl.clients.grammar import Command, understand
from labctl.clients.history import Call, History, Seen, load
from labctl.clients.tree import Tree, Znode, differences
from labctl.clients.txn_logs import entries_in
from labctl.errors import BROKEN, DONE, INCONCLUSIVE, USAGE, LabError
from node.wire.client import Op
from node.wire.txn import HEADER

SESSION = 7


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("create /a", Command("create", "/a")),
        ("create -e -s /a 'x y'", Command("create", "/a", "x y", flags=3)),
        ("create -es /a", Command("create", "/a", flags=3)),
        ("set /a 1 4", Command("set", "/a", "1", version=4)),
        ("set -v 4 /a 1", Command("set", "/a", "1", version=4)),
        ("set /a -5", Command("set", "/a", "-5")),
        ("get -w /a", Command("get", "/a", watch=True)),
        ("ls", Command("children", "/")),
        ("rm /a 2", Command("delete", "/a", version=2)),
        ("stat /a", Command("exists", "/a")),
    ],
)
def test_a_line_is_understood(line: str, command: Command):
    assert understand(line) == command


def test_a_multi_has_parts():
    multi = understand("multi 'create /a 1' 'check /b 3' 'rm /c'")
    assert [part.kind for part in multi.parts] == ["create", "check", "delete"]


@pytest.mark.parametrize(
    "line",
    [
        *("", "fly /a", "get", "get a", "get /a/", "set /a", "get -x /a", "ls / x"),
        *("multi", "multi 'get /a'", "rm /a x", "create '/a", "create -w /a"),
    ],
)
def test_a_line_that_makes_no_sense_is_a_usage_error(line: str):
    with pytest.raises(LabError) as caught:
        understand(line)
    assert caught.value.code == USAGE


def test_a_mix_is_read():
    assert reads_of("r70w30") == 70
    for bad in ("r70w31", "70/30"):
        with pytest.raises(LabError):
            reads_of(bad)


def test_trees_differ_where_one_is_behind():
    old, new = Znode("1", 0, 0, 5), Znode("2", 1, 0, 9)
    one = Tree(1, 9, {"/": old, "/a": new, "/b": old})
    other = Tree(3, 5, {"/": old, "/a": old, "/c": old})
    wanted = {"/a": (new, old), "/b": (old, None), "/c": (None, old)}
    assert differences(one, other) == wanted
    assert differences(one, one) == {}


def call(cxid: int, kind: str, at: float, zxid: int, **how: object) -> Call:
    asked = Call(0, SESSION, cxid, kind, "/load", at, at + 0.1, order=cxid, zxid=zxid)
    return asked._replace(**how)  # type: ignore[arg-type]  # by name


def seen(created: int, changed: int, version: int) -> Seen:
    return Seen(created, changed, version, 0, 0, 0, created)


def history() -> History:
    made = call(1, "create", 1, 101, data="0", value="/load", stat=seen(101, 101, 0))
    changed = call(2, "set", 2, 102, data="1", stat=seen(101, 102, 1))
    late = call(1, "get", 3, 101, value="0", stat=seen(101, 101, 0))
    return History([made, changed, late._replace(client=1, session=8, order=1)])


def log(*zxids: int, session: int = SESSION, path: str = "/load") -> dict[int, bytes]:
    kinds = {101: Op.CREATE, 102: Op.SET_DATA}
    return {
        zxid: HEADER.pack(session, zxid - 100, zxid, 0, kinds.get(zxid, Op.SET_DATA))
        + path.encode()
        for zxid in zxids
    }


def saved(folder: Path, what: History, *, ended: bool = True) -> Path:
    path = folder / "history.jsonl"
    what.save(path)
    with path.open("a") as file:
        file.write(json.dumps({"load": {"root": "/load"}}) + "\n")
        if ended:
            file.write(json.dumps({"end": 1.0}) + "\n")
    assert load(path).calls == what.calls
    return path


def test_a_stale_read_is_found_and_allowed(tmp_path: Path):
    stale, synced = stale_reads(history())
    assert [(one.read.zxid, one.missed.zxid) for one in stale] == [(101, 102)]
    assert 899 < stale[0].late_ms < 901
    assert synced == []
    found = judge(saved(tmp_path, history()), [log(101, 102)])
    assert (found.by_zxid, found.by_order, found.code) == ([], [], DONE)


def test_an_acknowledged_write_that_no_log_holds_is_a_broken_promise(tmp_path: Path):
    found = judge(saved(tmp_path, history()), [log(101)])
    assert found.code == BROKEN
    assert found.by_zxid is not None
    assert "is lost" in found.by_zxid[0]


def test_servers_that_logged_different_things_broke_their_promise(tmp_path: Path):
    path = saved(tmp_path, history())
    assert judge(path, [log(101, 102), log(101, 102, session=9)]).by_zxid
    # but the stranger's session wrote below our znode, so nothing is certain
    assert judge(path, [log(101, 102), log(102, session=9)]).code == INCONCLUSIVE


def test_an_answer_that_no_order_explains_is_found_without_any_log(tmp_path: Path):
    told = history()
    wrong = call(3, "set", 4, 103, data="2", stat=seen(101, 103, 5))
    told.calls.append(wrong)
    found = judge(saved(tmp_path, told), [log(101, 102, 103)])
    assert (len(found.by_order), found.code) == (1, BROKEN)


@pytest.mark.parametrize("servers", [[], [{}], [log(102)]])
def test_without_the_whole_log_there_is_no_verdict(
    tmp_path: Path, servers: list[dict[int, bytes]]
):
    assert judge(saved(tmp_path, history()), servers).code == INCONCLUSIVE


def test_a_history_that_was_cut_off_proves_nothing(tmp_path: Path):
    path = saved(tmp_path, history(), ended=False)
    assert judge(path, [log(101, 102)]).code == INCONCLUSIVE


def test_what_is_no_history_is_a_usage_error(tmp_path: Path):
    path = tmp_path / "x"
    path.write_text("no json")
    with pytest.raises(LabError):
        judge(path, [])


def test_a_torn_log_ends_where_it_is_torn():
    assert entries_in([b"ZKLG" + bytes(12) + bytes(100), b"short"]) == {}
