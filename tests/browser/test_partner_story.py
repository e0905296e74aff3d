"""All that a partner's sales agent does here until the customer decides, and once more.

Over the whole system, in both languages, with scripts switched off, by keyboard alone, in a window
as narrow as 320 pixels. Every page on the way is looked at by axe in light and dark.
"""

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.browser.keyboard import fill, press
from tests.browser.reader import NARROW, Reader
from tests.running.client import Caller, World
from tests.running.system import System
from tests.running.waiting import eventually

REFUSED: Final = "Failed to load resource: the server responded with a status of 409 (Conflict)"
"""What Chromium says to a refusal."""

ENGLISH: Final = {
    "locale": "en",
    "language": "English",
    "sign in": "Sign in with Microsoft",
    "customers": "Customers",
    "nobody": "Your organization has invited nobody yet",
    "tenant": "Tenant ID of the customer",
    "go on": "Go on…",
    "decides": "The customer's Global Administrator decides",
    "country": "Country or region of the customer",
    "reference": "Your own reference",
    "try": "Try without recording",
    "unchecked": "Country not stated: region not checked.",
    "nothing against": "Nothing stands against it now",
    "problem": "There is a problem",
    "regions": "are not in the same CSP region",
    "record": "Record the invitation",
    "again and again": "Send this e-mail to the customer",
    "eml": "Download as a draft, .eml (English)",
    "asks": "asks for a reseller relationship",
    "back": "Back to the customer",
    "waits": "An invitation waits for the customer's decision",
    "days": "For 0 days",
    "send again": "Send the e-mail again…",
    "take back": "Take the invitation back…",
    "no longer": "The customer can no longer accept it",
    "record taking": "Record that it is taken back",
    "taken": "Taken back by the partner on",
    "new": "New invitation…",
}
KOREAN: Final = {
    "locale": "ko",
    "language": "한국어",
    "sign in": "Microsoft 계정으로 로그인",
    "customers": "고객",
    "nobody": "조직이 아직 아무도 초대하지 않았습니다",
    "tenant": "고객의 테넌트 ID",
    "go on": "계속…",
    "decides": "다른 파트너가 그곳에 판매한 것은 전혀 변경되지 않습니다",
    "country": "고객의 국가 또는 지역",
    "reference": "자체 참조 번호",
    "try": "기록하지 않고 확인",
    "unchecked": "국가를 입력하지 않아 지역을 확인하지 않았습니다.",
    "nothing against": "지금은",
    "problem": "문제가",
    "regions": "CSP 지역이 서로 다릅니다",
    "record": "초대 기록",
    "again and again": "이 이메일을 필요한 만큼 여러 번 고객에게 보내십시오",
    "eml": "초안 내려받기, .eml(한국어)",
    "asks": "재판매인 관계를 요청합니다",
    "back": "고객으로 돌아가기",
    "waits": "초대가 고객의 결정을 기다리고 있습니다",
    "days": "0일 동안",
    "send again": "이메일 다시 보내기…",
    "take back": "초대 취소…",
    "no longer": "고객은 더 이상 수락할 수 없으며",
    "record taking": "초대 취소 기록",
    "taken": "취소했습니다",
    "new": "새 초대…",
}


@pytest.fixture(params=[ENGLISH, KOREAN], ids=["en", "ko"])
def agent(page: Page, axe: Axe, request: pytest.FixtureRequest) -> Reader:
    page.set_viewport_size(NARROW)
    return Reader(page, axe, request.param)


def test_from_an_empty_list_to_the_second_invitation(
    agent: Reader,
    world: World,
    system: System,
    requested: list[str],
    complaints: list[str],
    tmp_path: Path,
):
    partner, customer = world.partner(name="Partner 1001"), world.customer()
    signs_in(agent, partner, system)
    enrols_nobody(agent, system)
    link = invites(agent, customer, tmp_path)
    assert ok_for(customer, link)["status"] == "pending"
    follows_up(agent, system, customer)
    takes_it_back(agent)
    assert ok_for(customer, link)["status"] == "canceled"
    invites_anew(agent, customer, link)
    ours = {urlsplit(url).netloc for url in (system.base_url, system.issuer_url)}
    assert {urlsplit(url).netloc for url in requested if not url.startswith("data:")} == ours
    assert complaints == [REFUSED], "of the preview that rules refuse"


