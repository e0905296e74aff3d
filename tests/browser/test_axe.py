"""What looks at accessibility: that it sees what is wrong, in either scheme, on the page of now."""

from playwright.sync_api import Page

from tests.browser.axe import Axe
from tests.running.system import System

PALE = "transition: color 1000s; background: #fff; color: light-dark"
SPOILED = f"""<img src='data:,'>
<p id='by-day' style='{PALE}(#bbb, #000)'>hardly to be read in light</p>
<p id='by-night' style='{PALE}(#000, #bbb)'>hardly to be read in dark</p>"""


def test_it_looks_in_light_and_in_dark(axe: Axe, page: Page, system: System):
    page.goto(f"{system.base_url}/")
    page.evaluate("spoiled => document.querySelector('main').innerHTML = spoiled", SPOILED)
    found = {": ".join(each.split(": ")[:3]) for each in axe.findings(page)}
    assert {"light: image-alt: img", "dark: image-alt: img"} <= found
    assert {each for each in found if "contrast" in each} == {
        "light: color-contrast: #by-day",
        "dark: color-contrast: #by-night",
    }


def test_it_looks_at_the_page_as_it_is_now(axe: Axe, page: Page, system: System):
    """Also where the page before had the same address, but for the part of it that is shown."""
    page.goto(f"{system.base_url}/")
    assert axe.findings(page) == []
    page.goto(f"{system.base_url}/#content")
    page.evaluate("spoiled => document.querySelector('main').innerHTML = spoiled", SPOILED)
    assert axe.findings(page) != []
