"""What an invitation shows: the other side, the way to Microsoft, the entry that closed it."""

from typing import Any

import pytest

from shared.auth.principal import GLOBAL_READER
from tests.cast.bodies import ACCEPTANCE
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    link_id,
)
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, user

URL = "https://admin.microsoft.us/AdminPortal/Home#/partners/invitation/1"
PLAIN = {"delegatedAdmin": True}
LIST = f"/api/customers/{AGENCY}/invitations"
SELLER, CUSTOMER = user(DIRECT, "GlobalAdmin"), admin(AGENCY)
PROVIDING, RESELLING = user(PROVIDER, "GlobalAdmin"), user(RESELLER, "GlobalAdmin")


def path(number: int = 1) -> str:
    return f"{LIST}/{invitation_id(number)}"


async def done(local: LocalApp, method: str, url: str, by: Any, body: Any = None) -> Any:
    answer = await local.call(method, url, by, body)
    assert answer.status in {200, 201}, answer.body
    return answer.body


async def last_entry(local: LocalApp) -> dict[str, Any]:
    entries = (await done(local, "GET", f"/api/customers/{AGENCY}/ledger", CUSTOMER))["value"]
    return {name: entries[-1][name] for name in ("sequence", "hash")}


@pytest.fixture
async def app(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER)
    link = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    await done(local, "PUT", link, PROVIDING)
    await done(local, "POST", f"{link}/accept", RESELLING)
    return local


@pytest.mark.parametrize(
    ("by", "field", "named", "kind"),
    [
        (PROVIDING, "indirectResellerId", RESELLER, "indirectReseller"),
        (RESELLING, "indirectProviderId", PROVIDER, "indirectProvider"),
    ],
)
async def test_both_companies_are_called_by_name(
    app: LocalApp, by: Any, field: str, named: str, kind: str
):
    made = await done(app, "PUT", path(), by, {**PLAIN, field: named})
    expected = {"partnerId": named, "name": f"Partner {MPN[named]}", "mpnId": MPN[named]}
    assert made["otherSide"] == {**expected, "type": kind}
    for reader in (CUSTOMER, PROVIDING, RESELLING):
        assert (await done(app, "GET", path(), reader))["otherSide"] == made["otherSide"]


async def test_one_company_has_no_other_side(app: LocalApp):
    assert (await done(app, "PUT", path(), SELLER, PLAIN))["otherSide"] is None


async def test_the_way_to_microsoft_is_shown_once_the_customer_has_accepted(app: LocalApp):
    asked = {**PLAIN, "microsoftRequestUrl": URL}
    assert (await done(app, "PUT", path(), SELLER, asked))["microsoftRequestUrl"] is None
    assert (await done(app, "GET", path(), CUSTOMER))["microsoftRequestUrl"] is None
    accepted = await done(app, "POST", f"{path()}/accept", CUSTOMER, ACCEPTANCE)
    assert accepted["microsoftRequestUrl"] == URL
    assert (await done(app, "GET", path(), CUSTOMER))["microsoftRequestUrl"] == URL
    again = await app.call("PUT", path(), SELLER, {**PLAIN, "microsoftRequestUrl": URL + "2"})
    assert again.code == (409, "ResourceAlreadyExists")


async def test_a_way_to_somewhere_else_is_malformed_in_both_languages(app: LocalApp):
    for locale, said in {"en": "Microsoft", "ko": "Microsoft"}.items():
        asked = {**PLAIN, "microsoftRequestUrl": "https://evil.example/"}
        answer = await app.call("PUT", path(), SELLER, asked, {"accept-language": locale})
        assert answer.code == (400, "InvalidRequest")
        assert answer.body["error"]["target"] == "microsoftRequestUrl"
        assert said in str(answer.body)
        assert "evil" not in str(answer.body)


@pytest.mark.parametrize("action", ["accept", "decline", "cancel"])
async def test_the_entry_that_closed_it_is_told_to_the_customer_alone(app: LocalApp, action: str):
    made = await done(app, "PUT", path(), SELLER, PLAIN)
    assert made["closing"] is None
    by = SELLER if action == "cancel" else CUSTOMER
    body = ACCEPTANCE if action == "accept" else {}
    first = await done(app, "POST", f"{path()}/{action}", by, body)
    closed = await last_entry(app)
    app.clock.pass_by(seconds=1)
    assert first["closing"] == (None if action == "cancel" else closed)
    await done(app, "PUT", path(2), user(OTHER_DIRECT, "GlobalAdmin"), PLAIN)
    again = await done(app, "POST", f"{path()}/{action}", by, body)
    assert again["closing"] == first["closing"]
    for reader in (CUSTOMER, user(AGENCY, wids=[GLOBAL_READER])):
        assert (await done(app, "GET", path(), reader))["closing"] == closed
        assert (await done(app, "GET", LIST, reader))["value"][1]["closing"] == closed
    assert (await done(app, "GET", path(), SELLER))["closing"] is None
    assert (await done(app, "GET", LIST, SELLER))["value"][0]["closing"] is None