def signs_in(agent: Reader, partner: Caller, system: System) -> None:
    page, words = agent.page, agent.words
    page.goto(f"{system.base_url}/customers")
    if words is KOREAN:
        press(page, words["language"])
    expect(page.locator("html")).to_have_attribute("lang", words["locale"])
    press(page, words["sign in"])
    # The development issuer's form, which is plain and English.
    expect(page.get_by_role("heading", name="Somebody else")).to_be_visible()
    fill(page, "Tenant", partner.tenant)
    fill(page, "Name", "이서연")
    fill(page, "App roles", "SalesAgent")
    press(page, "Sign in")
    expect(page).to_have_url(f"{system.base_url}/customers")
    agent.sees("nobody")


def enrols_nobody(agent: Reader, system: System) -> None:
    """That is the operator's, whatever address a partner's person tries."""
    for path in ("/operations", "/operations/partners"):
        assert agent.page.context.request.get(f"{system.base_url}{path}").status in {403, 404}


def invites(agent: Reader, customer: Caller, files: Path) -> str:
    """Tried until nothing stands against it; the link in the draft that it leads to."""
    page, words = agent.page, agent.words
    fill(page, words["tenant"], customer.tenant)
    agent.goes("go on", "decides")
    fill(page, words["reference"], "CRM-7")
    agent.goes("try", "nothing against", "unchecked")
    fill(page, words["country"], "KR")
    agent.goes("try", "problem", "regions")
    press(page, words["country"])  # The summary's link, which leads to the field.
    expect(page.locator("#country")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("US")
    agent.goes("try", "nothing against")
    expect(page.get_by_text(words["unchecked"])).to_have_count(0)
    agent.goes("record", "again and again")
    draft = message_from_bytes(agent.takes("eml", files).read_bytes(), policy=default)
    assert draft["X-Unsent"] == "1"
    assert words["asks"] in draft["Subject"]
    body = draft.get_body(("plain",))
    assert body
    (link,) = (each for each in body.get_content().split() if "/invitations/" in each)
    return link


def follows_up(agent: Reader, system: System, customer: Caller) -> None:
    """Found in the list, with the reference and how long it has waited; sent once more."""
    page, words = agent.page, agent.words

    def listed() -> int:
        page.goto(f"{system.base_url}/customers?search=crm-7")
        return page.locator("tbody tr").count()

    eventually(listed, lambda count: count == 1)
    agent.sees("days")
    expect(page.locator("tbody")).to_contain_text("CRM-7")
    press(page, customer.tenant)
    agent.sees("waits")
    expect(page.get_by_text(words["new"])).to_have_count(0)
    agent.goes("send again", "again and again")
    agent.goes("back", "waits")


def takes_it_back(agent: Reader) -> None:
    agent.goes("take back", "no longer")
    agent.goes("record taking", "taken", "new")


def invites_anew(agent: Reader, customer: Caller, before: str) -> None:
    agent.goes("new", "decides")
    fill(agent.page, agent.words["country"], "US")
    agent.goes("record", "again and again")
    link = agent.page.locator("dd code").inner_text()
    assert link != before
    assert ok_for(customer, link)["status"] == "pending"


def ok_for(customer: Caller, link: str) -> dict[str, str]:
    """The invitation that the link of a draft leads to, as the customer's people read it."""
    path = urlsplit(link).path.removeprefix("/invitations/")
    tenant, invitation = path.split("/")
    answer = customer.get(f"/customers/{tenant}/invitations/{invitation}")
    assert answer.status_code == 200, answer.text
    return answer.json()
