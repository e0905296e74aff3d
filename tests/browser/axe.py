"""Accessibility of a page by axe-core, which needs scripts: it looks at the same HTML elsewhere."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page

_AXE: Final = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FIND: Final = """rules => axe.run(document, {runOnly: rules}).then(found =>
    found.violations.flatMap(each => each.nodes.map(node =>
        `${each.id}: ${node.target}: ${node.failureSummary}`)))"""


def findings(scripted: BrowserContext, seen: Page, scheme: Any) -> list[str]:
    """What axe finds on the page that `seen` shows, in light or dark.

    Its HTML and style sheet are those of `seen`; no policy applies to the copy, so that axe runs.
    """
    copy = scripted.new_page()
    try:
        copy.emulate_media(color_scheme=scheme)
        document, address = seen.content(), seen.url
        copy.route(address, lambda route: route.fulfill(body=document, content_type="text/html"))
        copy.goto(address)
        copy.add_script_tag(path=_AXE)
        return copy.evaluate(_FIND, _RULES)
    finally:
        copy.close()
