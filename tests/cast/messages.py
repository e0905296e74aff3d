"""Onboarding messages as pipelines send them."""

import base64
import json

from shared.services.ports.operations import Pipeline
from tests.cast.bodies import partner_body, sale_document
from tests.cast.ids import AGENCY, DIRECT, RESELLER, invitation_id, subscription_id

SOURCE = "https://pipelines.example/one"
PIPELINE = Pipeline(
    id="11000000-0000-4000-8000-000000000001",
    source=SOURCE,
    partner_ids=(DIRECT, RESELLER),
    types=(
        "customer-profile",
        "invitation-request",
        "partner-enrolment",
        "relationship-import",
        "subscription-registration",
        "subscription-status",
        "subscription-update",
    ),
)


def enrolment(partner_id: str = DIRECT, **changes) -> dict:
    return {**partner_body(partner_id).model_dump(mode="json"), "partnerId": partner_id, **changes}


def profile(**changes) -> dict:
    said = {"name": "Agency", "domain": "agency.example", "country": "US"}
    return {"customerId": AGENCY, **said, **changes}


def invitation(number: int = 1, **changes) -> dict:
    ids = {"actingPartnerId": DIRECT, "customerId": AGENCY, "invitationId": invitation_id(number)}
    return {**ids, "delegatedAdmin": True, **changes}


def imported(**changes) -> dict:
    """The reference of a contract from before."""
    return {"partnerId": DIRECT, "customerId": AGENCY, "evidence": "contract 4711", **changes}


def registration(number: int = 1, **changes) -> dict:
    ids = {"actingPartnerId": DIRECT, "customerId": AGENCY}
    return {**ids, "subscriptionId": subscription_id(number), **sale_document(), **changes}


def registrations(*numbers: int, **changes) -> dict:
    sold = [{"subscriptionId": subscription_id(each), **sale_document()} for each in numbers]
    return {"actingPartnerId": DIRECT, "customerId": AGENCY, "subscriptions": sold, **changes}


def sold(number: int = 1, **said) -> dict:
    """About a subscription that is registered: an update, or a status."""
    ids = {"actingPartnerId": DIRECT, "customerId": AGENCY}
    return {**ids, "subscriptionId": subscription_id(number), **said}


def event(kind: str, data: object, **changes) -> dict:
    said = {"specversion": "1.0", "id": "e-1", "source": SOURCE, "type": kind, "data": data}
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


def submission(kind: str = "subscription-registration", data: object = None, **changes) -> dict:
    """An event as a partner's own application hands it in."""
    return event(kind, registration() if data is None else data, **{"id": "m-1", **changes})


def encoded(document: object) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()
