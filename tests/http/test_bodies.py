"""What is wrong with a body is said before anything is done."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.cast.bodies import sale_document
from tests.running.client import Caller, World, code, ok, partner_body, targets

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def path() -> str:
    return f"/partners/{uuid4()}"


@pytest.fixture(scope="module")
def seller(world: World) -> Caller:
    return world.partner()


@pytest.fixture(scope="module")
def sale_path(world: World, seller: Caller) -> str:
    customer = world.customer()
    world.hired(seller, customer)
    return f"/customers/{customer.tenant}/subscriptions/{uuid4()}"


def send(world: World, path: str, content: bytes, **headers: str):
    return world.operator.call("PUT", path, content=content, headers={**JSON, **headers})


def test_an_unknown_field_is_named(world: World, path: str):
    body = partner_body(sattus="active", extra={"deep": 1})
    assert targets(world.operator.put(path, body)) == ["sattus", "extra"]


def test_every_bad_field_is_named(world: World, path: str):
    body = partner_body(mpnId=12345, country="USA", affiliatedTenantIds=[str(uuid4()), "nobody"])
    del body["name"]
    answer = world.operator.put(path, body)
    assert targets(answer) == ["name", "mpnId", "country", "affiliatedTenantIds[1]"]
    codes = [detail["code"] for detail in answer.json()["error"]["details"]]
    assert codes == ["MissingField", "InvalidField", "InvalidField", "InvalidField"]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"quantity": "25"}, "quantity"),
        ({"quantity": 25.5}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10_000_001}, "quantity"),
        ({"quantity": 10**400}, "quantity"),
        ({"autoRenew": "true"}, "autoRenew"),
        ({"autoRenew": 1}, "autoRenew"),
        ({"productType": "transfer"}, "productType"),
        ({"offerName": "x" * 129}, "offerName"),
        ({"offerName": None}, "offerName"),
        ({"partnerOfRecord": 3001}, "partnerOfRecord"),
        ({"term": []}, "term"),
    ],
)
def test_a_field_of_the_wrong_type_or_size(
    seller: Caller, sale_path: str, changes: dict[str, Any], target: str
):
    assert targets(seller.put(sale_path, sale_document(**changes))) == [target]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"startsAt": "1999-12-31T23:59:59Z"}, "term.startsAt"),
        ({"endsAt": "2101-01-01T00:00:00Z"}, "term.endsAt"),
        ({"startsAt": "0001-01-01T00:00:00+23:59"}, "term.startsAt"),
        ({"startsAt": "2026-02-30T00:00:00Z"}, "term.startsAt"),
        ({"startsAt": "2026-11-01T00:00:00"}, "term.startsAt"),
        ({"startsAt": "2026-11-01"}, "term.startsAt"),
        ({"startsAt": 1793491200}, "term.startsAt"),
        ({"startsAt": "2027-11-01T00:00:00Z"}, "term"),
        ({"duration": "P0Y"}, "term.duration"),
        ({"billingCycle": "weekly"}, "term.billingCycle"),
    ],
)
def test_an_absurd_term(seller: Caller, sale_path: str, changes: dict[str, Any], target: str):
    sale = sale_document()
    assert targets(seller.put(sale_path, {**sale, "term": {**sale["term"], **changes}})) == [target]


def test_a_date_is_understood_in_any_zone(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    sale = sale_document()
    term = {**sale["term"], "startsAt": "2026-11-01T09:00:00+09:00"}
    path = world.sold(partner, customer, term=term)
    assert ok(partner.get(path))["term"]["startsAt"] == "2026-11-01T00:00:00.000000Z"
    assert partner.put(path, sale).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"name=Contoso",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b" ",
        b'{"name": NaN}',
        b'{"name": -Infinity}',
        b'{"name": 1e999}',
        b'{"name": "\xff\xfe"}',
        '{"name": "Müller"}'.encode("latin-1"),
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        '{"name": "Contoso"}'.encode("utf-16"),
        b'{"name": "a", "name": "b"}',
        b'{"name": {"x": 1, "x": 2}}',
        b'{"name": 1} {"name": 2}',
        b'{"name": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"name": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
    ],
    ids=lambda content: content[:24],
)
def test_what_is_no_json_object(world: World, path: str, content: bytes):
    answer = send(world, path, content)
    assert code(answer) == (400, "InvalidRequest")
    assert targets(answer) == ["body"]


def test_over_64_kib(world: World, path: str):
    body = json.dumps(partner_body()).encode()
    assert code(send(world, path, body.ljust(65_537))) == (413, "RequestBodyTooLarge")
    assert send(world, f"/partners/{uuid4()}", body.ljust(65_536)).status_code == 201


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/merge-patch+json", "application/jsonl", "application/*"],
)
def test_another_media_type(world: World, path: str, media_type: str):
    body = json.dumps(partner_body()).encode()
    answer = send(world, path, body, **{"Content-Type": media_type})
    assert code(answer) == (415, "UnsupportedMediaType")


def test_a_media_type_with_parameters(world: World):
    body = json.dumps(partner_body()).encode()
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert send(world, f"/partners/{uuid4()}", body, **headers).status_code == 201


def test_an_action_without_fields_takes_none(world: World):
    partner = world.partner()
    path = world.invited(partner, world.customer())
    assert targets(partner.post(f"{path}/cancel", {"reason": "typo"})) == ["reason"]


def test_guids_in_upper_case_are_the_same(world: World):
    tenant = str(uuid4())
    affiliate = str(uuid4())
    body = partner_body(affiliatedTenantIds=[affiliate.upper()])
    created = world.operator.put(f"/partners/{tenant.upper()}", body)
    assert created.status_code == 201
    assert created.json()["id"] == tenant
    assert created.json()["affiliatedTenantIds"] == [affiliate]
    assert ok(world.operator.get(f"/partners/{tenant}")) == created.json()


@pytest.mark.parametrize(
    "wrong",
    [
        "42",
        "00000000-0000-0000-0000-000000000000",
        "[6f0b1c9e-1111-4222-8333-444444444444]",
        "6f0b1c9e" * 3,
    ],
)
def test_a_malformed_id_is_named(world: World, wrong: str):
    answer = world.operator.get(f"/partners/{wrong}")
    assert targets(answer) == ["partnerId"]
    customer = world.customer()
    answer = customer.get(f"/customers/{customer.tenant}/invitations/{wrong}")
    assert targets(answer) == ["invitationId"]


def test_a_body_that_came_in_chunks_is_not_taken_for_none(world: World):
    """The host hands on their header and nothing else."""
    customer = world.customer()
    path = world.invited(world.partner(), customer)
    for chunks in ([], [b'{"reason": ', b'"Nobody asked for it."}']):
        answer = customer.call("POST", f"{path}/decline", content=iter(chunks), headers=JSON)
        assert answer.request.headers["Transfer-Encoding"] == "chunked"
        assert code(answer) == (411, "LengthRequired")
    assert ok(customer.get(path))["status"] == "pending"


def test_a_message_with_a_web_address_is_refused_by_rule(world: World):
    path = f"/customers/{uuid4()}/invitations/{uuid4()}"
    answer = world.partner().put(
        path, {"delegatedAdmin": True, "message": "See https://example.com"}
    )
    assert answer.json()["error"]["innererror"]["rules"] == ["INV-9"]


def test_no_answer_repeats_what_was_sent(world: World, path: str):
    body = partner_body(mpnId="my-secret-text", country="other-secret-text")
    answer = world.operator.put(path, body)
    assert answer.status_code == 400
    assert "secret" not in answer.text
