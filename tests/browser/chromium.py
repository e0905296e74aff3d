"""A real browser: the system's Chromium, driven by playwright."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright

from tests.running.waiting import STILL_SECONDS

# Nothing but the pages under test goes over the network.
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_PATIENCE = STILL_SECONDS * 1000


def executable() -> str:
    """Where Chromium is; `tools/setup browser` installs it."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    raise AssertionError("these tests need Chromium: run `tools/setup browser`, or install it")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Of this folder alone: it keeps an event loop running, beside which no other can be."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A browser with a profile of its own."""
    yield from _browser(playwright, tmp_path_factory.mktemp("chromium"), scripts=True)


@pytest.fixture(scope="package")
def plain_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One in which no page runs a script."""
    yield from _browser(playwright, tmp_path_factory.mktemp("chromium"), scripts=False)


def launched(playwright: Playwright, profile: Path, *, scripts: bool) -> BrowserContext:
    """The browser, which asks nobody for anything but the pages under test."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=executable(),
        headless=True,
        args=_QUIET,
        timeout=_PATIENCE,
        java_script_enabled=scripts,
        locale="en-US",
    )
    context.set_default_timeout(_PATIENCE)
    return context


def _browser(playwright: Playwright, profile: Path, *, scripts: bool) -> Iterator[BrowserContext]:
    context = launched(playwright, profile, scripts=scripts)
    expect.set_options(_PATIENCE)
    yield context
    context.close()
