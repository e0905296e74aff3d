"""All that a customer's Global admin does here, from the e-mail to the proof that nothing changed.

Over the whole system, in both languages, with scripts switched off, by keyboard alone, in a window
as narrow as 320 pixels. Every page on the way is looked at by axe in light and dark.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.browser.keyboard import fill, press
from tests.browser.reader import NARROW, Reader
from tests.running.client import GLOBAL_ADMINISTRATOR, Caller, World, ok
from tests.running.system import System
from tests.running.waiting import eventually

VERIFIER: Final = Path(__file__).parents[2] / "examples" / "verify_ledger.py"

ENGLISH: Final = {
    "locale": "en",
    "language": "English",
    "sign in": "Sign in with Microsoft",
    "pending": "your organization has not decided yet",
    "stays": "What stays as it is",
    "accept": "Accept…",
    "first name": "First name",
    "last name": "Last name",
    "e-mail": "E-mail address",
    "country": "Country or region",
    "review": "Review before anything is recorded",
    "answers": "Check your answers",
    "once more": "Check once more",
    "record acceptance": "Record acceptance",
    "no access": "gives Partner 1001 no access by itself",
    "accepted": "Accepted on",
    "at Microsoft": "What to do at Microsoft now",
    "partners": "Partner relationships",
    "invitation": "Invitation from Partner 1002",
    "subscription": "1 subscription",
    "subscriptions": "Subscriptions",
    "sold by": "Sold by",
    "state": "Partners, by state and name",
    "remove": "Remove delegated admin privileges…",
    "record removal": "Record removal",
    "removed": "Removal recorded by your organization",
    "keeps": "Partner 1001 keeps its access until you also remove it at Microsoft",
    "activity": "Activity log",
    "verify": "Verify the ledger",
    "whole": "✓ The ledger is whole",
    "checkpoint": "This ledger in it",
    "as it was": "is what it was then",
    "take away": "Take the ledger away",
    "JSON Lines": "JSON Lines",
    "proof": "Proof (JSON)",
}
KOREAN: Final = {
    "locale": "ko",
    "language": "한국어",
    "sign in": "Microsoft 계정으로 로그인",
    "pending": "조직이 아직 결정하지 않았습니다",
    "stays": "그대로 유지되는 것",
    "accept": "수락…",
    "first name": "계약을 수락하는 사람의 이름",
    "last name": "계약을 수락하는 사람의 성",
    "e-mail": "이메일 주소",
    "country": "국가 또는 지역",
    "review": "기록하기 전에 검토",
    "answers": "답변 확인",
    "once more": "다시 한번 확인하십시오",
    "record acceptance": "수락 기록",
    "no access": "실제 액세스는 Microsoft에서 파트너의 요청을 수락해야 부여됩니다",
    "accepted": "수락했습니다",
    "at Microsoft": "이제 Microsoft에서 할 일",
    "partners": "파트너 관계",
    "invitation": "Partner 1002의 초대",
    "subscription": "구독 1개",
    "subscriptions": "구독",
    "sold by": "판매",
    "state": "상태와 이름순 파트너 목록",
    "remove": "위임된 관리 권한 제거…",
    "record removal": "제거 기록",
    "removed": "조직이 제거를 기록함",
    "keeps": "Microsoft에서도 제거하기 전까지 Partner 1001의 액세스는 그대로 남습니다",
    "activity": "활동 로그",
    "verify": "원장 검증",
    "whole": "✓ 원장에 이상이 없습니다",
    "checkpoint": "여기에 담긴 이 원장",
    "as it was": "당시와 같습니다",
    "take away": "원장 내려받기",
    "JSON Lines": "JSON Lines",
    "proof": "증명(JSON)",
}


@pytest.fixture(params=[ENGLISH, KOREAN], ids=["en", "ko"])
def reader(page: Page, axe: Axe, request: pytest.FixtureRequest) -> Reader:
    page.set_viewport_size(NARROW)
    return Reader(page, axe, request.param)


def test_from_the_mail_to_the_proof(
    reader: Reader,
    world: World,
    system: System,
    requested: list[str],
    complaints: list[str],
    tmp_path: Path,
):
    customer = world.customer()
    first, second = world.partner(name="Partner 1001"), world.partner(name="Partner 1002")
    reads_the_mail_and_signs_in(reader, customer, first, world.invited(first, customer))
    accepts_with_a_review(reader)
    world.sold(first, customer, productType="azurePlan", billingType="usage")
    world.invited(second, customer)
    accepts_another(reader, system)
    sold = world.sold(second, customer)
    before = ok(customer.get(sold))
    looks_at_what_is_registered(reader, system)
    records_the_removal_of_privileges(reader)
    assert ok(customer.get(sold)) == before
    makes_a_checkpoint(world, customer)
    proves_that_nothing_changed(reader, tmp_path)
    ours = {urlsplit(url).netloc for url in (system.base_url, system.issuer_url)}
    assert {urlsplit(url).netloc for url in requested if not url.startswith("data:")} == ours
    assert complaints == []


def reads_the_mail_and_signs_in(
    reader: Reader, customer: Caller, partner: Caller, invitation: str
) -> None:
    page, words = reader.page, reader.words
    draft = ok(partner.get(f"{invitation}/email", params={"locale": words["locale"]}))
    (link,) = re.findall(r"https?://\S+/invitations/\S+", draft["text"])
    page.goto(link)
    if words is KOREAN:
        press(page, words["language"])
    expect(page.locator("html")).to_have_attribute("lang", words["locale"])
    press(page, words["sign in"])
    # The development issuer's form, which is plain and English.
    expect(page.get_by_role("heading", name="Somebody else")).to_be_visible()
    fill(page, "Tenant", customer.tenant)
    fill(page, "Name", "김민준")
    fill(page, "Directory roles", GLOBAL_ADMINISTRATOR)
    press(page, "Sign in")
    expect(page).to_have_url(link)
    reader.sees("pending", "stays")


def accepts_with_a_review(reader: Reader) -> None:
    reader.goes("accept", "first name")
    for name, typed in (
        ("first name", "Min-jun"),
        ("last name", "Kim"),
        ("e-mail", "min-jun@agency.example"),
        ("country", "US"),
    ):
        fill(reader.page, reader.words[name], typed)
    reader.goes("review", "answers", "no access")
    reader.goes("record acceptance", "accepted", "at Microsoft")


def accepts_another(reader: Reader, system: System) -> None:
    """Found in the list; nothing is asked a second time."""
    reader.page.goto(f"{system.base_url}/")
    expect(reader.page).to_have_url(f"{system.base_url}/relationships")
    reader.goes("invitation", "pending", "stays", "subscription")
    reader.goes("accept", "stays")
    for asked in ("first name", "country"):
        expect(reader.page.get_by_label(reader.words[asked])).to_have_count(0)
    reader.goes("review", "once more")
    reader.goes("record acceptance", "accepted")


def looks_at_what_is_registered(reader: Reader, system: System) -> None:
    reader.page.goto(f"{system.base_url}/relationships")
    reader.goes("subscriptions", "sold by")
    sellers = reader.page.locator("tbody tr td:nth-of-type(3)").all_inner_texts()
    assert sorted(sellers) == ["Partner 1001", "Partner 1002"]


def records_the_removal_of_privileges(reader: Reader) -> None:
    reader.goes("partners", "state")
    press(reader.page, "Partner 1001")
    reader.sees("remove")
    reader.goes("remove", "review")
    reader.goes("review", "once more", "keeps")
    reader.goes("record removal", "removed", "keeps")


def makes_a_checkpoint(world: World, customer: Caller) -> None:
    assert world.operator.post("/sweeps").status_code in {200, 201}
    proof = f"/customers/{customer.tenant}/ledger/proof"
    eventually(lambda: customer.get(proof).status_code, lambda status: status == 200)


def proves_that_nothing_changed(reader: Reader, files: Path) -> None:
    """Here, against a checkpoint, and without this system."""
    reader.goes("activity", "verify")
    reader.goes("verify", "whole", "checkpoint")
    reader.goes("checkpoint", "as it was")
    reader.goes("take away", "JSON Lines")
    ledger, proof = reader.takes("JSON Lines", files), reader.takes("proof", files)
    done = subprocess.run(
        [sys.executable, "-I", VERIFIER, ledger, "--proof", proof],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
