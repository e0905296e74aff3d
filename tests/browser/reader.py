"""Somebody at the pages: by keyboard alone, in a narrow window, with axe beside it."""

from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.browser.keyboard import focus, press

NARROW: Final = {"width": 320, "height": 640}


class Reader:
    """A person at the pages, in one language; `axe` looks at each of them, too."""

    def __init__(self, page: Page, axe: Axe, words: dict[str, str]) -> None:
        self.page = page
        self.words = words
        self._axe = axe

    def goes(self, name: str, *seen: str) -> None:
        """By a link or a button to a page where these words stand."""
        press(self.page, self.words[name])
        self.sees(*seen)

    def sees(self, *names: str) -> None:
        """The words stand there, in the narrow window, and axe has nothing to say."""
        for name in names:
            expect(self.page.locator("main").get_by_text(self.words[name]).first).to_be_visible()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        assert self._axe.findings(self.page) == []

    def takes(self, name: str, where: Path) -> Path:
        """A file that is offered."""
        focus(self.page, self.words[name])
        with self.page.expect_download() as started:
            self.page.keyboard.press("Enter")
        started.value.save_as(where / started.value.suggested_filename)
        return where / started.value.suggested_filename
