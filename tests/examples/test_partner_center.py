"""Partner Center's own exports, in the form in which its documentation and API have them."""

import json
from pathlib import Path
from typing import Any

import pytest

from examples.onboarding.faults import BadRecord
from examples.onboarding.fields import STAGES
from examples.onboarding.partner_center import Besides
from examples.onboarding.records import Record, read
from shared.deciding.sales import SubscriptionBody
from shared.services.documents import take
from shared.services.onboarding import orders

SELLER, CUSTOMER = "7a1f0c52-6f0e-4c6b-9a52-0d5c4b7e1a01", "4d879a8c-f9c2-4f15-9452-6bdf268e7060"
SOLD = "3194B176-A623-40A1-9A89-F96825DF3CE8"
BESIDES = Besides("US", SELLER)
AZURE: dict[str, Any] = {
    "id": SOLD,
    "offerId": "MS-AZR-0145P",
    "entitlementId": SOLD,
    "offerName": "Microsoft Azure",
    "friendlyName": "Docks",
    "quantity": 0,
    "unitType": "Usage-based",
    "hasPurchasableAddons": False,
    "creationDate": "2020-12-21T08:35:05.29Z",
    "effectiveStartDate": "2020-12-21T00:00:00Z",
    "commitmentEndDate": "9999-12-01T00:00:00Z",
    "status": "active",
    "autoRenewEnabled": False,
    "isTrial": False,
    "billingType": "usage",
    "billingCycle": "monthly",
    "termDuration": "P1Y",
    "contractType": "subscription",
    "links": {
        "offer": {"uri": "/offers/MS-AZR-0145P?country=KR", "method": "GET", "headers": []},
        "product": {"uri": f"/customers/{CUSTOMER}/products/9DEA7946", "method": "GET"},
    },
    "attributes": {"etag": "x", "objectType": "Subscription"},
}
SEATS: dict[str, Any] = AZURE | {
    "quantity": 25,
    "unitType": "Licenses",
    "billingType": "license",
    "billingCycle": "Annual",
    "productType": {"id": "OnlineServicesNCE", "displayName": "OnlineServicesNCE"},
    "autoRenewEnabled": True,
    "partnerId": "04025520",
    "commitmentEndDate": "2027-10-31T00:00:00Z",
    "effectiveStartDate": "2026-11-01T00:00:00Z",
}


def collection(folder: Path, *items: dict[str, Any], name: str = "subscriptions") -> list[Record]:
    path = folder / f"{name}.json"
    document = {"totalCount": len(items), "items": items, "attributes": {"objectType": "C"}}
    path.write_text(json.dumps(document), encoding="utf-8-sig")
    return read([path], BESIDES)


def sale(record: Record) -> SubscriptionBody:
    """As the backend takes it."""
    ids = {"actingPartnerId", "customerId", "subscriptionId"}
    return take(SubscriptionBody, {n: v for n, v in record.data.items() if n not in ids})


def test_customers_csv(tmp_path: Path):
    path = tmp_path / "Customers.csv"
    path.write_text(
        "Microsoft ID,Company name,Primary domain name,Relationship,Tags\r\n"
        f'{CUSTOMER},"Harbor, Authority",harbor.example.gov,Cloud Reseller,\r\n',
        encoding="utf-8-sig",
    )
    (record,) = read([path], BESIDES)
    assert record.data == {
        "customerId": CUSTOMER,
        "name": "Harbor, Authority",
        "domain": "harbor.example.gov",
        "country": "US",
    }
    with pytest.raises(BadRecord, match="has no countries; say theirs with --country") as raised:
        read([path])
    assert "missing" not in str(raised.value)


def test_a_collection_of_customers(tmp_path: Path):
    company = {"tenantId": CUSTOMER, "domain": "harbor.example.gov", "companyName": "Harbor"}
    item = {"id": CUSTOMER, "companyProfile": company, "relationshipToPartner": "reseller"}
    (record,) = collection(tmp_path, item, name="customers")
    assert record.data["country"] == "US"
    item["billingProfile"] = {"defaultAddress": {"country": "KR"}}
    (record,) = collection(tmp_path, item, name="customers")
    assert (record.data["name"], record.data["country"]) == ("Harbor", "KR")


def test_what_never_ends_and_is_billed_by_usage(tmp_path: Path):
    (record,) = collection(tmp_path, AZURE)
    assert record.data["customerId"] == CUSTOMER
    assert record.data["subscriptionId"] == SOLD.lower()
    sold = sale(record)
    assert (sold.product_type, sold.quantity) == ("azurePlan", 1)
    assert (sold.term.duration, sold.term.ends_at) == (None, None)


