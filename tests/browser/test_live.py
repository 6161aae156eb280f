"""The live page of a real lab: it shows, goes back, comes again, and can be touched."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.words.phrase import LANGUAGES
from tests.browser.axe import load_axe, serious
from tests.browser.chromium import Page, chinese_missing
from tests.browser.live import Served, served
from tests.browser.test_page import IN_SIGHT
from tests.browser.test_page import _shown as shown
from tests.e2e.labs import Cli, labs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.e2e,
    pytest.mark.stories,
    pytest.mark.timeout(300),
]
CONNECTED = "document.body.dataset.link === 'on' && run.steps.length > 20"
STATE = "sceneAt(newest()).{}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with Page(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    yield from labs(tmp_path_factory.mktemp("live") / "home")


@pytest.fixture
def cli(shared: Cli) -> Cli:
    shared.calm()
    return shared


@pytest.fixture
def web(cli: Cli) -> Iterator[Served]:
    with served(cli) as found:
        yield found


@pytest.fixture
def page(browser: Page, web: Served) -> Iterator[Page]:
    watch(browser, web)
    yield browser
    assert browser.complaints == []
    assert [r for r in browser.requests if not r.startswith((web.root, "data:"))] == []


def watch(browser: Page, web: Served) -> None:
    browser.renew()
    browser.size(1440, 900)
    browser.open(web.link)
    browser.until(CONNECTED)


def point(page: Page, key: str) -> None:
    """Click a server or a link of the ring."""
    click_on = "dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    page.evaluate(f"document.querySelector('.ring [data-key=\"{key}\"]').{click_on}")
    page.until("document.getElementById('menu').open")


def click(page: Page, key: str, verb: str) -> None:
    """Click a server or a link of the ring, then what to do with it."""
    point(page, key)
    choice = f"[...document.querySelectorAll('#choices button')].find({verb})"
    page.evaluate(f"{choice}.click()")


def shows(text: str) -> str:
    """Return an expression for the choice whose command is this."""
    return f"(it) => it.querySelector('code').textContent === {json.dumps(text)}"


def command_ended(page: Page) -> str:
    page.until("!$('said').textContent.endsWith('…')")
    said: str = page.evaluate("$('said').textContent")
    return said


def test_the_leader_is_killed_by_a_click_and_the_next_one_is_seen(
    page: Page, cli: Cli
) -> None:
    click(page, "n2", shows("labctl kill 2"))
    page.until("sceneAt(newest()).leader === 3 && sceneAt(newest()).quorum")
    page.until("document.querySelector('.server[data-key=n2]').dataset.state==='DOWN'")
    assert "quorum: yes · n3 leads epoch 2" in page.evaluate("$('verdict').textContent")
    assert "new leader: n2 → n3" in command_ended(page)
    click(page, "n2", shows("labctl start 2"))
    page.until("sceneAt(newest()).n2.serving")
    assert "3/3 voters" in command_ended(page)
    replay = cli.ok("replay", "latest", "--speed", "0")
    assert "$ labctl kill 2" in replay
    assert "$ labctl start 2" in replay


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_seen(page: Page, cli: Cli, tmp_path: Path, lang: str) -> None:
    if lang == "zh":
        if reason := chinese_missing():
            pytest.skip(reason)
        page.press("l")
    ending = "" if lang == "en" else f".{lang}"
    cli.ok("do", f"create /{lang} 1")
    page.until(f"run.steps.some((step) => step.what[0].includes('/{lang}'))")
    page.until("number() === newest()")
    for wide, high in ((1440, 900), (1024, 768), (390, 844)):
        page.size(wide, high, phone=wide == 390)
        page.until(f"innerWidth === {wide}")
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
        small = page.evaluate(SMALL)
        assert small == [], "a finger needs 44 pixels"
        # The ring and its legend need no scrolling.
        hidden = "$('view-ring').scrollHeight - $('view-ring').clientHeight"
        assert page.evaluate(hidden) <= 1
        if wide > 390:
            page.until(IN_SIGHT)
        seen(page, tmp_path, f"live-{wide}{ending}")
    page.size(1440, 900)
    page.until("innerWidth === 1440")
    point(page, "n2")
    seen(page, tmp_path, f"live-choices{ending}")


def seen(page: Page, tmp_path: Path, name: str) -> None:
    picture = shown(tmp_path) / f"{name}.png"
    page.picture(picture)
    assert picture.stat().st_size > 20_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, scheme: str) -> None:
    page.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    load_axe(page)
    for _ in ("en", "zh"):
        assert serious(page) == []
        point(page, "n1")
        assert serious(page) == [], "with a server's choices open"
        page.evaluate("document.getElementById('menu').close()")
        page.press("l")


# What can be pressed and is smaller than a finger.
SMALL = """[...document.querySelectorAll('button, select, .touch')]
  .filter((it) => it.offsetParent || it.ownerSVGElement)
  .filter((it) => { const { width, height } = it.getBoundingClientRect();
    return width && (width < 43.5 || height < 43.5); })
  .map((it) => it.id || it.textContent)"""


def test_one_goes_back_while_the_lab_goes_on_and_returns_to_now(
    page: Page, cli: Cli
) -> None:
    page.press("Home")
    assert page.evaluate("[state.live, state.at]") == [False, 0]
    here = page.evaluate("newest()")
    cli.ok("do", "create /back 1")
    page.until(f"newest() > {here}")
    assert page.evaluate("state.at") == 0
    page.press("End")
    assert page.evaluate("state.live")
    page.until("number() === newest()")
    page.press("3")
    page.until("document.querySelectorAll('#view-logs .cell[data-fate=C]').length > 2")
    page.press("2")
    page.until("document.querySelectorAll('#view-diagram .arrow.broadcast').length")
    page.press("1")


def test_what_is_far_behind_is_forgotten_and_loaded_on_demand(
    page: Page, cli: Cli
) -> None:
    page.evaluate("void (feed.entriesMax = 40)")
    cli.ok("do", "create /much 1")
    page.until("run.base > 0 && run.entries.length <= 40")
    page.until("!$('earlier').hidden")
    kept = page.evaluate("run.entries.length")
    page.press("Home")
    page.evaluate("$('earlier').click()")
    page.until("run.base === 0 && $('earlier').hidden")
    assert page.evaluate("run.entries.length") > kept
    assert page.evaluate("sceneAt(newest()).quorum")


def test_it_comes_again_after_its_server_was_away(browser: Page, cli: Cli) -> None:
    with served(cli) as web:
        watch(browser, web)
    browser.until("document.body.dataset.link === 'lost'")
    cli.ok("do", "create /away 1")
    with served(cli):
        browser.until(CONNECTED)
        browser.until("run.steps.some((step) => step.what[0].includes('/away'))")
        cli.ok("do", "create /again 1")
        browser.until("run.steps.some((step) => step.what[0].includes('/again'))")
    refused = [c for c in browser.complaints if "ERR_CONNECTION" not in c]
    refused = [c for c in refused if "ERR_INCOMPLETE_CHUNKED" not in c]
    assert refused == []


def test_a_link_is_cut_by_a_click_and_healed_by_another(page: Page) -> None:
    click(page, "l1-3", shows("labctl cut '1->3'"))
    page.until("sceneAt(newest()).faults.length === 1")
    page.until("document.querySelectorAll('.link.fault.cut').length === 1")
    command_ended(page)
    fault = page.evaluate("sceneAt(newest()).faults[0].id")
    click(page, "l1-3", shows(f"labctl heal {fault}"))
    page.until("sceneAt(newest()).faults.length === 0")
    command_ended(page)


def test_messages_are_delivered_by_hand(page: Page, cli: Cli) -> None:
    cli.ok("do", "--async", "--after", "4s", "--node", "leader", "create /stepped 1")
    page.evaluate("void act(['step', '0'])")
    command_ended(page)
    page.until("waiting.messages.filter((m) => m.type === 'PROPOSAL').length === 2")
    page.until("!$('step').hidden && document.querySelectorAll('.dot.waits').length")
    page.press("n")
    assert "PROPOSAL" in command_ended(page)
    page.until("waiting.messages.some((m) => m.type === 'ACK')")
    page.evaluate("document.querySelector('#step button:not([disabled])').click()")
    command_ended(page)
    page.evaluate("void act(['go'])")
    command_ended(page)
    page.until("$('step').hidden")


def test_a_client_asks_a_server_of_ones_choice(page: Page) -> None:
    page.evaluate("document.querySelector('#hands select').value = '3'")
    page.evaluate("document.querySelector('#hands input').value = 'create /typed 7'")
    page.evaluate("document.querySelector('#hands form').requestSubmit()")
    assert "/typed" in command_ended(page)
    page.until("run.steps.some((step) => step.what[0].includes('/typed'))")


def test_a_class_watches_and_touches_nothing(browser: Page, cli: Cli) -> None:
    with served(cli, "--read-only") as web:
        watch(browser, web)
        assert browser.evaluate("$('hands').hidden && !doc.hands")
        assert browser.evaluate("document.querySelectorAll('.ring [role]').length") == 0
        post = "fetch('do', {method: 'POST', body: '{}'}).then((it) => it.status)"
        assert browser.evaluate(post) == 403


def test_the_page_keeps_what_it_saw_when_the_lab_is_gone(
    browser: Page, cli: Cli
) -> None:
    with served(cli) as web:
        watch(browser, web)
        cli.ok("down", "--yes")
        browser.until("document.body.dataset.link === 'over'")
        assert web.process.wait(30) == 0
    assert browser.evaluate("run.steps.length") > 20
