"""Somebody without a mouse, who goes on by the tabulator and sees where the focus is."""

from typing import Final

from playwright.sync_api import Page

_TABS: Final = 80
"""More than a page has places to stop at."""

_FOCUSED: Final = """wanted => {
    const each = document.activeElement
    if (!each?.matches("a, button, input, select, textarea")) return null
    const names = [each.innerText, ...[...each.labels ?? []].map(label => label.innerText)]
    return names.join(" ").includes(wanted) ? getComputedStyle(each).outlineStyle : null
}"""
"""Of what something can be done with: a table that is scrolled has focus, too, and all its text."""


def focus(page: Page, name: str) -> None:
    """Goes on until what has this name, or stands at a label that has it, is focused.

    One question after each key: between two a page that follows something may have come anew.
    """
    for _ in range(_TABS):
        page.keyboard.press("Tab")
        if outline := page.evaluate(_FOCUSED, name):
            assert outline != "none"
            return
    raise AssertionError(f"{name} cannot be reached")


def press(page: Page, name: str) -> None:
    """Follows a link, or sends a form by its button; then the page that comes of it is there."""
    focus(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    """Types into a field, in place of what stands there."""
    focus(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
