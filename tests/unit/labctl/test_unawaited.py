"""`do --async` keeps its session as long as asked; `wait no-sessions` sees it end."""

import asyncio
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from labctl.cli.app import root
from labctl.clients import do, unawaited_write
from labctl.clients.background import running
from labctl.clients.unawaited_write import WriteSpec, hold
from labctl.errors import TIMED_OUT, USAGE, LabError
from labctl.lifecycle.wait import wait

FOR_EVER_S = 3600.0  # nothing below waits so long


class AdminServers:
    """What each node says of its sessions, one answer after another."""

    def __init__(self, *dumps: tuple[int, ...]) -> None:
        self.dumps = list(dumps)
        self.asked = 0

    def look_at(self, _sid: int, name: str) -> dict[str, Any]:
        if name == "cons":
            return {"connections": []}
        self.asked += 1
        ids = self.dumps.pop(0) if len(self.dumps) > 1 else self.dumps[0]
        return {
            "session_id_to_timeout_ms": dict.fromkeys(map(str, ids), 4000),
            "session_id_to_ephemeral_paths": {},
        }


def lab(admin: AdminServers) -> Any:
    said: list[str] = []
    return SimpleNamespace(
        admin=admin,
        topology=SimpleNamespace(sids=(1,)),
        look=lambda: (),
        screen=SimpleNamespace(say=lambda phrase: said.append(phrase.key)),
        said=said,
    )


def test_sessions_are_waited_for_until_the_last_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("labctl.lifecycle.wait.time.sleep", pauses.append)
    admin = AdminServers((7, 8), (8,), ())
    here = lab(admin)
    wait(here, "no-sessions", FOR_EVER_S)
    assert (admin.asked, len(pauses)) == (3, 2)
    assert here.said == ["wait.yes"]


def test_a_session_that_stays_is_told_when_time_is_up() -> None:
    with pytest.raises(LabError) as caught:
        wait(lab(AdminServers((7,))), "no-sessions", -1.0)
    assert (caught.value.code, caught.value.message.key) == (TIMED_OUT, "wait.no")
    assert caught.value.message.facts["condition"] == "no-sessions"


class Client:
    """Joins at once; its server would give it another time-out than it asked for."""

    session, timeout_ms = 0x77, 40_000
    closed = False

    def __init__(self, *_: object) -> None:
        self.addresses: list[object] = []

    async def join(self) -> None:
        """Be connected."""

    async def close(self) -> None:
        Client.closed = True


def test_a_session_is_held_as_long_as_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived: list[float] = []
    sent: list[bool] = []

    async def live(_client: object, wanted: Any, seconds: float) -> None:
        assert wanted(), "its file is there while it works"
        sent.append(running(tmp_path)[0].sent)
        lived.append(seconds)

    async def send(*_: object) -> None:
        await asyncio.sleep(FOR_EVER_S)  # nobody answers

    here = SimpleNamespace(folder=tmp_path, topology=SimpleNamespace(nodes=()))
    monkeypatch.setattr(unawaited_write, "open_lab", lambda *_: here)
    monkeypatch.setattr(unawaited_write, "addresses", lambda *_: [])
    monkeypatch.setattr(unawaited_write, "Client", Client)
    monkeypatch.setattr(unawaited_write, "_live", live)
    monkeypatch.setattr(unawaited_write, "_send", send)
    out = io.BytesIO()
    asyncio.run(hold(WriteSpec("x", "create /a 1", 1, 6000, 5.0, 60.0), out))
    assert lived == [5.0, 60.0], "before the request, and after it"
    assert sent == [False, True]
    assert out.getvalue() == b"session 0x77\nsent\n"
    assert Client.closed
    assert running(tmp_path) == []


@pytest.mark.parametrize(
    ("hold_s", "recorded"),
    [
        (60.0, ("--session-timeout", "6s", "--hold", "60s")),
        (6.0, ("--session-timeout", "6s")),
    ],
)
def test_what_was_asked_is_recorded(
    hold_s: float, recorded: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[list[str]] = []
    specs: list[WriteSpec] = []
    here: Any = SimpleNamespace(
        topology=SimpleNamespace(lab="x"),
        given=lambda _verb, words, _nodes: given.append(words),
        screen=SimpleNamespace(say=lambda _phrase: None),
    )
    monkeypatch.setattr(do, "chosen", lambda *_: [1])
    monkeypatch.setattr(do, "_next_word", lambda *_: "0x77")

    def leave_behind(spec: WriteSpec) -> Any:
        specs.append(spec)
        return SimpleNamespace(pid=1)

    monkeypatch.setattr(do, "leave_behind", leave_behind)
    asked = do.Asked(["create /a 1"], "1", 6000)
    do.do_async(here, asked, 0.0, hold_s)
    assert given == [["--async", *recorded, "create /a 1"]]
    assert specs == [WriteSpec("x", "create /a 1", 1, 6000, 0.0, hold_s)]


@pytest.mark.parametrize("option", ["--hold", "--after"])
def test_a_time_without_async_is_refused_aloud(option: str) -> None:
    words = ["do", option, "5s", "get /a"]
    with pytest.raises(LabError) as caught:
        root(words).main(args=words, prog_name="labctl", standalone_mode=False, obj={})
    assert (caught.value.code, caught.value.message.key) == (USAGE, "data.async.only")
