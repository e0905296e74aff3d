"""Customers of a partner: who they are to it, what waits, and what it sold to each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from functions.customers import customers_get
from functions.invitations import (
    invitations_cancel,
    invitations_email,
    invitations_list,
    invitations_put,
)
from functions.me import me_get
from functions.pages.area import Area
from functions.partners import partner_customers_get, partner_customers_list
from functions.relationships import (
    relationships_get,
    relationships_remove,
    relationships_revoke_delegated_admin,
)
from functions.subscriptions import subscriptions_list, subscriptions_put
from shared import bootstrap
from shared.canonical import JsonObject
from shared.http.path_ids import GUID_TYPE
from shared.web.engine.frames import link
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "customers/{customerId}"
_FILTERS: Final = ("status", "search")
_WHOM: Final = "invite"
"""Of the list's query: the tenant that is to be invited, for the page that asks for the rest."""


def _leads(visit: Visit, _: Answers) -> str | None:
    """To the invitation of who was named, where that can be a tenant at all."""
    try:
        whom = GUID_TYPE.validate_python(visit.query.get(_WHOM, "").strip())
    except ValueError:
        return None
    return link(f"/customers/{whom}/invite", {})


def _listed(visit: Visit, found: Answers) -> Mapping[str, object]:
    """How many days each invitation has waited, as of the list."""
    listed = cast("dict[str, Any]", found["customers"] or {})
    as_of = datetime.fromisoformat(listed["asOf"])
    waiting = (each["pendingInvitation"] for each in listed["value"])
    return {
        "filtered": any(name in visit.query for name in _FILTERS),
        "days": {each["id"]: _days(each, as_of) for each in waiting if each},
    }


def _days(invitation: JsonObject, as_of: datetime) -> int:
    return (as_of - datetime.fromisoformat(str(invitation["createdAt"]))).days


area.add(
    Page(
        name="page_customers",
        route="customers",
        title=text("Customers"),
        template="customers/list.html",
        asks={
            "customers": Question(
                partner_customers_list,
                query={"order": "newest", "maxpagesize": "25"},
                passes=(*_FILTERS, "skiptoken"),
            )
        },
        shows=_listed,
        leads=_leads,
        reads=(_WHOM,),
        offers={"invite": invitations_put},
    )
)

area.add(
    Page(
        name="page_customer",
        route=_ROUTE,
        title=text("Customer"),
        template="customers/customer.html",
        asks={
            "customer": Question(partner_customers_get),
            "me": Question(me_get),
            "profile": Question(customers_get),
            "relationship": Question(relationships_get),
            "invitations": Question(invitations_list, query={"maxpagesize": "10"}),
            "subscriptions": Question(
                subscriptions_list, query={"maxpagesize": "25"}, passes=("skiptoken",)
            ),
        },
        offers={
            "invite": invitations_put,
            "email": invitations_email,
            "cancel": invitations_cancel,
            "register": subscriptions_put,
            "drop": relationships_revoke_delegated_admin,
            "remove": relationships_remove,
        },
    )
)

area.add(
    Page(
        name="page_customer_invitations",
        route=f"{_ROUTE}/invitations",
        title=text("Invitations"),
        template="customers/invitations.html",
        asks={
            "customer": Question(partner_customers_get),
            "invitations": Question(
                invitations_list, query={"maxpagesize": "25"}, passes=("skiptoken",)
            ),
        },
    )
)
