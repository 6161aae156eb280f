"""What the Docker engine refuses is told as its own words, with what to do about it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
import requests
from docker.errors import APIError, NotFound

from labctl.errors import CONFLICT, ENVIRONMENT, LabError
from labctl.lab.runtime import docker as runtimes
from labctl.lab.runtime.engine import call, find
from labctl.lab.topology import LabSpec, plan
from labctl.words.phrase import LANGUAGES, Phrase
from labctl.words.phrase import text as put

HOLDER = "4f2a" * 16
IN_USE = (
    f'The container name "/quorumlab-x-1" is already in use by container "{HOLDER}"'
)


def answer(
    status: int, said: str, kind: type[APIError] = APIError
) -> Callable[[], Any]:
    response = requests.Response()
    response.status_code = status

    def refuse() -> NoReturn:
        raise kind("refused", response, said)

    return refuse


def text(phrase: Phrase | None, lang: str) -> str:
    assert phrase is not None
    return put(phrase, lang)


def refused(act: Callable[[], Any]) -> LabError:
    with pytest.raises(LabError) as caught:
        call(act)
    return caught.value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_conflict_is_about_a_name_and_not_about_the_disk(lang: str) -> None:
    error = refused(answer(409, IN_USE))
    assert error.code == CONFLICT
    said, hint = text(error.message, lang), text(error.hint, lang)
    assert "/quorumlab-x-1" in said
    assert HOLDER[:12] in said
    assert HOLDER not in said, "nobody reads 64 digits"
    for verb in ("labctl ls -a", "labctl down --lab", "labctl prune"):
        assert verb in hint


def test_another_refusal_keeps_the_engines_words() -> None:
    error = refused(answer(500, "driver failed:\n no address left"))
    assert error.code == ENVIRONMENT
    assert "driver failed: no address left" in text(error.message, "en")
    assert "labctl doctor" in text(error.hint, "en")


def test_an_engine_that_goes_away_is_no_fault_of_the_disk() -> None:
    def lost() -> NoReturn:
        raise requests.ConnectionError(ConnectionResetError(104, "reset by peer"))

    error = refused(lost)
    assert (error.message.key, error.code) == ("docker.no-engine", ENVIRONMENT)


def test_what_is_not_there_is_none_and_what_is_refused_is_not() -> None:
    assert find(answer(404, "no such container", NotFound)) is None
    assert find(lambda: 7) == 7
    with pytest.raises(LabError):
        find(answer(409, "container is marked for removal"))


@pytest.mark.parametrize(
    ("labels", "key", "words"),
    [
        ({"quorumlab.lab": "y"}, "docker.held", "labctl down --lab y"),
        ({}, "docker.held.stranger", "--lab NAME"),
    ],
)
def test_who_has_the_nodes_name_is_said_and_left_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    labels: dict[str, str],
    key: str,
    words: str,
) -> None:
    other = SimpleNamespace(
        name="quorumlab-x-1", short_id="4f2a4f2a4f2a", labels=labels
    )
    engine = SimpleNamespace(containers=SimpleNamespace(get=lambda _name: other))
    monkeypatch.setattr(runtimes, "connect", lambda: engine)
    lab = plan(LabSpec(nodes=1), "x", "docker", tmp_path)
    with pytest.raises(LabError) as caught:
        runtimes.DockerRuntime(lab, tmp_path).start(1)
    assert (caught.value.message.key, caught.value.code) == (key, CONFLICT)
    for lang in LANGUAGES:
        assert "4f2a4f2a4f2a" in text(caught.value.message, lang)
        assert words in text(caught.value.hint, lang)