def test_seats_of_new_commerce_end_behind_their_last_day(tmp_path: Path):
    (record,) = collection(tmp_path, SEATS)
    sold = sale(record)
    assert (sold.product_type, sold.term.billing_cycle) == ("onlineService", "annual")
    assert (sold.partner_of_record, sold.term.duration) == ("4025520", "P1Y")
    assert record.data["term"]["endsAt"] == "2027-11-01T00:00:00Z"
    exact = SEATS | {"commitmentEndDateTime": "2027-10-31T23:59:59Z"}
    (record,) = collection(tmp_path, exact)
    assert record.data["term"]["endsAt"] == "2027-10-31T23:59:59Z"
    (record,) = collection(tmp_path, SEATS | {"productType": {"id": "OnlineServices"}})
    assert record.data["term"]["endsAt"] == "2027-10-31T00:00:00Z"


@pytest.mark.parametrize(
    ("named", "ours"),
    [
        ("OnlineServicesNCE", "onlineService"),
        ("AzureReservationsVM", "azureReservation"),
        ("SoftwareSUSELinux", "software"),
        ("Azure", "azurePlan"),
        (None, "onlineService"),
    ],
)
def test_kinds_of_products(tmp_path: Path, named: str | None, ours: str):
    kind = {"id": named} if named else None
    (record,) = collection(tmp_path, SEATS | {"productType": kind})
    assert record.data["productType"] == ours


@pytest.mark.parametrize(
    "cycle", ["None", "Monthly", "Annual", "OneTime", "Triennial", "Biennial", "monthly"]
)
def test_every_billing_cycle_that_partner_center_knows(tmp_path: Path, cycle: str):
    (record,) = collection(tmp_path, SEATS | {"billingCycle": cycle})
    assert sale(record).term.billing_cycle == cycle[0].lower() + cycle[1:]


def test_what_is_gone_is_left_out_and_what_is_suspended_becomes_so(tmp_path: Path):
    other = SOLD.replace("3194B176", "4194b176")
    items = [
        SEATS | {"status": "suspended"},
        *(SEATS | {"id": other, "status": each} for each in ("deleted", "expired", "none")),
    ]
    registered, suspended = collection(tmp_path, *items)
    assert (registered.stage, suspended.stage) == ("subscriptions", "statuses")
    assert suspended.data == {
        "actingPartnerId": SELLER,
        "customerId": CUSTOMER,
        "subscriptionId": SOLD.lower(),
        "status": "suspended",
    }


def test_a_collection_says_its_customer_or_its_files_name_does(tmp_path: Path):
    bare = {name: value for name, value in SEATS.items() if name != "links"}
    (record,) = collection(tmp_path, bare, name=f"subscriptions-{CUSTOMER}")
    assert record.data["customerId"] == CUSTOMER
    with pytest.raises(BadRecord, match="line 1: customerId is empty"):
        collection(tmp_path, bare)


def test_all_that_an_export_lacks_is_told_at_once(tmp_path: Path):
    path = tmp_path / "subscriptions.json"
    items = [{**SEATS, "quantity": "many"}, {**AZURE, "effectiveStartDate": "2020-12-21"}]
    path.write_text(json.dumps({"items": items}))
    with pytest.raises(BadRecord) as raised:
        read([path])
    told = str(raised.value)
    assert "line 1: actingPartnerId is empty" in told
    assert "line 1: quantity must be a whole number" in told
    assert "line 2: term.startsAt must be a time with an offset" in told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"termDuration": ""}, "line 1: term.duration is empty: what ends has both"),
        ({"quantity": 0}, "line 1: quantity must be a whole number from 1 on"),
    ],
)
def test_what_the_backend_would_refuse_of_each_row_is_told_of_the_file(
    tmp_path: Path, changes: dict[str, Any], said: str
):
    with pytest.raises(BadRecord, match=said):
        collection(tmp_path, SEATS | changes)


@pytest.mark.parametrize("end", [None, "", "9999-12-31T00:00:00Z"])
def test_without_an_end_no_duration_is_needed(tmp_path: Path, end: str | None):
    (record,) = collection(tmp_path, SEATS | {"termDuration": "", "commitmentEndDate": end})
    assert sale(record).term.ends_at is None


MODELS = {
    "partners": orders._PartnerEnrolment,
    "customers": orders._CustomerProfile,
    "relationships": orders._RelationshipImport,
    "invitations": orders._InvitationRequest,
    "subscriptions": orders._Registration,
    "updates": orders._Update,
    "statuses": orders._Status,
}


def flat(model: Any, before: str = "") -> dict[str, bool]:
    """The names of its fields, dotted, and which are required."""
    found: dict[str, bool] = {}
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
        inner = next((kind for kind in kinds if hasattr(kind, "model_fields")), None)
        shown = before + (field.alias or name)
        found |= flat(inner, f"{shown}.") if inner else {shown: field.is_required()}
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_the_fields_of_a_stage_are_those_of_the_backend(stage: str):
    model = flat(MODELS[stage])
    assert STAGES[stage].fields.keys() == model.keys()
    required = {name for name, needed in model.items() if needed}
    assert STAGES[stage].required.keys() - required == set()
    assert {each for each in required - STAGES[stage].required.keys() if "." not in each} == set()
