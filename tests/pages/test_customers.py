"""A partner's customers in a browser: found, in order, and each as its partner may know it."""

import re
from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.cast.bodies import SIGNER, sale_document
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, invitation_id, subscription_id
from tests.pages.walking import link, walk
from tests.running.app import LocalApp, admin, enrol, user
from tests.running.visitors import Seen, Visitor

SELLER: Final = user(DIRECT, "SalesAgent")
ADMIN: Final = user(DIRECT, "GlobalAdmin")
HELPDESK: Final = user(DIRECT, "HelpdeskAgent")
HERE: Final = f"/customers/{AGENCY}"


def many(number: int) -> str:
    """A customer in each shard of the index in turn."""
    return f"{number % 16:x}{number:07x}-0000-4000-8000-0000000000cc"


async def invite(local: LocalApp, customer: str, number: int, **body: Any) -> None:
    path = f"/api/customers/{customer}/invitations/{invitation_id(number)}"
    made = await local.call("PUT", path, ADMIN, {"delegatedAdmin": True, **body})
    assert made.status == 201, made


async def accepted(local: LocalApp, customer: str, number: int, name: str) -> None:
    path = f"/api/customers/{customer}/invitations/{invitation_id(number)}/accept"
    body = {"customerAgreement": SIGNER, "country": "US", "name": name}
    assert (await local.call("POST", path, admin(customer), body)).status == 200


def rows(seen: Seen) -> list[str]:
    """The customers' rows, in words."""
    table = seen.html.partition("<tbody>")[2].partition("</tbody>")[0]
    parts = re.sub("<[^>/]*>", " ", table).split("</tr>")[:-1]
    return [" ".join(re.sub("<[^>]*>", "", part).split()) for part in parts]


def listed(seen: Seen) -> list[str]:
    """Whose rows these are."""
    return re.findall(r'<th scope="row"><a href="/customers/([^"]+)"', seen.html)


async def test_what_changed_last_stands_first_with_reference_and_age(local: LocalApp):
    local.clock.pass_by(days=3)
    await invite(local, BUREAU, 2, externalReference="CRM-7")
    await local.follow()
    page = await Visitor(local, SELLER).get("/customers")
    first, second = rows(page)
    assert BUREAU in first
    assert "CRM-7" in first
    assert "For 0 days" in first
    assert AGENCY in second
    assert "For 3 days" in second
    assert "Invited, no relationship yet" in second


async def test_it_is_found_by_reference_name_and_state(local: LocalApp):
    await invite(local, BUREAU, 2, externalReference="CRM-7")
    await accepted(local, BUREAU, 2, "Bureau of Bridges")
    await local.follow()
    visitor = Visitor(local, SELLER)
    for query, found in (
        ("search=crm-7", [BUREAU]),
        ("search=bureau+of", [BUREAU]),
        ("status=invited", [AGENCY]),
        ("status=active&search=", [BUREAU]),
    ):
        assert listed(await visitor.get(f"/customers?{query}")) == found
    nothing = await visitor.get("/customers?search=bridges")
    assert "No customer is like that." in nothing.words
    assert "invited nobody yet" not in nothing.words


async def test_whoever_has_none_reads_that(local: LocalApp):
    await enrol(local, OTHER_DIRECT)
    page = await Visitor(local, user(OTHER_DIRECT, "SalesAgent")).get("/customers")
    assert "Your organization has invited nobody yet." in page.words


async def test_there_are_25_to_a_page_each_once_the_latest_first(local: LocalApp):
    for number in range(1, 61):
        local.clock.pass_by(minutes=1)
        await invite(local, many(number), 100 + number)
    await local.follow()
    seen = await walk(Visitor(local, SELLER), "/customers")
    assert [len(rows(each)) for each in seen] == [25, 25, 11]
    expected = [*(many(number) for number in range(60, 0, -1)), AGENCY]
    assert [each for page in seen for each in listed(page)] == expected


async def test_a_tenant_id_leads_to_its_invitation(local: LocalApp):
    visitor = Visitor(local, SELLER)
    led = await visitor.get(f"/customers?invite=%20{BUREAU}%20")
    assert (led.status, led.headers["Location"]) == (303, f"/customers/{BUREAU}/invite")


async def test_what_is_no_tenant_id_stays_in_its_field_beside_the_list(local: LocalApp):
    await local.follow()
    visitor = Visitor(local, SELLER)
    for nonsense in ("x", "contoso.example", "..", "../../signout", "//evil.example", "한국"):
        page = await visitor.get(f"/customers?invite={quote(nonsense, safe='')}")
        assert page.status == 200
        assert '<a href="#invite">Tenant ID of the customer: This is not a tenant ID.' in page.html
        assert f'name="invite" value="{nonsense}"' in page.html
        assert listed(page) == [AGENCY]


@pytest.mark.parametrize("query", ["skiptoken=of-another-day", f"search={'x' * 129}"])
async def test_what_a_query_has_wrong_leaves_a_way_to_the_list(local: LocalApp, query: str):
    page = await Visitor(local, SELLER).get(f"/customers?{query}")
    assert page.status == 400
    assert '<a href="/customers">Show all from the beginning</a>' in page.html


