"""Invitation links of the own partner: issued, handed to customers, revoked."""

from collections.abc import Mapping
from typing import Final, cast

from functions.invitation_links import (
    invitation_links_get,
    invitation_links_list,
    invitation_links_put,
    invitation_links_revoke,
)
from functions.me import me_get
from functions.pages.area import Area
from functions.pages.partners import LINKED, linked, linked_beyond, own_type_is
from functions.pages.trials import trial
from functions.resellers import resellers_list
from shared import bootstrap
from shared.http.shapes.policy import Evaluated
from shared.model.models import PartnerType
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "invitation-links/{linkId}"
_LINK: Final = Question(invitation_links_get)
_RESELLERS: Final = Question(resellers_list, query={"maxpagesize": "100"})
_OFFERS: Final = {"issue": invitation_links_put, "revoke": invitation_links_revoke}


def _named(_: Visit, found: Answers) -> Mapping[str, object]:
    """The resellers of links by name; one that is not among the first hundred has its id alone."""
    links = cast("list[dict[str, str]]", (found["resellers"] or {"value": []})["value"])
    return {"named": {each["resellerId"]: each for each in links}}


area.add(
    Page(
        name="page_invitation_links",
        route="invitation-links",
        title=text("Invitation links"),
        template="invitation_links/list.html",
        asks={
            "links": Question(
                invitation_links_list, query={"maxpagesize": "25"}, passes=("skiptoken",)
            ),
            "resellers": _RESELLERS,
        },
        shows=_named,
        offers=_OFFERS,
    )
)

area.add(
    Page(
        name="page_invitation_link_issue",
        route="invitation-links/issue",
        title=text("Issue an invitation link"),
        template="invitation_links/issue.html",
        asks={"resellers": LINKED, "me": Question(me_get)},
        form=Form(
            endpoint=invitation_links_put,
            trial=trial(Evaluated.ISSUE_LINK),
            makes=("linkId",),
            adds=True,
            button=text("Issue the link"),
            after=f"/{_ROUTE}/use",
            fields=(
                Field(
                    name="delegatedAdmin",
                    label=text("Ask for delegated admin privileges"),
                    kind=Kind.FLAG,
                ),
                Field(
                    name="indirectResellerId",
                    label=text("Reseller with which you sell by it"),
                    kind=Kind.PICK,
                    options=linked("reseller"),
                    beyond=linked_beyond,
                    shown=own_type_is(PartnerType.INDIRECT_PROVIDER),
                ),
                Field(
                    name="expiresInDays",
                    label=text("Days that it lasts"),
                    kind=Kind.NUMBER,
                    filled=lambda _: "30",
                ),
                Field(
                    name="maxAcceptances",
                    label=text("Customers that can accept by it"),
                    kind=Kind.NUMBER,
                    filled=lambda _: "100",
                ),
            ),
        ),
    )
)

area.add(
    Page(
        name="page_invitation_link_use",
        route=f"{_ROUTE}/use",
        title=text("Use the invitation link"),
        template="invitation_links/use.html",
        asks={"link": _LINK, "resellers": _RESELLERS},
        shows=_named,
        offers=_OFFERS,
    )
)

area.add(
    Page(
        name="page_invitation_link_revoke",
        route=f"{_ROUTE}/revoke",
        title=text("Revoke the invitation link"),
        template="invitation_links/revoke.html",
        asks={"link": _LINK},
        form=Form(
            endpoint=invitation_links_revoke,
            trial=trial(Evaluated.REVOKE_LINK, at_once=True),
            decides=True,
            button=text("Record the revocation"),
            after="/invitation-links",
            done=lambda link: link["status"] == "revoked",
        ),
    )
)
