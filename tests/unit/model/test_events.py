"""What happened, as JSON and back, and whose feeds it goes to."""

import json

import pytest

from shared.canonical import JsonObject
from shared.model.events import Event, EventType, Resource, named, parties
from shared.model.models import (
    Partner,
    RelationshipStatus,
)
from tests.cast.every_event import BLOCK, ERASURE, EVERY_EVENT, OF_RECORD
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER
from tests.cast.resources import (
    agreement,
    customer,
    event,
    invitation,
    invitation_link,
    link,
    partner,
    relationship,
    subscription,
    tenant,
)


@pytest.mark.parametrize("kind", EventType)
def test_an_event_survives_its_json(kind: EventType):
    happened = Event(kind, EVERY_EVENT[kind])
    document = json.loads(json.dumps(happened.as_json()))
    assert document.keys() == {"type", "data"}
    assert document["type"] == kind.value
    assert Event.parse(document) == happened


def test_data_has_the_names_of_the_api():
    data = Event(EventType.PARTNER_ENROLLED, partner()).as_json()["data"]
    assert data == {
        "id": DIRECT,
        "name": "Partner 1001",
        "type": "directBill",
        "mpnId": "1001",
        "mpnCountry": "US",
        "country": "US",
        "partnerAgreementSignedAt": "2026-01-01T00:00:00.000000Z",
        "affiliatedTenantIds": [],
        "resourcesPerSecond": None,
        "status": "active",
    }


GOOD: JsonObject = Event(EventType.RESELLER_LINK_ENDED, link()).as_json()


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        "text",
        None,
        {"type": "reseller-link-ended"},
        {"data": GOOD["data"]},
        GOOD | {"type": "from-the-future"},
        GOOD | {"type": ["reseller-link-ended"]},
        GOOD | {"data": None},
        GOOD | {"data": {}},
        GOOD | {"data": partner().model_dump(mode="json")},
    ],
)
def test_anything_else_is_a_value_error(document):
    with pytest.raises(ValueError, match=r"not a valid EventType|validation error"):
        Event.parse(document)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (partner(), ()),
        (link(), ()),
        (invitation_link(), ()),
        (ERASURE, ()),
        (BLOCK, ()),
        (invitation(), (DIRECT,)),
        (invitation(1, PROVIDER, indirect_reseller_id=RESELLER), (PROVIDER, RESELLER)),
        (invitation(1, RESELLER, indirect_provider_id=PROVIDER), (RESELLER, PROVIDER)),
        (relationship(), (DIRECT,)),
        (relationship(PROVIDER, indirect_reseller_id=RESELLER), (PROVIDER, RESELLER)),
        (relationship(RESELLER, indirect_provider_id=PROVIDER), (RESELLER, PROVIDER)),
        (subscription(), (DIRECT,)),
        (subscription(1, PROVIDER, **OF_RECORD), (PROVIDER, RESELLER)),
    ],
)
def test_feeds_of_those_that_the_resource_names(data: Resource, expected: tuple[str, ...]):
    known = tenant(AGENCY, relationship(OTHER_DIRECT)).head
    assert parties(event(data), known) == expected


@pytest.mark.parametrize("data", [customer(), agreement()])
def test_what_concerns_the_customer_goes_to_its_active_partners(data: Resource):
    known = tenant(
        AGENCY,
        relationship(OTHER_DIRECT),
        relationship(DIRECT),
        relationship(PROVIDER, status=RelationshipStatus.REMOVED),
        invitation(1, RESELLER),
    ).head
    assert parties(event(data), known) == (DIRECT, OTHER_DIRECT)


@pytest.mark.parametrize("met", [relationship(), invitation(), subscription()])
def test_a_block_is_told_to_a_partner_that_knows_the_customer(met: Resource):
    assert parties(event(BLOCK), tenant(AGENCY, met).head) == (DIRECT,)


@pytest.mark.parametrize("kind", EventType)
def test_an_event_names_every_partner_whose_id_it_carries(kind: EventType):
    happened = Event(kind, EVERY_EVENT[kind])
    carried = {
        value
        for field, value in happened.as_json()["data"].items()
        if field in {"partnerId", "indirectResellerId", "indirectProviderId"}
        or field in {"providerId", "resellerId"}
        or (field == "id" and isinstance(happened.data, Partner))
    }
    assert set(named(happened)) == carried - {None}