async def test_accepting_by_link_tells_the_entry_too(app: LocalApp):
    issued = f"/api/partners/{DIRECT}/invitation-links/{link_id()}"
    await done(app, "PUT", issued, SELLER, PLAIN)
    accept = f"/api/invitation-links/{DIRECT}/{link_id()}/accept"
    accepted = await done(app, "POST", accept, CUSTOMER, ACCEPTANCE)
    assert accepted["closing"] == await last_entry(app)
    assert await done(app, "POST", accept, CUSTOMER, ACCEPTANCE) == accepted


async def test_one_that_nobody_answered_has_no_entry_until_its_end_is_recorded(app: LocalApp):
    await done(app, "PUT", path(), SELLER, {**PLAIN, "expiresInDays": 1})
    app.clock.pass_by(days=2)
    shown = await done(app, "GET", path(), CUSTOMER)
    assert (shown["status"], shown["closing"]) == ("expired", None)


async def test_the_newest_come_first_on_every_page(app: LocalApp):
    numbers = [5, 2, 9, 4]
    for number, partner_id in zip(numbers, (DIRECT, OTHER_DIRECT, PROVIDER, RESELLER), strict=True):
        two = {"indirectResellerId": RESELLER} if partner_id == PROVIDER else {}
        await done(app, "PUT", path(number), user(partner_id, "GlobalAdmin"), {**PLAIN, **two})
        app.clock.pass_by(seconds=1)
    newest = [invitation_id(number) for number in reversed(numbers)]
    whole = (await done(app, "GET", LIST, CUSTOMER))["value"]
    assert [each["id"] for each in whole] == newest
    found: list[str] = []
    link = f"{LIST}?maxpagesize=1"
    for _ in numbers:
        page = await done(app, "GET", link, CUSTOMER)
        found += [each["id"] for each in page["value"]]
        link = page.get("nextLink", "")
    assert (found, link) == (newest, "")


async def test_one_that_comes_meanwhile_moves_no_other(app: LocalApp):
    await done(app, "PUT", path(1), SELLER, PLAIN)
    app.clock.pass_by(seconds=1)
    await done(app, "PUT", path(2), user(OTHER_DIRECT, "GlobalAdmin"), PLAIN)
    page = await done(app, "GET", f"{LIST}?maxpagesize=1", CUSTOMER)
    app.clock.pass_by(seconds=1)
    await done(app, "PUT", path(3), user(RESELLER, "GlobalAdmin"), PLAIN)
    rest = await done(app, "GET", page["nextLink"], CUSTOMER)
    assert [each["id"] for each in page["value"] + rest["value"]] == [
        invitation_id(2),
        invitation_id(1),
    ]


@pytest.mark.parametrize("locale", ["en", "ko"])
async def test_a_refusal_speaks_to_the_side_that_asks(app: LocalApp, locale: str):
    language = {"accept-language": locale}
    await done(app, "PUT", path(), SELLER, PLAIN)
    suspended = await app.call("POST", f"/api/partners/{DIRECT}/suspend", OPERATOR_CLAIMS)
    assert suspended.status == 200
    evaluation = {"command": "accept", "customerId": AGENCY, "invitationId": invitation_id()}
    tried = await app.call(
        "POST", "/api/policy/evaluations", CUSTOMER, {**evaluation, "body": ACCEPTANCE}, language
    )
    impact = await app.call("GET", f"{path()}/impact", CUSTOMER, None, language)
    refused = await app.call("POST", f"{path()}/accept", CUSTOMER, ACCEPTANCE, language)
    (told,) = refused.body["error"]["details"]
    assert f"Partner {MPN[DIRECT]}" in told["message"]
    assert tried.body["refusals"] == impact.body["refusals"] == [told]
    own = await app.call("POST", f"{path()}/cancel", SELLER, None, language)
    (other,) = own.body["error"]["details"]
    assert (other["code"], told["code"]) == ("PRT-1", "PRT-1")
    assert other["message"] != told["message"]


async def test_all_that_an_empty_acceptance_lacks_is_told_at_once(app: LocalApp):
    await done(app, "PUT", path(), SELLER, PLAIN)
    trial = {
        "command": "accept",
        "customerId": AGENCY,
        "invitationId": invitation_id(1),
        "body": {},
    }
    for place, answer in (
        ("", await app.call("POST", f"{path()}/accept", CUSTOMER, {})),
        ("body.", await app.call("POST", "/api/policy/evaluations", CUSTOMER, trial)),
    ):
        assert answer.code == (400, "InvalidRequest")
        details = answer.body["error"]["details"]
        lacks = [f"{place}customerAgreement", f"{place}country"]
        assert [each["target"] for each in details] == lacks
