"""Somebody without a mouse, who goes on by the tabulator and sees where the focus is."""

from playwright.sync_api import Locator, Page

_TABS = 80
"""More than a page has places to stop at."""

_NAMES = """each => !each.matches("a, button, input, select, textarea") ? "" :
    [each.innerText, ...[...each.labels ?? []].map(label => label.innerText)].join(" ")"""
"""Of what something can be done with: a table that is scrolled has focus, too, and all its text."""


def focus(page: Page, name: str) -> Locator:
    """Goes on until what has this name, or stands at a label that has it, is focused."""
    for _ in range(_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in focused.evaluate(_NAMES):
            assert focused.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
            return focused
    raise AssertionError(f"{name} cannot be reached")


def press(page: Page, name: str) -> None:
    """Follows a link, or sends a form by its button."""
    focus(page, name)
    page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    """Types into a field, in place of what stands there."""
    focus(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
