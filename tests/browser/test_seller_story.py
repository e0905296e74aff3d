"""All that a provider's Global admin does here once a customer has accepted: sells, links, ends.

Over the whole system, in both languages, with scripts switched off, by keyboard alone, in a window
as narrow as 320 pixels. Every page on the way is looked at by axe in light and dark.
"""

from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.browser.keyboard import fill, focus, press
from tests.browser.reader import NARROW, Reader
from tests.running.client import Caller, World, ok
from tests.running.system import System

ENGLISH: Final = {
    "locale": "en",
    "language": "English",
    "sign in": "Sign in with Microsoft",
    "record": "What is on record",
    "register": "Register a subscription…",
    "orders nothing": "This orders nothing at Microsoft",
    "id": "Subscription ID at Microsoft",
    "product": "Online service",
    "offer id": "Offer's ID at Microsoft",
    "offer": "Offer's name",
    "quantity": "Quantity",
    "unit": "Unit",
    "license": "License",
    "duration": "How long a term lasts",
    "starts": "First day of the term",
    "ends": "First day after the term",
    "monthly": "monthly",
    "try": "Try without recording",
    "nothing against": "Nothing stands against it now",
    "record sale": "Record the subscription",
    "can record": "What you can record",
    "suspend": "Suspend…",
    "review": "Review before anything is recorded",
    "record alone": "This changes the record alone",
    "record suspension": "Record the suspension",
    "suspended": "Suspended",
    "reactivate": "Reactivate…",
    "record reactivation": "Record the reactivation",
    "remove": "Remove the relationship…",
    "in the way": "What stands in the way",
    "stays": "What ends, and what stays",
    "once more": "Check once more",
    "record removal": "Record the removal",
    "ended": "Ended",
    "links": "Invitation links",
    "one for many": "One link for many customers",
    "issue": "Issue a link…",
    "privileges": "Ask for delegated admin privileges",
    "reseller": "Reseller with which you sell by it",
    "issue it": "Issue the link",
    "address": "The address for your customers",
    "revoke": "Revoke…",
    "from then on": "From then on nobody can accept by it",
    "record revocation": "Record the revocation",
    "revoked": "Revoked",
    "resellers": "Resellers and providers",
    "linked": "Resellers that you are linked with",
    "ask": "Ask a reseller…",
    "organization": "The reseller's organization",
    "ask it": "Ask the reseller",
    "asked": "Asked, not accepted yet",
    "end": "End the link…",
    "stay": "Customers, privileges and subscriptions stay as they are",
    "record end": "Record the end of the link",
}
KOREAN: Final = {
    "locale": "ko",
    "language": "한국어",
    "sign in": "Microsoft 계정으로 로그인",
    "record": "기록된 내용",
    "register": "구독 등록…",
    "orders nothing": "Microsoft에 아무것도 주문하지 않습니다",
    "id": "Microsoft의 구독 ID",
    "product": "온라인 서비스",
    "offer id": "Microsoft의 제안 ID",
    "offer": "제안 이름",
    "quantity": "수량",
    "unit": "단위",
    "license": "라이선스",
    "duration": "한 기간의 길이",
    "starts": "기간의 첫날",
    "ends": "기간이 끝난 다음 날",
    "monthly": "매월",
    "try": "기록하지 않고 확인",
    "nothing against": "지금은",
    "record sale": "구독 기록",
    "can record": "기록할 수 있는 것",
    "suspend": "일시 중단…",
    "review": "기록하기 전에 검토",
    "record alone": "이 기록만 변경됩니다",
    "record suspension": "일시 중단 기록",
    "suspended": "일시 중단됨",
    "reactivate": "다시 활성화…",
    "record reactivation": "다시 활성화 기록",
    "remove": "관계 제거…",
    "in the way": "제거를 막는 것",
    "stays": "끝나는 것과 남는 것",
    "once more": "다시 한번 확인하십시오",
    "record removal": "관계 제거 기록",
    "ended": "종료됨",
    "links": "초대 링크",
    "one for many": "여러 고객에게 쓰는 하나의 링크",
    "issue": "링크 발급…",
    "privileges": "위임된 관리 권한 요청",
    "reseller": "이 링크로 함께 판매하는 간접 재판매인",
    "issue it": "링크 발급",
    "address": "고객에게 전달할 주소",
    "revoke": "철회…",
    "from then on": "그 후에는 아무도 이 링크로 수락할 수 없습니다",
    "record revocation": "철회 기록",
    "revoked": "철회됨",
    "resellers": "간접 재판매인 및 간접 공급자",
    "linked": "연결된 간접 재판매인",
    "ask": "재판매인에게 요청…",
    "organization": "재판매인의 조직",
    "ask it": "재판매인에게 요청",
    "asked": "요청됨, 아직 수락되지 않음",
    "end": "연결 끝내기…",
    "stay": "고객, 권한, 구독은 그대로 유지됩니다",
    "record end": "연결 종료 기록",
}


@pytest.fixture(params=[ENGLISH, KOREAN], ids=["en", "ko"])
def seller(page: Page, axe: Axe, request: pytest.FixtureRequest) -> Reader:
    page.set_viewport_size(NARROW)
    return Reader(page, axe, request.param)


