"""The browser for these tests."""

from tests.browser.chromium import browser

__all__ = ["browser"]
