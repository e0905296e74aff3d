"""The operator's first page: whether the service is well, and what waits for somebody."""

from typing import Final

from functions.health import health_ready, health_versions
from functions.open_counts import open_counts_get
from functions.pages.area import Area
from functions.sweeps import sweeps_list
from shared import bootstrap
from shared.web.engine.page import Page, Question
from shared.web.texts import text

area: Final = Area(bootstrap.app)

area.add(
    Page(
        name="page_operations",
        route="operations",
        title=text("Operations"),
        template="operations/operations.html",
        asks={
            "versions": Question(health_versions),  # It needs nothing that may not answer.
            "counts": Question(open_counts_get, outage=True),
            "readiness": Question(health_ready, outage=True),
            "sweeps": Question(sweeps_list, query={"maxpagesize": "1"}, outage=True),
        },
    )
)
