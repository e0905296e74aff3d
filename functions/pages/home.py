"""The page at `/`: what this is, and where to go on."""

from typing import Final

from functions.pages.area import Area
from shared import bootstrap
from shared.web.engine.page import ROOT, Page
from shared.web.texts import text

area: Final = Area(bootstrap.app)

area.add(
    Page(
        name="page_home",
        route=ROOT,
        title=text("Partners of your organization"),
        template="home.html",
    )
)