async def test_before_the_relationship_only_what_it_sent_itself_is_told(local: LocalApp):
    profile = {"name": "Agency of Rivers", "domain": "rivers.example", "country": "US"}
    put = await local.call("PUT", f"/api/customers/{AGENCY}", admin(AGENCY), profile)
    assert put.status == 201
    page = await Visitor(local, SELLER).get(HERE)
    assert page.status == 200
    assert "rivers" not in page.words.lower()
    assert f"Organization {AGENCY}" in page.words
    assert "An invitation waits for the customer's decision." in page.words


async def test_a_customer_with_all_that_is_its_partners(served: LocalApp):
    """Another partner sold to it, too: nothing of that is there."""
    await accepted(served, AGENCY, 1, "Agency of Rivers")
    sold = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(9)}"
    body = sale_document(friendlyName="Mail for all")
    assert (await served.call("PUT", sold, SELLER, body)).status == 201
    page = await Visitor(served, ADMIN).get(HERE)
    assert "<h1><bdi>Agency of Rivers</bdi></h1>" in page.html
    assert f'href="{HERE}/subscriptions/{subscription_id(9)}"' in page.html
    assert "Mail for all" in page.words
    assert subscription_id(1) not in page.html  # OTHER_DIRECT's
    assert OTHER_DIRECT not in page.html
    assert "Agreed, without an end" in page.words
    for below in ("register", "drop-privileges", "remove"):
        assert f'href="{HERE}/{below}"' in page.html


ACTS: Final = ("/invite", "/email", "/cancel", "/register", "/drop-privileges", "/remove")


@pytest.mark.parametrize(
    ("role", "there"),
    [
        ("GlobalAdmin", {"/register", "/drop-privileges", "/remove"}),
        ("UserManagementAdmin", set[str]()),
        ("SalesAgent", {"/register"}),
        ("AdminAgent", {"/register", "/drop-privileges"}),
        ("HelpdeskAgent", set[str]()),
    ],
)
async def test_nobody_sees_a_button_that_refuses_the_role(
    local: LocalApp, role: str, there: set[str]
):
    """By the role table; while an invitation waits, who may invite may send and cancel it."""
    await invite(local, BUREAU, 2)
    await accepted(local, BUREAU, 2, "Bureau")
    visitor = Visitor(local, user(DIRECT, role))
    page = await visitor.get(f"/customers/{BUREAU}")
    may = there if role == "HelpdeskAgent" else {*there, "/invite"}
    assert {each for each in ACTS if f'{each}"' in page.html} == may
    waiting = await visitor.get(HERE)
    sends = set[str]() if role == "HelpdeskAgent" else {"/email", "/cancel"}
    assert {each for each in ACTS if f'{each}"' in waiting.html} == sends
    listed = await visitor.get("/customers")
    assert ("Invite a customer" in listed.words) == (role != "HelpdeskAgent")


async def test_the_end_that_the_customer_asks_for_is_shown_with_its_reason(local: LocalApp):
    await accepted(local, AGENCY, 1, "Agency")
    path = f"/api/customers/{AGENCY}/relationships/{DIRECT}/request-end"
    asked = await local.call("POST", path, admin(AGENCY), {"reason": "We buy elsewhere"})
    assert asked.status == 200
    page = await Visitor(local, SELLER).get(HERE)
    assert "The customer asks for the end" in page.words
    assert "We buy elsewhere" in page.words


async def test_earlier_invitations_are_all_to_be_reached(local: LocalApp):
    path = f"/api/customers/{AGENCY}/invitations"
    for number in range(1, 30):
        made = await local.call("POST", f"{path}/{invitation_id(number)}/cancel", ADMIN)
        assert made.status == 200
        local.clock.pass_by(days=400)
        await invite(local, AGENCY, number + 1)
    visitor = Visitor(local, SELLER)
    assert f'href="{HERE}/invitations"' in (await visitor.get(HERE)).html
    found: list[str] = []
    for page in await walk(visitor, f"{HERE}/invitations"):
        found += re.findall(rf'<a href="/invitations/{AGENCY}/([^"]+)"', page.html)
    assert found == [invitation_id(number) for number in range(30, 0, -1)]


async def test_a_removed_customer_keeps_the_name_that_was_seen_last(local: LocalApp):
    await accepted(local, AGENCY, 1, "Old name")
    path = f"/api/customers/{AGENCY}/relationships/{DIRECT}/remove"
    assert (await local.call("POST", path, ADMIN)).status == 200
    profile = {"name": "New name", "domain": "new.example", "country": "US"}
    own = f"/api/customers/{AGENCY}"
    put = await local.call("PUT", own, admin(AGENCY), profile, {"if-match": "*"})
    assert put.status == 200
    await local.follow()
    visitor = Visitor(local, SELLER)
    for page in (await visitor.get(HERE), await visitor.get("/customers")):
        assert "Old name" in page.words
        assert "New name" not in page.words
        assert "Ended" in page.words


async def test_who_is_not_known_to_it_is_not_there(local: LocalApp):
    for who in (SELLER, HELPDESK):
        page = await Visitor(local, who).get(f"/customers/{BUREAU}")
        assert page.status == 404
        assert f"organization {BUREAU}" not in page.words  # It is not the customer's page.


async def test_in_korean_with_its_words(local: LocalApp):
    await local.follow()
    visitor = Visitor(local, SELLER, {"accept-language": "ko"})
    page = await visitor.get("/customers")
    assert "고객 초대" in page.words
    assert "대기 중인 초대" in page.words
    here = await visitor.get(HERE)
    assert "위임된 관리 권한" in here.words
    assert link(page) is None
