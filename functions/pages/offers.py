"""What a reusable invitation link offers, and its acceptance by any customer."""

from typing import Final

from functions.customers import customers_get
from functions.invitation_links import (
    invitation_links_accept,
    invitation_offers_get,
    invitation_offers_impact,
)
from functions.pages.acceptance import acceptance
from functions.pages.area import Area
from functions.pages.trials import trial
from shared import bootstrap
from shared.http.shapes.policy import Evaluated
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.forms.form import Form
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "invite/{partnerId}/{linkId}"

_ASKS: Final = {
    "offer": Question(invitation_offers_get),
    "impact": Question(invitation_offers_impact, query={"maxpagesize": "1"}),  # counts are enough
    "customer": Question(customers_get),
}


def _leads(visit: Visit, found: Answers) -> str | None:
    """To the organization's own invitation, once it has accepted by this link."""
    offer = found["offer"] or {}
    made = offer["invitationId"]
    return f"/invitations/{visit.tenant_id}/{made}" if made else None


area.add(
    Page(
        name="page_offer",
        route=_ROUTE,
        title=text("Invitation by link"),
        template="offers/offer.html",
        asks=_ASKS,
        leads=_leads,
    )
)

area.add(
    Page(
        name="page_offer_accept",
        route=f"{_ROUTE}/accept",
        title=text("Accept the invitation"),
        template="offers/accept.html",
        asks=_ASKS,
        leads=_leads,
        form=Form(
            endpoint=invitation_links_accept,
            trial=trial(Evaluated.ACCEPT_LINK),
            decides=True,
            button=text("Record acceptance"),
            after=f"/{_ROUTE}",
            done=lambda offer: offer["invitationId"] is not None,
            fields=acceptance("offer"),
        ),
    )
)
