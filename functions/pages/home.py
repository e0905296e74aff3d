"""The page at `/`: it leads to what the person's organization is here for."""

from typing import Final, cast

from functions import routes
from functions.me import me_get
from functions.pages.area import Area
from shared import bootstrap
from shared.web.engine.page import ROOT, Answers, Page, Question, Visit
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_HOMES: Final = {"operator": "operations", "partner": "customers", "customer": "relationships"}
"""Where people of each kind of organization begin."""

_READS_ALL_THE_SAME: Final = "globalAdministrator"


def _leads(_: Visit, found: Answers) -> str | None:
    """There, unless the person lacks what it takes to see anything there."""
    me = found["me"] or {}
    home = _HOMES.get(str(me["tenantKind"]))
    lacks = {each["code"] for each in cast("list[dict[str, str]]", me["missing"])}
    there = home in {each.route for each in routes.read()}
    return f"/{home}" if there and lacks <= {_READS_ALL_THE_SAME} else None


area.add(
    Page(
        name="page_home",
        route=ROOT,
        title=text("Partners of your organization"),
        template="home.html",
        asks={"me": Question(me_get)},
        leads=_leads,
    )
)
