"""An invitation: what is asked, what it would give, and the decision."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from functions.customers import customers_get
from functions.invitations import (
    invitations_accept,
    invitations_decline,
    invitations_get,
    invitations_impact,
)
from functions.pages.area import Area
from functions.pages.trials import trial
from shared import bootstrap
from shared.canonical import JsonObject
from shared.http.shapes.policy import Evaluated
from shared.web.engine.page import Page, Question
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "invitations/{customerId}/{invitationId}"

_ASKS: Final = {
    "invitation": Question(invitations_get),
    "impact": Question(invitations_impact, query={"maxpagesize": "1"}),  # counts are enough
    "customer": Question(customers_get),
}


def _requires(field: str) -> Callable[[Mapping[str, JsonObject | None]], bool]:
    """Whether an acceptance has to bring it, as the API says."""

    def requires(known: Mapping[str, JsonObject | None]) -> bool:
        impact = known["impact"]
        return impact is not None and field in cast("list[str]", impact["requires"])

    return requires


_unsigned: Final = _requires("customerAgreement")
_unplaced: Final = _requires("country")


def _unnamed(known: Mapping[str, JsonObject | None]) -> bool:
    customer = known["customer"]
    return not (customer and customer["name"])


def _asks_privileges(known: Mapping[str, JsonObject | None]) -> bool:
    invitation = known["invitation"]
    return bool(invitation and invitation["delegatedAdmin"])


area.add(
    Page(
        name="page_invitation",
        route=_ROUTE,
        title=text("Invitation"),
        template="invitations/invitation.html",
        asks=_ASKS,
    )
)

area.add(
    Page(
        name="page_invitation_accept",
        route=f"{_ROUTE}/accept",
        title=text("Accept the invitation"),
        template="invitations/accept.html",
        asks=_ASKS,
        form=Form(
            endpoint=invitations_accept,
            trial=trial(Evaluated.ACCEPT),
            decides=True,
            button=text("Record acceptance"),
            after=f"/{_ROUTE}",
            done=lambda invitation: invitation["status"] == "accepted",
            fields=(
                Field(
                    name="customerAgreement.firstName",
                    label=text("First name of who accepts the agreement"),
                    purpose="given-name",
                    shown=_unsigned,
                ),
                Field(
                    name="customerAgreement.lastName",
                    label=text("Last name of who accepts the agreement"),
                    purpose="family-name",
                    shown=_unsigned,
                ),
                Field(
                    name="customerAgreement.email",
                    label=text("E-mail address of who accepts the agreement"),
                    kind=Kind.EMAIL,
                    purpose="email",
                    shown=_unsigned,
                ),
                Field(
                    name="name",
                    label=text("Name of your organization"),
                    purpose="organization",
                    shown=_unnamed,
                ),
                Field(
                    name="domain",
                    label=text("Domain of your organization"),
                    hint=text("Such as contoso.example; may stay empty."),
                    shown=_unnamed,
                ),
                Field(
                    name="country",
                    label=text("Country or region of your organization"),
                    hint=text("Two letters, such as US or KR."),
                    purpose="country",
                    shown=_unplaced,
                ),
                Field(
                    name="delegatedAdminUntil",
                    label=text("Last day of the privileges"),
                    kind=Kind.DATE,
                    hint=text("May stay empty: then they have no end. The day ends in UTC."),
                    shown=_asks_privileges,
                ),
            ),
        ),
    )
)

area.add(
    Page(
        name="page_invitation_decline",
        route=f"{_ROUTE}/decline",
        title=text("Decline the invitation"),
        template="invitations/decline.html",
        asks=_ASKS,
        form=Form(
            endpoint=invitations_decline,
            trial=trial(Evaluated.DECLINE),
            decides=True,
            button=text("Record refusal"),
            after=f"/{_ROUTE}",
            done=lambda invitation: invitation["status"] == "declined",
            fields=(
                Field(
                    name="reason",
                    label=text("Reason"),
                    kind=Kind.PROSE,
                    hint=text("May stay empty. The partner can read it."),
                ),
                Field(
                    name="block",
                    label=text("Block this partner: it cannot invite your organization again"),
                    kind=Kind.FLAG,
                ),
            ),
        ),
    )
)
