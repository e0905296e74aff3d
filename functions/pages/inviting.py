"""Inviting a customer, the e-mail that goes with an invitation, and taking it back."""

from typing import Final

from functions.invitations import (
    invitations_cancel,
    invitations_email,
    invitations_get,
    invitations_put,
)
from functions.me import me_get
from functions.pages.area import Area
from functions.pages.partners import LINKED, linked, linked_beyond, own_type_is
from functions.pages.trials import trial
from functions.partners import partner_customers_get
from shared import bootstrap
from shared.http.endpoint import EML
from shared.http.shapes.policy import Evaluated
from shared.model.models import PartnerType
from shared.web.engine.page import Download, Page, Question
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_CUSTOMER: Final = "customers/{customerId}"
_INVITATION: Final = f"{_CUSTOMER}/invitations/{{invitationId}}"

_TWO_TIERS: Final = (
    Field(
        name="indirectResellerId",
        label=text("Reseller that sells beside you"),
        kind=Kind.PICK,
        shown=own_type_is(PartnerType.INDIRECT_PROVIDER),
        options=linked("reseller"),
        beyond=linked_beyond,
    ),
    Field(
        name="indirectProviderId",
        label=text("Provider for which you invite as well"),
        kind=Kind.PICK,
        shown=own_type_is(PartnerType.INDIRECT_RESELLER),
        options=linked("provider"),
        beyond=linked_beyond,
    ),
)

_ASKED: Final = (
    Field(
        name="delegatedAdmin",
        label=text("Ask for delegated admin privileges"),
        kind=Kind.FLAG,
        filled=lambda _: "true",
    ),
    *_TWO_TIERS,
    Field(name="country", label=text("Country or region of the customer")),
    Field(name="message", label=text("Your words to the customer"), kind=Kind.PROSE),
    Field(
        name="contact.email",
        label=text("E-mail address of whom you write to"),
        kind=Kind.EMAIL,
    ),
    Field(
        name="contact.locale",
        label=text("Language of the e-mail"),
        kind=Kind.CHOICE,
        choices={"en": text("English"), "ko": text("Korean")},
    ),
    Field(name="externalReference", label=text("Your own reference")),
    Field(name="microsoftRequestUrl", label=text("Address of your request at Microsoft")),
    Field(
        name="expiresInDays",
        label=text("Days until it expires"),
        kind=Kind.NUMBER,
        filled=lambda _: "90",
    ),
)

area.add(
    Page(
        name="page_invite",
        route=f"{_CUSTOMER}/invite",
        title=text("Invite a customer"),
        template="customers/invite.html",
        asks={
            "me": Question(me_get),
            "resellers": LINKED,
            "customer": Question(partner_customers_get),
        },
        form=Form(
            endpoint=invitations_put,
            trial=trial(Evaluated.INVITE),
            adds=True,
            makes=("invitationId",),
            button=text("Record the invitation"),
            after=f"/{_INVITATION}/email",
            fields=_ASKED,
        ),
    )
)

area.add(
    Page(
        name="page_invitation_email",
        route=f"{_INVITATION}/email",
        title=text("E-mail to the customer"),
        template="customers/email.html",
        asks={
            "english": Question(invitations_email, query={"locale": "en"}),
            "korean": Question(invitations_email, query={"locale": "ko"}),
            "invitation": Question(invitations_get),
            "customer": Question(partner_customers_get),
        },
        offers={"invite": invitations_put},
    )
)

area.add(
    Page(
        name="page_invitation_eml",
        route=f"{_INVITATION}/email/eml",
        title=text("E-mail to the customer"),
        asks={"draft": Question(invitations_email, passes=("locale",))},
        download=Download(EML, "invitation"),
    )
)

area.add(
    Page(
        name="page_invitation_cancel",
        route=f"{_INVITATION}/cancel",
        title=text("Take the invitation back"),
        template="customers/cancel.html",
        asks={
            "invitation": Question(invitations_get),
            "customer": Question(partner_customers_get),
        },
        form=Form(
            endpoint=invitations_cancel,
            button=text("Record that it is taken back"),
            after=f"/{_CUSTOMER}",
            done=lambda invitation: invitation["status"] == "canceled",
        ),
    )
)
