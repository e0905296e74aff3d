"""Reads where something is odd: broken rows, foreign positions, lost writes."""

from dataclasses import replace

import pytest

from shared.services.listing import ROUNDS, Viewer, collect
from shared.services.ports.operations import Pipeline
from shared.services.ports.values import Page, WriteUnknown
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.engine.memory import Request
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, invitation_id, subscription_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user
from tests.unit.http.damages import damage

LEDGER = f"/api/customers/{AGENCY}/ledger"


async def test_a_ledger_position_that_is_no_number(local: LocalApp):
    pages = await local.call("GET", f"{LEDGER}?skiptoken=x", admin(AGENCY))
    assert pages.body["error"]["target"] == "skiptoken"


async def test_one_broken_tenant_hides_no_partner(local: LocalApp):
    await enrol(local, DIRECT, OTHER_DIRECT)
    await local.follow()
    await damage(local.memory.tables["tenants"], tenants_keys.head(DIRECT), kind="nonsense")
    found = (await local.call("GET", "/api/partners", OPERATOR_CLAIMS)).body
    assert [item["id"] for item in found["value"]] == [DIRECT, OTHER_DIRECT]


async def test_a_partner_that_is_not_enrolled_has_no_lists(local: LocalApp):
    seller = user(DIRECT, "GlobalAdmin")
    for path in (
        "",
        "/customers",
        "/invitations",
        "/resellers",
        "/subscriptions",
        "/invitation-links",
        "/events",
    ):
        assert (await local.call("GET", f"/api/partners/{DIRECT}{path}", seller)).status == 404
    assert (await local.call("GET", "/api/partners", seller)).body == {"value": []}


async def test_a_partner_sees_no_subscription_of_another(local: LocalApp):
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, DIRECT, 1)
    await hire(local, OTHER_DIRECT, 2)
    path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id()}"
    seller, other = user(DIRECT, "SalesAgent"), user(OTHER_DIRECT, "SalesAgent")
    assert (await local.call("PUT", path, seller, sale_document())).status == 201
    assert (await local.call("GET", path, other)).status == 404
    own = f"/api/customers/{AGENCY}"
    assert (await local.call("GET", f"{own}/subscriptions", other)).body == {"value": []}
    [only] = (await local.call("GET", f"{own}/relationships", other)).body["value"]
    assert only["partnerId"] == OTHER_DIRECT
    assert (await local.call("GET", f"{own}/relationships/{DIRECT}", other)).status == 404
    [mine] = (await local.call("GET", f"{own}/invitations", other)).body["value"]
    assert mine["partnerId"] == OTHER_DIRECT
    assert (await local.call("GET", own, other)).status == 200


async def test_a_page_gives_up_after_some_rounds():
    asked: list[int] = []

    async def fetch(after: str | None, count: int) -> Page[int]:
        asked.append(count)
        return Page((1,), str(len(asked)))

    page = await collect(fetch, lambda _: None, str, None, 5, rounds=ROUNDS)
    assert (page.items, page.after, len(asked)) == ((), str(ROUNDS), ROUNDS)


def test_a_viewer_sees_what_names_it():
    assert Viewer().sees(DIRECT)
    assert Viewer(DIRECT).sees(None, DIRECT)
    assert not Viewer(DIRECT).sees(None, OTHER_DIRECT)


PIPELINE = Pipeline("erp", "/erp", (), ("partner-enrolment",))
BODY = {"source": "/erp", "partnerIds": [], "types": ["partner-enrolment"]}


@pytest.mark.parametrize(("landed", "status"), [(True, 201), (False, 503)])
async def test_a_pipeline_whose_write_got_no_answer(
    local: LocalApp, monkeypatch: pytest.MonkeyPatch, landed: bool, status: int
):
    async def lose(request: Request) -> None:
        if request.verb == "transact":
            raise WriteUnknown("pipeline")

    table = local.memory.tables["operations"]
    monkeypatch.setattr(table, "after" if landed else "before", lose)
    answer = await local.call("PUT", "/api/pipelines/erp", OPERATOR_CLAIMS, BODY)
    assert answer.status == status


