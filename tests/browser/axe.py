"""What axe-core finds on a page: only what is serious or critical counts."""

from importlib.resources import files

from tests.browser.chromium import Page

_ASK = """axe.run().then(({violations}) => violations
  .filter(({impact}) => ['serious', 'critical'].includes(impact))
  .map(({id, nodes}) => `${id}: ${nodes.map((it) => it.html.slice(0, 120))}`))"""


def load_axe(page: Page) -> None:
    """Put axe-core, which axe-core-python carries, into the page."""
    script = files("axe_core_python") / "axe.min.js"
    page.evaluate(script.read_text(encoding="utf-8") + ";0")


def serious(page: Page) -> list[str]:
    """Return what axe-core finds now, one line for each rule."""
    found: list[str] = page.evaluate(_ASK)
    return found
