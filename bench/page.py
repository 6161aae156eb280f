"""`make bench-page`: how soon the page opens and tells, how smoothly it plays.

In headless Chromium without a graphics card.  A generated run of 25 servers and
10,000 events is opened and played at the page's own speed and at its highest; then,
on a real lab of three processes, the leader is killed by a click on the live page,
several times, and the time until the page shows the next leader is taken.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from labctl.pictures.html import html
from labctl.pictures.spacetime import whole
from tests.browser.chromium import Page
from tests.browser.live import served
from tests.e2e.labs import Cli, labs
from tests.unit.pictures.generated import big_run

SERVERS, EVENTS = 25, 10_000
PLAYED_MS = 10_000
# From the call to the first picture, and to the end of the page's own start.
OPENED = """Math.max(
  performance.getEntriesByName("first-contentful-paint")[0].startTime,
  performance.getEntriesByType("navigation")[0].loadEventEnd)"""
# Frames that the browser drew meanwhile, the longest pause between two of them, and
# how many pictures of the ring there were.
FRAMES = f"""new Promise((done) => {{
  const begun = performance.now(), from = state.at, gaps = [];
  let last = begun;
  const frame = (now) => {{
    gaps.push(now - last);
    last = now;
    if (now - begun < {PLAYED_MS}) return requestAnimationFrame(frame);
    gaps.sort((a, b) => a - b);
    const worst = gaps.at(-1), late = gaps[Math.floor(gaps.length * 0.99)];
    done([gaps.length * 1000 / (now - begun), late, worst, state.at - from]);
  }};
  requestAnimationFrame(frame);
}})"""
NEXT_LEADER = """new Promise((done) => {
  const before = sceneAt(newest()).leader, begun = performance.now();
  const look = () => {
    const now = sceneAt(newest());
    const here = document.querySelector(`.server[data-key=n${now.leader}]`);
    const led = now.leader && now.leader !== before && here.dataset.state === "LEADING";
    led ? done(performance.now() - begun) : requestAnimationFrame(look);
  };
  document.querySelector(`.ring [data-key=n${before}]`)
    .dispatchEvent(new MouseEvent("click", {bubbles: true}));
  [...document.querySelectorAll("#choices button")]
    .find((it) => it.textContent.includes("labctl kill")).click();
  look();
})"""


def big(folder: Path) -> Iterator[str]:
    """Yield a row for the opening, and one for each speed."""
    run = big_run(SERVERS, EVENTS)
    file = folder / "big.html"
    file.write_text(html(run, whole(run), "en"), encoding="utf-8")
    yield f"file: {file.stat().st_size / 2**20:.1f} MiB"
    with Page(folder / "profile") as page:
        page.size(1440, 900)
        page.open(file.as_uri())
        yield f"opened and drawn: {page.evaluate(OPENED):,.0f} ms"
        speeds = page.evaluate("[...$('speed').options].map((it) => it.value)")
        for speed in ("1", max(speeds, key=float)):
            page.evaluate(f"void ($('speed').value = {json.dumps(speed)})")
            page.evaluate("void play(true)")
            rate, late, worst, steps = page.evaluate(FRAMES)
            page.evaluate("void play(false)")
            yield (
                f"played at {speed}×: {rate:.1f} frames/s, {steps} steps; 99 % of the"
                f" frames within {late:.0f} ms, the longest {worst:.0f} ms"
            )


def killed(cli: Cli, folder: Path, rounds: int) -> list[float]:
    """Return the ms from the click to the next leader's picture, for each round."""
    found = []
    with served(cli) as web, Page(folder / "live") as page:
        page.size(1440, 900)
        page.open(web.link)
        page.until("document.body.dataset.link === 'on' && sceneAt(newest()).leader")
        for _ in range(rounds):
            found.append(page.evaluate(NEXT_LEADER))
            page.until("!$('said').textContent.endsWith('…')")
            cli.ok("start", "down")
            voters = "doc.voters.every((sid) => sceneAt(newest())[`n${sid}`].serving)"
            page.until(voters)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the page.")
    parser.add_argument("--rounds", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for row in big(folder):
            print(row, flush=True)
        for cli in labs(folder / "home"):
            cli.calm()
            found = killed(cli, folder, asked.rounds)
            print(
                f"leader killed by a click, {len(found)} times: the next one is seen"
                f" after {min(found):.0f} ms, {statistics.median(found):.0f} ms in the"
                f" middle, {max(found):.0f} ms at the most"
            )


if __name__ == "__main__":
    main()