@pytest.mark.parametrize(
    ("there", "code"),
    [
        (PIPELINE, None),
        (replace(PIPELINE, types=("customer-profile",)), (409, "ConcurrencyConflict")),
        (replace(PIPELINE, id="other"), (409, "ResourceAlreadyExists")),
    ],
)
async def test_a_pipeline_that_somebody_else_wrote_first(
    local: LocalApp, there: Pipeline, code: tuple[int, str] | None
):
    operations = local.memory.ports.operations
    racing = [True]

    async def race(request: Request) -> None:
        if request.verb == "transact" and racing:
            racing.clear()
            await operations.put_pipeline(there, None)

    local.memory.tables["operations"].before = race
    answer = await local.call("PUT", "/api/pipelines/erp", OPERATOR_CLAIMS, BODY)
    if code is None:
        assert answer.status == 201
    else:
        assert answer.code == code


async def test_a_replaced_pipeline(local: LocalApp):
    path = "/api/pipelines/erp"
    made = await local.call("PUT", path, OPERATOR_CLAIMS, BODY)
    assert (await local.call("PUT", path, OPERATOR_CLAIMS, BODY)).status == 200
    wider = {**BODY, "types": ["partner-enrolment", "customer-profile"]}
    assert (await local.call("PUT", path, OPERATOR_CLAIMS, wider)).status == 428
    headers = {"if-match": made.headers["ETag"]}
    replaced = await local.call("PUT", path, OPERATOR_CLAIMS, wider, headers)
    assert replaced.status == 200
    assert (await local.call("GET", path, OPERATOR_CLAIMS)).body == replaced.body
    listed = await local.call("GET", "/api/pipelines", OPERATOR_CLAIMS)
    assert listed.body == {"value": [replaced.body]}


async def test_pages_of_a_ledger_and_of_partners(local: LocalApp):
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, DIRECT, 1)
    await local.follow()
    for path, caller, count in ((LEDGER, admin(AGENCY), 2), ("/api/partners", OPERATOR_CLAIMS, 2)):
        first = (await local.call("GET", f"{path}?maxpagesize=1", caller)).body
        second = (
            await local.call("GET", first["nextLink"].removeprefix("https://csp.example"), caller)
        ).body
        assert len(first["value"] + second["value"]) == count
        assert first["value"] != second["value"]
        assert "nextLink" not in second


async def test_what_was_never_there(local: LocalApp):
    assert (await local.call("GET", LEDGER, OPERATOR_CLAIMS)).status == 404
    assert (await local.call("GET", f"{LEDGER}/verification", OPERATOR_CLAIMS)).status == 404
    own = f"/api/customers/{AGENCY}"
    for path in ("", f"/subscriptions/{subscription_id()}", f"/relationships/{DIRECT}"):
        assert (await local.call("GET", own + path, admin(AGENCY))).status == 404


async def test_an_invited_partner_does_not_see_the_profile(local: LocalApp):
    await enrol(local, DIRECT)
    seller = user(DIRECT, "SalesAgent")
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    assert (await local.call("PUT", path, seller, {"delegatedAdmin": True})).status == 201
    assert (await local.call("GET", f"/api/customers/{AGENCY}", seller)).status == 404
    stated = {"name": "Agency", "domain": "agency.example", "country": "US"}
    own = f"/api/customers/{AGENCY}"
    made = await local.call("PUT", own, admin(AGENCY), stated)
    assert made.status == 201
    headers = {"if-match": made.headers["ETag"]}
    renamed = {**stated, "name": "Bureau"}
    assert (await local.call("PUT", own, admin(AGENCY), renamed, headers)).status == 200
    assert (await local.call("GET", own, seller)).status == 404
    declined = await local.call("POST", f"{path}/decline", admin(AGENCY), {"reason": "No."})
    assert declined.body["closeReason"] == "No."
    closed = await local.call("GET", f"{own}/invitations?status=pending", admin(AGENCY))
    assert closed.body == {"value": []}
    assert (await local.call("POST", f"{path}/cancel", seller)).status == 409
