"""Takes the pictures of pages in docs/images/, of the story in examples/scenario/.

`python -m tools.screenshots` plays it on a backend (see examples/backend.py), and has the agency's
Global admin and Northwind's sales agent look on. Needs Chromium and a font with Hangul.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from playwright.sync_api import FloatRect, Page, Playwright, sync_playwright

from examples.backend import backend
from examples.demo import Demo
from examples.story import Step, Story
from tests.browser.chromium import launched
from tests.browser.people import sign_in
from tests.running.client import OPERATOR_TENANT

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
_SIZE: Final = {"width": 960, "height": 1200}
_INVITATION: Final = "/invitations/{agency}/{invitation-azure}"
_ACCEPTED: Final = "POST /api/customers/{agency}/invitations/{invitation-azure}/accept"
_STRANGER: Final = "5d0d4f0e-3c8e-4a43-9b57-7f1f1a6f2c10"
"""Whom nobody has invited yet."""
_LOCALES: Final = ("en", "ko")


def main() -> None:
    """Every picture, before and after the agency accepts what two companies ask for."""
    IMAGES.mkdir(exist_ok=True)
    story = Story()
    with backend() as running, sync_playwright() as playwright, _browser(playwright) as page:
        demo, steps = Demo(story, running), list(story.steps())
        answered = [step.call for step in steps].index(_ACCEPTED)
        address = running.url + story.fill(_INVITATION)
        for step in steps[:answered]:
            _play(demo, step)
        page.goto(address)
        sign_in(page, story.id_of("agency"))
        _take(page, address, "invitation")
        _take(page, f"{address}/accept", "acceptance")
        _take_operation(playwright, running.url)
        _take_partners(playwright, running.url, story)
        for step in steps[answered:]:
            _play(demo, step)
        _take(page, address, "on-record")
        _take_operations(playwright, running.url)


def _play(demo: Demo, step: Step) -> None:
    if step.send:
        demo.send(step)
    else:
        demo.call(step)


def _take(page: Page, address: str, name: str) -> None:
    for locale in _LOCALES:
        page.goto(f"{address}?language={locale}")
        page.screenshot(path=IMAGES / f"{name}.{locale}.png", full_page=True)


def _take_partners(playwright: Playwright, url: str, story: Story) -> None:
    """What the partner that invited sees: its customers, and what it tries before it invites."""
    with _browser(playwright) as page:
        page.goto(f"{url}/customers")
        sign_in(page, story.id_of("northwind"), wids="", roles="SalesAgent")
        while not page.locator("tbody tr").count():  # The index lags by seconds.
            page.goto(f"{url}/customers")
        _take(page, f"{url}/customers", "customers")
        for locale in _LOCALES:
            page.goto(f"{url}/customers/{_STRANGER}/invite?language={locale}")
            page.locator("button[value=preview]").click()
            page.screenshot(path=IMAGES / f"invite.{locale}.png", full_page=True)


def _take_operation(playwright: Playwright, url: str) -> None:
    """An operation of the API with its fields, as /docs shows it, down to its answers."""
    for locale in _LOCALES:
        with _browser(playwright, scripts=True) as page:
            page.goto(f"{url}/docs?language={locale}")
            block = page.locator("#operations-invitations-Invitations_Create")
            block.locator(".opblock-summary-control").click()
            block.get_by_role("tab", name="Schema").first.click()
            page.evaluate("scrollTo(0, 0)")
            top, end = block.bounding_box(), block.locator(".responses-wrapper").bounding_box()
            if top is None or end is None:
                raise RuntimeError(locale)
            clip = {**top, "height": end["y"] - top["y"]}
            path = IMAGES / f"operation.{locale}.png"
            page.screenshot(path=path, full_page=True, clip=cast("FloatRect", clip))


def _take_operations(playwright: Playwright, url: str) -> None:
    """What the operator sees first."""
    with _browser(playwright) as page:
        page.goto(f"{url}/operations")
        sign_in(page, OPERATOR_TENANT, wids="", roles="PlatformOperator")
        _take(page, f"{url}/operations", "operations")


@contextmanager
def _browser(playwright: Playwright, *, scripts: bool = False) -> Iterator[Page]:
    with tempfile.TemporaryDirectory() as profile:
        context = launched(playwright, Path(profile), scripts=scripts)
        page = context.new_page()
        page.set_viewport_size(_SIZE)
        yield page
        context.close()


if __name__ == "__main__":
    main()
