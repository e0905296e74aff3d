"""Conditional requests, repeated requests, and versions."""

from uuid import uuid4

import pytest

from tests.cast.bodies import sale_document
from tests.running.client import Caller, World, code, ok, partner_body

CUSTOMER = {"name": "Agency", "domain": "agency.example", "country": "US"}


def test_replacing_a_partner_needs_its_version(world: World):
    path = f"/partners/{uuid4()}"
    body = partner_body()
    created = world.operator.put(path, body)
    assert created.status_code == 201
    assert created.headers["ETag"] == created.json()["etag"]
    assert world.operator.put(path, body).status_code == 200

    renamed = {**body, "name": "Contoso Federal"}
    assert code(world.operator.put(path, renamed)) == (428, "PreconditionRequired")
    stale = world.operator.put(path, renamed, headers={"If-Match": '"0"'})
    assert code(stale) == (412, "ConditionNotMet")
    weak = world.operator.put(path, renamed, headers={"If-Match": f"W/{created.json()['etag']}"})
    assert code(weak) == (412, "ConditionNotMet")

    # As clients do it: read, edit, send all of it back.
    edited = {**ok(world.operator.get(path)), "name": "Contoso Federal"}
    answer = world.operator.put(path, edited, headers={"If-Match": f'"0", {edited["etag"]}'})
    assert ok(answer)["name"] == "Contoso Federal"
    assert answer.json()["etag"] != created.json()["etag"]
    anyone = world.operator.put(path, {**body, "name": "Contoso"}, headers={"If-Match": "*"})
    assert ok(anyone)["name"] == "Contoso"


def test_a_condition_on_what_does_not_exist(world: World):
    for condition in ("*", '"0"'):
        headers = {"If-Match": condition}
        answer = world.operator.put(f"/partners/{uuid4()}", partner_body(), headers=headers)
        assert code(answer) == (412, "ConditionNotMet")


@pytest.mark.parametrize("condition", ["33a64df5", '"unclosed', '"a" "b"', "*, *"])
def test_an_unreadable_condition(world: World, condition: str):
    answer = world.operator.put(
        f"/partners/{uuid4()}", partner_body(), headers={"If-Match": condition}
    )
    assert code(answer) == (400, "InvalidRequest")
    assert answer.json()["error"]["target"] == "If-Match"


def test_a_customers_first_statement_is_new(world: World):
    customer = world.customer()
    path = f"/customers/{customer.tenant}"
    assert code(customer.get(path)) == (404, "ResourceNotFound")
    world.invited(world.partner(), customer)
    assert ok(customer.get(path))["kind"] == "unknown"
    created = customer.put(path, CUSTOMER)
    assert created.status_code == 201
    assert created.json()["region"] == "united-states"
    assert customer.put(path, {**created.json()}).status_code == 200
    renamed = {**CUSTOMER, "name": "Agency of Things"}
    assert code(customer.put(path, renamed)) == (428, "PreconditionRequired")
    etag = {"If-Match": created.json()["etag"]}
    assert ok(customer.put(path, renamed, headers=etag))["name"] == "Agency of Things"
    assert code(customer.put(path, CUSTOMER, headers=etag)) == (412, "ConditionNotMet")


def test_actions_honour_a_condition_that_is_sent(world: World):
    partner, customer = world.partner(), world.customer()
    path = world.invited(partner, customer, message="Hello.", contact={"email": "a@b.example"})
    seen = ok(customer.get(path))
    stale = customer.post(f"{path}/decline", headers={"If-Match": '"0"'})
    assert code(stale) == (412, "ConditionNotMet")
    assert ok(customer.get(path)) == seen
    headers = {"If-Match": seen["etag"]}
    declined = ok(customer.post(f"{path}/decline", {"reason": "No."}, headers=headers))
    assert ok(customer.get(path)) == declined
    # The answer may have been lost: the same request again has the same result.
    assert ok(customer.post(f"{path}/decline", headers=headers)) == declined


def test_an_invitation_is_created_once(world: World):
    partner, customer = world.partner(), world.customer()
    path = f"/customers/{customer.tenant}/invitations/{uuid4()}"
    body = {"delegatedAdmin": True, "message": "Hello.", "contact": {"email": "a@b.example"}}
    created = partner.put(path, body)
    assert created.status_code == 201
    again = partner.put(path, {**body, "expiresInDays": 90})
    assert ok(again) == created.json()
    assert ok(partner.put(path, created.json())) == created.json()
    assert code(partner.put(path, {**body, "message": "Bye."})) == (409, "ResourceAlreadyExists")
    ok(partner.post(f"{path}/cancel"))
    assert ok(partner.put(path, body))["status"] == "canceled"


def test_a_subscription_is_registered_once(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    path = world.sold(partner, customer)
    shown = ok(partner.get(path))
    assert ok(partner.put(path, sale_document(partnerOfRecord=None))) == shown
    assert ok(partner.put(path, shown)) == shown


@pytest.fixture
def anyone(world: World) -> Caller:
    return world.nobody()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", "MissingApiVersionParameter"),
        ("?api-version=", "MissingApiVersionParameter"),
        ("?api-version=2020-01-01", "UnsupportedApiVersionValue"),
        ("?api-version=2026-11-01&api-version=2026-11-01", "UnsupportedApiVersionValue"),
    ],
)
def test_the_version_is_asked_for_first(anyone: Caller, query: str, wanted: str):
    answer = anyone.http.get(f"/api/partners{query}")
    assert code(answer) == (400, wanted)
    assert answer.json()["error"]["target"] == "api-version"
    assert answer.headers["api-supported-versions"] == "2026-11-01"


def test_health_needs_neither_version_nor_token(anyone: Caller):
    assert ok(anyone.http.get("/api/health/live")) == {"status": "live"}
    assert ok(anyone.http.get("/api/health/ready")) == {"status": "ready"}


def test_headers_of_every_answer(world: World):
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    good = world.operator.get("/partners", headers={"traceparent": parent})
    bad = world.nobody().get("/partners", headers={"traceparent": parent})
    for answer in (good, bad):
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["api-supported-versions"] == "2026-11-01"
        version, trace, span, flags = answer.headers["traceparent"].split("-")
        assert (version, trace, flags) == ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "01")
        assert span != "00f067aa0ba902b7"
    assert good.headers["x-ms-request-id"] != bad.headers["x-ms-request-id"]
