"""An invitation: what is asked, what it would give, and the decision."""

from typing import Final

from functions.customers import customers_get
from functions.invitations import (
    invitations_accept,
    invitations_cancel,
    invitations_decline,
    invitations_email,
    invitations_get,
    invitations_impact,
)
from functions.pages.acceptance import acceptance
from functions.pages.area import Area
from functions.pages.trials import trial
from shared import bootstrap
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


area.add(
    Page(
        name="page_invitation",
        route=_ROUTE,
        title=text("Invitation"),
        template="invitations/invitation.html",
        asks=_ASKS,
        offers={"email": invitations_email, "cancel": invitations_cancel},
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
            fields=acceptance("invitation"),
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
