"""The browsers for these tests."""

from tests.browser.chromium import browser, plain_browser

__all__ = ["browser", "plain_browser"]
