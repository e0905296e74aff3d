"""A dry run answers as its command does, whoever asks and whatever stands (policy/evaluations)."""

from typing import Any

import pytest

from shared.http.shapes.policy import Evaluated
from tests.cast.bodies import ACCEPTANCE, SIGNER, sale_document
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    subscription_id,
)
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user

from .evaluating import (
    CALLERS,
    CASES,
    CUSTOMER,
    EVALUATIONS,
    SELLER,
    SUBSCRIPTION,
    Case,
    agree,
    asked_to_link,
    dry_run,
    invited,
    really,
    sold,
)


@pytest.fixture(params=CASES, ids=lambda case: case.command)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture(params=[case for case in CASES if case.method != "DELETE"], ids=lambda c: c.command)
def bodied(request: pytest.FixtureRequest) -> Case:
    """One whose own request has a body."""
    return request.param


@pytest.fixture
async def enrolled(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER)
    return local


def test_there_is_a_case_of_every_command():
    assert {case.command for case in CASES} == set(Evaluated)


async def test_what_is_allowed_succeeds_and_stays_allowed(enrolled: LocalApp, case: Case):
    await case.given(enrolled)
    told = (await agree(enrolled, case, case.caller)).body
    assert (told["allowed"], told["refusals"]) == (True, [])
    assert (await agree(enrolled, case, case.caller)).body["allowed"]


@pytest.mark.parametrize("allowed", [True, False])
async def test_whoever_asks_is_told_what_the_command_would_tell(
    enrolled: LocalApp, case: Case, *, allowed: bool
):
    await (case.given if allowed else case.otherwise)(enrolled)
    rightful = await dry_run(enrolled, case, case.caller)
    told = [await agree(enrolled, case, caller) for caller in CALLERS.values()]
    assert (rightful.status == 200 and rightful.body["allowed"]) == allowed
    assert {401, 403} <= {dry.status for dry in told}


async def test_a_malformed_body_shows_nobody_more_than_the_command_does(
    enrolled: LocalApp, bodied: Case
):
    await bodied.given(enrolled)
    told = [await agree(enrolled, bodied, who, {"nonsense": 1}) for who in CALLERS.values()]
    assert {dry.status for dry in told} <= {400, 401, 403, 404}


async def test_a_suspended_partner_is_told_by_rule_what_it_may_not(enrolled: LocalApp, case: Case):
    await case.given(enrolled)
    asks = case.caller["tid"]
    partner = asks if asks in {PROVIDER, RESELLER} else DIRECT
    suspended = await enrolled.call("POST", f"/api/partners/{partner}/suspend", OPERATOR_CLAIMS)
    assert suspended.status == 200
    dry = await agree(enrolled, case, case.caller)
    rules = [each["code"] for each in dry.body["refusals"]]
    # What only takes something away, the customer may do at any time; the operator is no partner.
    free = {"decline", "revokeDelegatedAdmin", "enrolPartner"}
    assert rules == ([] if case.command in free else ["PRT-1"])


async def test_a_malformed_body_is_told_by_its_path(enrolled: LocalApp, bodied: Case):
    await bodied.given(enrolled)
    wrong = bodied.body | {"nonsense": 1}
    dry, real = [await ask(enrolled, bodied, bodied.caller, wrong) for ask in (dry_run, really)]
    assert dry.code == real.code == (400, "InvalidRequest")
    below = [{**each, "target": f"body.{each['target']}"} for each in real.body["error"]["details"]]
    assert dry.body["error"]["details"] == below
    assert "body.nonsense" in {each["target"] for each in below}


async def test_where_the_command_has_no_body_there_is_nothing_to_say(enrolled: LocalApp):
    await asked_to_link(enrolled)
    case = next(each for each in CASES if each.method == "DELETE")
    dry = await dry_run(enrolled, case, case.caller, {"nonsense": 1})
    (told,) = dry.body["error"]["details"]
    assert (told["code"], told["target"]) == ("UnknownField", "body.nonsense")


async def test_what_stands_in_the_way_of_a_removal_is_named_by_its_id(enrolled: LocalApp):
    """The partner's own, and none of another's that sells to the same customer."""
    await sold(enrolled)
    await hire(enrolled, OTHER_DIRECT, 3)
    seller = user(OTHER_DIRECT, "GlobalAdmin")
    other = f"{CUSTOMER}/subscriptions/{subscription_id(2)}"
    assert (await enrolled.call("PUT", other, seller, sale_document())).status == 201
    case = next(each for each in CASES if each.command == "removeRelationship")
    dry = await agree(enrolled, case, SELLER)
    (refusal,) = dry.body["refusals"]
    assert (refusal["code"], refusal["subscriptionIds"]) == ("REM-1", [subscription_id()])


async def test_what_the_body_lacks_for_this_customer_is_told_by_its_path(enrolled: LocalApp):
    await invited(enrolled)
    case = next(each for each in CASES if each.command == "accept")
    dry, real = [
        await ask(enrolled, case, case.caller, {"customerAgreement": SIGNER})
        for ask in (dry_run, really)
    ]
    assert dry.code == real.code
    assert (real.body["error"]["target"], dry.body["error"]["target"]) == (
        "country",
        "body.country",
    )


async def test_other_content_under_a_known_id_conflicts(enrolled: LocalApp):
    await invited(enrolled)
    case = CASES[0]
    dry = await agree(enrolled, case, case.caller, {"delegatedAdmin": False})
    assert dry.code == (409, "ResourceAlreadyExists")


