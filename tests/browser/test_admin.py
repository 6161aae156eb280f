"""A web page and the AdminServer: what a browser can reach it must not read or change.

The attacker's name points at this machine, as after DNS rebinding.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.browser.chromium import Page
from tests.e2e.test_process import Setting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

REBOUND = "--host-resolver-rules=MAP evil.example 127.0.0.1"
TEXT = "document.body.innerText"
FAULTS = "/commands/quorumlab/link-faults"
CUT = '[{"to": 2, "action": "cut", "id": "x", "for_ms": 60000}]'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """One server of a lab; return what its AdminServer is called without a host."""
    setting = Setting(tmp_path)
    setting.text += "quorumlab.lab=x\n"
    with setting.running(QUORUMLAB_TOKEN="secret"):
        setting.wait_looking()
        yield f":{setting.ports.admin}"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with Page(tmp_path / "profile", REBOUND) as opened:
        yield opened


def active(server: str) -> object:
    with urlopen(f"http://127.0.0.1{server}{FAULTS}", timeout=10) as answer:
        return json.load(answer)


def test_a_name_that_is_not_ours_reads_nothing(page: Page, server: str) -> None:
    page.open(f"http://localhost{server}/commands/ruok")
    assert '"command" : "ruok"' in page.evaluate(TEXT)
    page.open(f"http://evil.example{server}/commands/ruok")
    assert page.evaluate(TEXT) == "Host is no name of this server\n"


def test_no_page_injects_a_fault_not_even_of_our_own_name(
    page: Page, server: str
) -> None:
    for host in ("evil.example", "localhost", "127.0.0.1"):
        page.open(f"http://{host}{server}/commands/ruok")
        post = f"fetch('{FAULTS}', {{method: 'POST', body: {json.dumps(CUT)}}})"
        status = page.evaluate(f"{post}.then(answer => answer.status)")
        assert status == (421 if host == "evil.example" else 403), host
    assert active(server) == []
