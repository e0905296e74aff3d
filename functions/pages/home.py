"""The page at `/`: it leads to what the person's organization is here for."""

from collections.abc import Mapping
from typing import Final, cast

from functions import routes
from functions.invitations import invitations_list
from functions.me import me_get
from functions.pages.area import Area
from shared import bootstrap
from shared.canonical import JsonObject
from shared.web.engine.page import ROOT, Answers, Page, Question, Visit
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_HOMES: Final = {"operator": "operations", "partner": "customers", "customer": "relationships"}
"""Where people of each kind of organization begin."""

_READS_ALL_THE_SAME: Final = "globalAdministrator"


def _only_of_strangers(_: Visit, me: JsonObject) -> Mapping[str, str] | None:
    return {} if me["tenantKind"] == "unknown" else None


def _leads(_: Visit, found: Answers) -> str | None:
    """There, unless the person lacks what it takes to see anything there.

    Whom partners invite without knowing it yet, begins like a customer.
    """
    me, invited = found["me"] or {}, found["invited"]
    kind = "customer" if invited and invited["value"] else str(me["tenantKind"])
    home = _HOMES.get(kind)
    lacks = {each["code"] for each in cast("list[dict[str, str]]", me["missing"])}
    there = home in {each.route for each in routes.read()}
    return f"/{home}" if there and lacks <= {_READS_ALL_THE_SAME} else None


area.add(
    Page(
        name="page_home",
        route=ROOT,
        title=text("Partners of your organization"),
        template="home.html",
        asks={
            "me": Question(me_get),
            "invited": Question(
                invitations_list,
                query={"status": "pending", "maxpagesize": "1"},
                ids=_only_of_strangers,
            ),
        },
        leads=_leads,
    )
)