def test_from_the_first_sale_to_the_end(
    seller: Reader, world: World, system: System, requested: list[str], complaints: list[str]
):
    provider, reseller = world.linked()
    customer, newcomer = world.customer(), world.partner("indirectReseller")
    world.hired(provider, customer, indirectResellerId=reseller.tenant)
    relationship = f"/customers/{customer.tenant}/relationships/{provider.tenant}"
    signs_in(seller, provider, f"{system.base_url}/customers/{customer.tenant}")
    sold = registers(seller, customer)
    assert ok(customer.get(sold))["quantity"] == 25
    suspends(seller)
    assert ok(customer.get(sold))["status"] == "suspended"
    reactivates(seller)
    is_told_what_stands_in_the_way(seller, customer, sold)
    suspends(seller)
    removes(seller, customer)
    assert ok(customer.get(relationship))["status"] == "removed"
    issues_and_revokes_a_link(seller, provider, reseller)
    asks_and_ends_a_link(seller, provider, newcomer)
    ours = {urlsplit(url).netloc for url in (system.base_url, system.issuer_url)}
    assert {urlsplit(url).netloc for url in requested if not url.startswith("data:")} == ours
    assert complaints == []


def signs_in(seller: Reader, provider: Caller, address: str) -> None:
    page, words = seller.page, seller.words
    page.goto(address)
    if words is KOREAN:
        press(page, words["language"])
    expect(page.locator("html")).to_have_attribute("lang", words["locale"])
    press(page, words["sign in"])
    # The development issuer's form, which is plain and English.
    expect(page.get_by_role("heading", name="Somebody else")).to_be_visible()
    fill(page, "Tenant", provider.tenant)
    fill(page, "Name", "박지훈")
    fill(page, "App roles", "GlobalAdmin")
    press(page, "Sign in")
    expect(page).to_have_url(address)
    seller.sees("record")


def registers(seller: Reader, customer: Caller) -> str:
    """What was ordered at Microsoft, tried and recorded; its path in the API."""
    page, words, made = seller.page, seller.words, str(uuid4())
    seller.goes("register", "orders nothing")
    fill(page, words["id"], made)
    picks(seller, "product")
    for name, typed in (
        ("offer id", "CFQ7TTC0LF8R"),
        ("offer", "Office 365 G3"),
        ("quantity", "25"),
        ("unit", "licenses"),
    ):
        fill(page, words[name], typed)
    picks(seller, "license")
    fill(page, words["duration"], "P1Y")
    # The browser's own fields for a day are in its own language.
    fill(page, words["starts"], "11012026")
    fill(page, words["ends"], "11012027")
    picks(seller, "monthly")
    seller.goes("try", "nothing against")
    seller.goes("record sale", "can record")
    return f"/customers/{customer.tenant}/subscriptions/{made}"


def picks(seller: Reader, name: str) -> None:
    """The first of several, or a box."""
    focus(seller.page, seller.words[name])
    seller.page.keyboard.press("Space")


def suspends(seller: Reader) -> None:
    seller.goes("suspend", "review")
    seller.goes("review", "once more", "record alone")
    seller.goes("record suspension", "suspended", "reactivate")


def reactivates(seller: Reader) -> None:
    seller.goes("reactivate", "record alone")
    seller.goes("record reactivation", "suspend")


def is_told_what_stands_in_the_way(seller: Reader, customer: Caller, sold: str) -> None:
    """And follows the way to it."""
    press(seller.page, customer.tenant)
    seller.sees("record")
    seller.goes("remove", "in the way")
    expect(seller.page.get_by_role("button", name=seller.words["review"])).to_have_count(0)
    press(seller.page, sold.rpartition("/")[2])
    seller.sees("can record")


def removes(seller: Reader, customer: Caller) -> None:
    press(seller.page, customer.tenant)
    seller.sees("record")
    seller.goes("remove", "stays")
    seller.goes("review", "once more", "stays")
    seller.goes("record removal", "ended")
    expect(seller.page.get_by_text(seller.words["remove"])).to_have_count(0)


def issues_and_revokes_a_link(seller: Reader, provider: Caller, reseller: Caller) -> None:
    seller.goes("links", "one for many")
    seller.goes("issue", "issue it")
    picks(seller, "privileges")
    focus(seller.page, seller.words["reseller"])
    seller.page.keyboard.press("ArrowDown")
    seller.goes("issue it", "address")
    (made,) = ok(provider.get(f"/partners/{provider.tenant}/invitation-links"))["value"]
    assert (made["status"], made["indirectResellerId"]) == ("active", reseller.tenant)
    expect(seller.page.locator("main code").first).to_have_text(made["url"])
    seller.goes("revoke", "from then on")
    seller.goes("review", "once more")
    seller.goes("record revocation", "revoked")
    path = f"/partners/{provider.tenant}/invitation-links/{made['id']}"
    assert ok(provider.get(path))["status"] == "revoked"


def asks_and_ends_a_link(seller: Reader, provider: Caller, newcomer: Caller) -> None:
    link = f"/partners/{provider.tenant}/resellers/{newcomer.tenant}"
    seller.goes("resellers", "linked")
    seller.goes("ask", "organization")
    fill(seller.page, seller.words["organization"], newcomer.tenant)
    seller.goes("try", "nothing against")
    seller.goes("ask it", "asked")
    assert ok(provider.get(link))["status"] == "pending"
    row = seller.page.locator("tbody tr", has_text=seller.words["asked"])
    ends = row.get_by_role("link", name=seller.words["end"])
    while not ends.evaluate("each => each === document.activeElement"):
        focus(seller.page, seller.words["end"])
    seller.page.keyboard.press("Enter")
    seller.sees("stay")
    seller.goes("review", "once more")
    seller.goes("record end", "ended")
    assert ok(provider.get(link))["status"] == "ended"
