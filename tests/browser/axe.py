"""Accessibility of a page by axe-core, which needs scripts: it looks at the same HTML elsewhere."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urldefrag

from playwright.sync_api import BrowserContext, Page

_AXE: Final = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SCHEMES: Final[tuple[Any, ...]] = ("light", "dark")
_FIND: Final = """rules => axe.run(document, {runOnly: rules}).then(found =>
    found.violations.flatMap(each => each.nodes.map(node =>
        `${each.id}: ${node.target}: ${node.failureSummary}`)))"""
_AT_ONCE: Final = "*, *::before, *::after { transition: none !important }"
"""Else a colour that changes with the scheme would be looked at on its way."""


class Axe:
    """One page with scripts, in which every page that is looked at is shown in its turn.

        a page, no scripts ── its HTML ──> the copy: light ─ axe ─ dark ─ axe

    A browser takes longer to open a page of its own for each look than axe to look.
    """

    def __init__(self, scripted: BrowserContext) -> None:
        """`scripted` is a browser in which pages run scripts."""
        self._copy = scripted.new_page()
        self._copy.add_init_script(path=_AXE)

    def findings(self, seen: Page) -> list[str]:
        """What axe finds on the page that `seen` shows, in light and in dark.

        Its HTML and style sheet are those of `seen`; no policy applies to the copy, so that axe
        runs.
        """
        copy, document = self._copy, seen.content()
        address, _ = urldefrag(seen.url)  # With a part it might be the document of last time.
        copy.route(
            address,
            lambda route: route.fulfill(body=document, content_type="text/html"),
            times=1,
        )
        copy.emulate_media(color_scheme="light")
        assert copy.goto(address)
        copy.add_style_tag(content=_AT_ONCE)
        return [found for scheme in _SCHEMES for found in self._found(scheme)]

    def _found(self, scheme: Any) -> list[str]:
        self._copy.emulate_media(color_scheme=scheme)
        return [f"{scheme}: {each}" for each in self._copy.evaluate(_FIND, _RULES)]
