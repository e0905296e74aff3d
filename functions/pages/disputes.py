"""Disputes: what a customer says and what the partner recorded, and the operator's annulment."""

from collections.abc import Mapping
from typing import Final

from functions.disputes import disputes_get, disputes_list
from functions.pages.area import Area
from functions.subscriptions import subscriptions_annul
from shared import bootstrap
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_LIST: Final = "operations/disputes"
_ROUTE: Final = f"{_LIST}/{{customerId}}/{{subscriptionId}}"
_DISPUTE: Final = Question(disputes_get)

STATES: Final = {
    "active": text("Active"),
    "suspended": text("Suspended"),
    "deleted": text("Deleted"),
    "annulled": text("Annulled by the operator"),
}


def _stated(_: Visit, __: Answers) -> Mapping[str, object]:
    """With the names of states of subscriptions."""
    return {"states": STATES}


area.add(
    Page(
        name="page_disputes",
        route=_LIST,
        title=text("Disputes"),
        template="disputes/list.html",
        asks={
            "disputes": Question(
                disputes_list,
                query={"status": "open", "maxpagesize": "25"},
                passes=("status", "skiptoken"),
            )
        },
        shows=lambda visit, _: {"filtered": bool(visit.query), **_stated(visit, {})},
    )
)

area.add(
    Page(
        name="page_dispute",
        route=_ROUTE,
        title=text("Dispute"),
        template="disputes/dispute.html",
        asks={"dispute": _DISPUTE},
        shows=_stated,
    )
)

area.add(
    Page(
        name="page_dispute_annul",
        route=f"{_ROUTE}/annul",
        title=text("Annul the registration"),
        template="disputes/annul.html",
        asks={"dispute": _DISPUTE},
        shows=_stated,
        form=Form(
            endpoint=subscriptions_annul,
            decides=True,
            button=text("Record the annulment"),
            after=f"/{_ROUTE}",
            done=lambda dispute: dispute["status"] == "annulled",
            fields=(Field(name="reason", label=text("Reason"), kind=Kind.PROSE),),
        ),
    )
)
