"""Partners of a customer: who waits, who works for it, what follows from that, and how it ends."""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final, cast

from functions.access import access_get
from functions.blocked_partners import (
    blocked_partners_delete,
    blocked_partners_get,
    blocked_partners_list,
    blocked_partners_put,
)
from functions.invitations import invitations_list
from functions.pages.area import Area
from functions.policy import policy_rules_list
from functions.relationships import (
    relationships_get,
    relationships_list,
    relationships_request_end,
    relationships_revoke_delegated_admin,
)
from functions.subscriptions import subscriptions_list
from shared import bootstrap
from shared.canonical import JsonObject
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.engine.portions import NUMBER, SIZE, portion
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "relationships/{partnerId}"
_ALL: Final = {"maxpagesize": "1000"}
"""More than a customer can have: its head has room for some 240 partners."""

_FILTERS: Final = ("status", "delegatedAdmin", "search")


def _items(answer: JsonObject | None) -> list[JsonObject]:
    return cast("list[JsonObject]", answer["value"]) if answer else []


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _wanted(relationship: JsonObject, query: Mapping[str, str]) -> bool:
    """Whether all filters let it through; `search` is a part of the name, or an id's beginning."""
    search = _folded(query.get("search", "").strip())
    ids = (str(relationship["partnerMpnId"]), str(relationship["partnerId"]))
    return (
        query.get("status", relationship["status"]) == relationship["status"]
        and query.get("delegatedAdmin", relationship["delegatedAdmin"])
        == relationship["delegatedAdmin"]
        and (
            search in _folded(str(relationship["partnerName"]))
            or any(each.startswith(search) for each in ids)
        )
    )


def _by_state_and_name(relationship: JsonObject) -> tuple[str, str, str]:
    """Those that stand before those that ended, as `active` comes before `removed`."""
    name = _folded(str(relationship["partnerName"]))
    return str(relationship["status"]), name, str(relationship["partnerId"])


def _listed(visit: Visit, found: Answers) -> Mapping[str, object]:
    """The portion that is asked for, and the blocks of partners that are in no list of these."""
    known = _items(found["relationships"])
    wanted = [each for each in known if _wanted(each, visit.query)]
    blocked = {str(each["partnerId"]): each for each in _items(found["blocked"])}
    partner_ids = {each["partnerId"] for each in known}
    return {
        "portion": portion(sorted(wanted, key=_by_state_and_name), visit.query),
        "filtered": any(name in visit.query for name in _FILTERS),
        "blocks": blocked,
        "blocked_strangers": [blocked[each] for each in blocked if each not in partner_ids],
    }


_NO_ROLE: Final = ("EFF-3", "EFF-4")
"""Why a partner has no role on a subscription: it did not sell it, or sold no Azure plan."""


def _explained(_: Visit, found: Answers) -> Mapping[str, object]:
    """The partner's access: the roles that it has, and the rules behind these and all it has not.

    Of subscriptions these are the ones on which it has a role, as the API pages them.
    """
    partners = cast("list[Any]", (found["access"] or {}).get("partners", []))
    tenant_roles = [each for partner in partners for each in partner["tenant"]]
    held = [each for partner in partners for each in partner["subscriptions"]]
    because = (rule for each in (*tenant_roles, *held) for rule in each["because"])
    cited = {*because, *_NO_ROLE}
    return {
        "tenant_roles": tenant_roles,
        "held": held,
        "no_role": _NO_ROLE,
        "remains": [each for each in held if each.get("remove")],
        "cited": [each for each in _items(found["rules"]) if each["id"] in cited],
    }


area.add(
    Page(
        name="page_relationships",
        route="relationships",
        title=text("Partner relationships"),
        template="relationships/list.html",
        asks={
            "relationships": Question(relationships_list, query=_ALL),
            "invitations": Question(invitations_list, query={"status": "pending"}),
            "blocked": Question(blocked_partners_list, query=_ALL),
        },
        shows=_listed,
        reads=(*_FILTERS, NUMBER),
    )
)

_RELATIONSHIP: Final = Question(relationships_get)
_BLOCK: Final = Question(blocked_partners_get)

area.add(
    Page(
        name="page_relationship",
        route=_ROUTE,
        title=text("Partner relationship"),
        template="relationships/relationship.html",
        asks={
            "relationship": _RELATIONSHIP,
            "access": Question(
                access_get,
                query={"maxpagesize": str(SIZE)},
                passes=("skiptoken",),
                about=("partnerId",),
            ),
            "subscriptions": Question(
                subscriptions_list, query={"maxpagesize": "10"}, about=("partnerId",)
            ),
            "block": _BLOCK,
            "rules": Question(policy_rules_list, query=_ALL),
        },
        shows=_explained,
    )
)

area.add(
    Page(
        name="page_relationship_revoke_delegated_admin",
        route=f"{_ROUTE}/revoke-delegated-admin",
        title=text("Remove delegated admin privileges"),
        template="relationships/revoke.html",
        asks={"relationship": _RELATIONSHIP},
        form=Form(
            endpoint=relationships_revoke_delegated_admin,
            decides=True,
            button=text("Record removal"),
            after=f"/{_ROUTE}",
            done=lambda relationship: relationship["delegatedAdmin"] != "granted",
        ),
    )
)

area.add(
    Page(
        name="page_relationship_request_end",
        route=f"{_ROUTE}/request-end",
        title=text("Ask for the end of the relationship"),
        template="relationships/request_end.html",
        asks={"relationship": _RELATIONSHIP},
        form=Form(
            endpoint=relationships_request_end,
            decides=True,
            button=text("Record the request"),
            after=f"/{_ROUTE}",
            done=lambda relationship: relationship["endRequestedAt"] is not None,
            fields=(
                Field(
                    name="reason",
                    label=text("Reason"),
                    kind=Kind.PROSE,
                    hint=text("May stay empty. The partner can read it."),
                ),
            ),
        ),
    )
)

area.add(
    Page(
        name="page_partner_block",
        route=f"{_ROUTE}/block",
        title=text("Block the partner"),
        template="relationships/block.html",
        asks={"relationship": _RELATIONSHIP, "block": _BLOCK},
        form=Form(
            endpoint=blocked_partners_put,
            decides=True,
            adds=True,
            button=text("Record the block"),
            after=f"/{_ROUTE}",
        ),
    )
)

area.add(
    Page(
        name="page_partner_unblock",
        route=f"{_ROUTE}/unblock",
        title=text("Unblock the partner"),
        template="relationships/unblock.html",
        asks={"block": _BLOCK},
        form=Form(
            endpoint=blocked_partners_delete,
            decides=True,
            button=text("Record the end of the block"),
            # A partner that never had a relationship has no page of its own.
            after="/relationships",
        ),
    )
)