async def test_what_a_client_read_may_be_sent_back(enrolled: LocalApp):
    await sold(enrolled)
    read = (await enrolled.call("GET", SUBSCRIPTION, SELLER)).body
    case = next(each for each in CASES if each.command == "update")
    body = {name: read[name] for name in ("id", "status", "etag", "registeredAt")}
    assert (await agree(enrolled, case, SELLER, body | {"quantity": 26})).body["allowed"]


@pytest.mark.parametrize(
    ("changes", "targets"),
    [
        ({"command": "annul"}, {"command": "InvalidField"}),
        ({"command": None}, {"command": "InvalidField"}),
        ({"customerId": "agency"}, {"customerId": "InvalidField"}),
        ({"nonsense": 1}, {"nonsense": "UnknownField"}),
        ({"body": []}, {"body": "InvalidField"}),
        ({"invitationId": None}, {"invitationId": "MissingField"}),
        (
            {"invitationId": None, "partnerId": DIRECT},
            {"invitationId": "MissingField", "partnerId": "UnknownField"},
        ),
        (
            {"body": {"contact": {"email": "x"}}},
            {"body.delegatedAdmin": "MissingField", "body.contact.email": "InvalidField"},
        ),
        ({"body": {"delegatedAdmin": True, "no such": 1}}, {"body['no such']": "UnknownField"}),
    ],
)
async def test_what_is_malformed_is_told_by_its_path(
    enrolled: LocalApp, changes: dict[str, Any], targets: dict[str, str]
):
    document = {"command": "invite", **CASES[0].ids, "body": {"delegatedAdmin": True}, **changes}
    answer = await enrolled.call("POST", EVALUATIONS, SELLER, document)
    assert answer.code == (400, "InvalidRequest")
    told = {each["target"]: each["code"] for each in answer.body["error"]["details"]}
    assert told == targets


async def test_ids_held_elsewhere_are_not_looked_at(enrolled: LocalApp):
    """Only the command itself finds out: a dry run must not tell who sold what where."""
    await sold(enrolled)
    elsewhere = f"/api/customers/{BUREAU}/invitations/{invitation_id(2)}"
    invitation = {"delegatedAdmin": True, "country": "US"}
    assert (await enrolled.call("PUT", elsewhere, SELLER, invitation)).status == 201
    accepted = await enrolled.call("POST", f"{elsewhere}/accept", admin(BUREAU), ACCEPTANCE)
    assert accepted.status == 200
    ids = {"customerId": BUREAU, "subscriptionId": subscription_id()}
    document = {"command": "register", **ids, "body": sale_document()}
    dry = await enrolled.call("POST", EVALUATIONS, SELLER, document)
    assert dry.body == {"allowed": True, "refusals": [], "unchecked": []}
    path = f"/api/customers/{BUREAU}/subscriptions/{subscription_id()}"
    real = await enrolled.call("PUT", path, SELLER, sale_document())
    assert real.body["error"]["innererror"]["rules"] == ["SUB-2"]


async def unchecked(local: LocalApp, customer: str, body: dict[str, Any]) -> list[tuple[str, str]]:
    ids = {"customerId": customer, "invitationId": invitation_id(7)}
    told = await local.call("POST", EVALUATIONS, SELLER, {"command": "invite", **ids, "body": body})
    assert told.status == 200
    return [(each["code"], each["target"]) for each in told.body["unchecked"]]


async def test_a_dry_run_tells_what_nobody_can_look_at_yet(enrolled: LocalApp):
    """ELG-6 with the customer's country: the partner states it, or nobody knows it yet."""
    asked = {"delegatedAdmin": True}
    assert await unchecked(enrolled, BUREAU, asked) == [("ELG-6", "country")]
    assert await unchecked(enrolled, BUREAU, {**asked, "country": "US"}) == []
    refused = {**asked, "message": "https://a.example"}
    assert await unchecked(enrolled, BUREAU, refused) == [("ELG-6", "country")]


async def test_whether_the_country_is_on_record_is_not_told_before_a_relationship(
    enrolled: LocalApp,
):
    asked = {"delegatedAdmin": True}
    profile = {"name": "Agency", "domain": "a.example", "country": "US"}
    put = await enrolled.call("PUT", f"/api/customers/{AGENCY}", admin(AGENCY), profile)
    assert put.status == 201
    assert await unchecked(enrolled, AGENCY, asked) == [("ELG-6", "country")]
    await hire(enrolled, DIRECT, 1)
    assert await unchecked(enrolled, AGENCY, asked) == []


@pytest.mark.parametrize(
    ("partner_id", "changes", "told"),
    [
        (BUREAU, {}, [("ELG-8", "mpnId")]),
        (BUREAU, {"country": "KR"}, [("ELG-8", "mpnId")]),
        (DIRECT, {"name": "Another", "mpnId": "1001"}, []),
        (DIRECT, {"mpnId": "7777"}, [("ELG-8", "mpnId")]),
        (DIRECT, {"mpnId": "1001", "affiliatedTenantIds": [BUREAU]}, [("ELG-8", "mpnId")]),
    ],
)
async def test_of_a_partner_whose_ids_are_new_nobody_has_looked_who_has_them(
    enrolled: LocalApp, partner_id: str, changes: dict[str, Any], told: list[tuple[str, str]]
):
    body = {"name": "New", "type": "directBill", "mpnId": "2001", "mpnCountry": "US"}
    document = {"command": "enrolPartner", "partnerId": partner_id}
    document |= {"body": {**body, "country": "US", **changes}}
    dry = await enrolled.call("POST", EVALUATIONS, OPERATOR_CLAIMS, document)
    assert dry.status == 200
    assert [(each["code"], each["target"]) for each in dry.body["unchecked"]] == told
