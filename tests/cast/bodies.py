"""What callers send, by API field names: JSON documents, and bodies as the edge parses them."""

from typing import Final

from pydantic import BaseModel

from shared.deciding.bodies import (
    AcceptBody,
    CustomerBody,
    DeclineBody,
    ImportBody,
    InviteBody,
    LinkBody,
    PartnerBody,
    ReasonBody,
)
from shared.deciding.sales import PartnerOfRecordBody, SubscriptionBody, SubscriptionPatch
from shared.model.models import PartnerType
from tests.cast.ids import DIRECT, MPN, RESELLER, TYPES

SIGNER: Final = {"firstName": "Ada", "lastName": "Lee", "email": "ada@agency.example"}
ACCEPTANCE: Final = {"customerAgreement": SIGNER, "country": "US"}


def partner_document(partner_id: str = DIRECT, **changes: object) -> dict[str, object]:
    """The JSON that the operator enrols a partner with."""
    mpn_id = MPN.get(partner_id, "9999")
    return {
        "name": f"Partner {mpn_id}",
        "type": TYPES.get(partner_id, PartnerType.DIRECT_BILL).value,
        "mpnId": mpn_id,
        "mpnCountry": "US",
        "country": "US",
        "partnerAgreementSignedAt": "2026-01-01T00:00:00Z",
        "affiliatedTenantIds": [],
        **changes,
    }


def customer_document(**changes: object) -> dict[str, object]:
    """The JSON of a customer's profile."""
    return {"name": "Agency", "domain": "agency.example", "country": "US", **changes}


def sale_document(**changes: object) -> dict[str, object]:
    """The JSON of a subscription that a partner registers."""
    return {
        "productType": "onlineService",
        "offerId": "CFQ7TTC0LF8R",
        "offerName": "Office 365 G3",
        "billingType": "license",
        "quantity": 25,
        "unitType": "licenses",
        "autoRenew": True,
        "term": {
            "duration": "P1Y",
            "billingCycle": "monthly",
            "startsAt": "2026-11-01T00:00:00Z",
            "endsAt": "2027-11-01T00:00:00Z",
        },
        **changes,
    }


def _body[B: BaseModel](model: type[B], document: dict[str, object]) -> B:
    return model.model_validate(document, by_alias=True, by_name=False)


def partner_body(partner_id: str = DIRECT, **changes: object) -> PartnerBody:
    return _body(PartnerBody, partner_document(partner_id, **changes))


def customer_body(**changes: object) -> CustomerBody:
    return _body(CustomerBody, customer_document(**changes))


def invite_body(**changes: object) -> InviteBody:
    return _body(InviteBody, {"delegatedAdmin": True, **changes})


def accept_body(**changes: object) -> AcceptBody:
    return _body(AcceptBody, {**ACCEPTANCE, **changes})


def import_body(**changes: object) -> ImportBody:
    return _body(ImportBody, {"evidence": "contract 4711", **changes})


def decline_body(**changes: object) -> DeclineBody:
    return _body(DeclineBody, changes)


def reason_body(reason: str | None = None) -> ReasonBody:
    return ReasonBody(reason=reason)


def link_body(**changes: object) -> LinkBody:
    """Of an invitation link."""
    return _body(LinkBody, {"delegatedAdmin": True, **changes})


def sale(**changes: object) -> SubscriptionBody:
    return _body(SubscriptionBody, sale_document(**changes))


def subscription_patch(**changes: object) -> SubscriptionPatch:
    return _body(SubscriptionPatch, changes)


def of_record_body(mpn_id: str = MPN[RESELLER]) -> PartnerOfRecordBody:
    return _body(PartnerOfRecordBody, {"partnerOfRecord": mpn_id})
