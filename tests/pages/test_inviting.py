"""How a partner invites in a browser: tried, recorded, sent, and taken back."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from typing import Final, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cast.bodies import ACCEPTANCE
from tests.cast.ids import AGENCY, BUREAU, DIRECT, MPN, PROVIDER, RESELLER, invitation_id
from tests.pages.acting import entries
from tests.running.app import LocalApp, admin, enrol, user
from tests.running.visitors import Seen, Visitor

SELLER: Final = user(DIRECT, "SalesAgent")
INVITE: Final = f"/customers/{BUREAU}/invite"
HERE: Final = f"/customers/{AGENCY}/invitations/{invitation_id(1)}"
API: Final = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
UNCHECKED: Final = "Country not stated: region not checked."


async def sent(visitor: Visitor, address: str, step: str, **typed: str) -> Seen:
    opened = await visitor.get(address)
    return await visitor.post(address, {**opened.fields, **typed, "step": step})


async def test_a_preview_refuses_and_then_passes_and_nothing_is_recorded(local: LocalApp):
    visitor = Visitor(local, SELLER)
    refused = await sent(visitor, INVITE, "preview", country="KR", message="see https://a.example")
    assert refused.status == 409
    assert refused.fields["country"] == "KR"
    for field in ("country", "message"):
        assert f'<a href="#{field}">' in refused.html, "ELG-6 and INV-9, both at once"
    passed = await visitor.post(
        INVITE, {**refused.fields, "country": "US", "message": "Hello", "step": "preview"}
    )
    assert passed.status == 200
    assert "Nothing stands against it now. Nothing is recorded yet." in passed.words
    assert UNCHECKED not in passed.words
    assert await entries(local, BUREAU) == 0


async def test_a_preview_says_what_it_cannot_know(local: LocalApp):
    passed = await sent(Visitor(local, SELLER), INVITE, "preview")
    assert passed.status == 200
    assert "What could not be checked" in passed.words
    assert UNCHECKED in passed.words


async def test_of_a_customer_whose_country_it_may_know_nothing_is_unknown(local: LocalApp):
    body = {"customerAgreement": {"firstName": "A", "lastName": "B", "email": "a@b.example"}}
    path = f"{API}/accept"
    done = await local.call("POST", path, admin(AGENCY), {**body, "country": "US"})
    assert done.status == 200
    tried = await sent(Visitor(local, SELLER), f"/customers/{AGENCY}/invite", "preview")
    assert tried.status == 200
    assert UNCHECKED not in tried.words


async def test_recorded_it_leads_to_the_e_mail(local: LocalApp):
    visitor = Visitor(local, SELLER)
    typed = {
        "country": "US",
        "message": "As we\r\ntalked about",
        "contact.email": "it@bureau.example",
        "contact.locale": "ko",
        "externalReference": "CRM-7",
        "expiresInDays": "30",
    }
    opened = await visitor.get(INVITE)
    done = await visitor.post(INVITE, {**opened.fields, **typed, "step": "confirm"})
    assert done.status == 303
    location = done.headers["Location"]
    assert re.fullmatch(rf"/customers/{BUREAU}/invitations/[0-9a-f-]{{36}}/email", location)
    page = await visitor.get(location)
    assert "it@bureau.example" in page.words
    assert page.html.index('lang="ko" readonly') < page.html.index('lang="en" readonly')
    made = await local.call("GET", f"/api{location.removesuffix('/email')}", SELLER)
    assert made.body["externalReference"] == "CRM-7"
    assert made.body["message"] == "As we\ntalked about"
    assert made.body["delegatedAdmin"] is True
    shown = await visitor.get(f"/customers/{BUREAU}")
    assert "CRM-7" in shown.words


async def test_the_second_one_is_refused_with_the_first_ones_id(local: LocalApp):
    """INV-3: while one waits, it is sent again; nobody is asked twice."""
    refused = await sent(Visitor(local, SELLER), f"/customers/{AGENCY}/invite", "preview")
    assert refused.status == 409
    assert invitation_id(1) in refused.words
    page = await Visitor(local, SELLER).get(f"/customers/{AGENCY}")
    assert "Send the e-mail again…" in page.words
    assert "New invitation" not in page.words
    assert "nvite again" not in page.words


@pytest.mark.parametrize(
    ("partner", "field", "other"),
    [
        (PROVIDER, "indirectResellerId", RESELLER),
        (RESELLER, "indirectProviderId", PROVIDER),
        (DIRECT, None, None),
    ],
)
async def test_the_other_tier_is_picked_among_active_links(
    local: LocalApp, partner: str, field: str | None, other: str | None
):
    await enrol(local, PROVIDER)
    path = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    assert (await local.call("PUT", path, user(PROVIDER, "GlobalAdmin"))).status == 201
    accepted = await local.call("POST", f"{path}/accept", user(RESELLER, "GlobalAdmin"))
    assert accepted.status == 200
    await local.follow()
    visitor = Visitor(local, user(partner, "GlobalAdmin"))
    page = await visitor.get(INVITE)
    picked = re.findall(r'<select id="(indirect\w+)"', page.html)
    assert picked == ([field] if field else [])
    if field and other:
        assert f'<option value="{other}">' in page.html
        tried = await visitor.post(
            INVITE, {**page.fields, field: other, "country": "US", "step": "preview"}
        )
        assert tried.status == 200, tried.words
        assert f'<option value="{other}" selected>' in tried.html


async def test_the_e_mail_is_there_to_copy_in_both_languages(local: LocalApp):
    page = await Visitor(local, SELLER).get(f"{HERE}/email")
    assert page.status == 200
    for locale, words in (("en", "asks for a reseller relationship"), ("ko", "재판매인 관계")):
        subject = re.search(rf'<input id="subject-{locale}" value="([^"]*)"', page.html)
        assert subject
        assert words in unescape(subject[1])
        text = page.html.partition(f'<textarea id="text-{locale}"')[2].partition("</textarea>")[0]
        assert f"https://csp.example/invitations/{AGENCY}/{invitation_id(1)}" in text
        assert "Hello &lt;b&gt;you&lt;/b&gt;" in text


async def test_the_link_for_a_mail_program_has_subject_sentence_and_link(local: LocalApp):
    page = await Visitor(local, SELLER).get(f"{HERE}/email")
    links = [unescape(each) for each in re.findall(r'href="(mailto:[^"]*)"', page.html)]
    assert len(links) == 2
    for each in links:
        assert len(each) <= 1800
        query = parse_qs(urlsplit(each).query, strict_parsing=True)
        assert set(query) == {"subject", "body"}
        sentence, link = query["body"][0].split("\r\n")
        assert "Partner 1001" in sentence
        assert link == f"https://csp.example/invitations/{AGENCY}/{invitation_id(1)}"


@pytest.mark.parametrize(("locale", "words"), [("en", "asks for"), ("ko", "요청합니다")])
async def test_the_file_opens_as_a_draft(local: LocalApp, locale: str, words: str):
    visitor = Visitor(local, SELLER)
    page = await visitor.get(f"{HERE}/email")
    address = f"{HERE}/email/eml?locale={locale}"
    assert f'href="{address}"' in page.html
    file = await visitor.get(address)
    assert (file.status, file.headers["Content-Type"]) == (200, "message/rfc822")
    assert re.fullmatch(
        r'attachment; filename="invitation-\d{8}T\d{6}Z\.eml"', file.headers["Content-Disposition"]
    )
    draft = cast("EmailMessage", message_from_bytes(file.outgoing.body, policy=default))
    assert draft["X-Unsent"] == "1"
    assert words in draft["Subject"]
    parts = [draft.get_body((kind,)) for kind in ("plain", "html")]
    for part in parts:
        assert part
        assert f"https://csp.example/invitations/{AGENCY}/{invitation_id(1)}" in part.get_content()


async def test_what_waits_no_longer_is_not_sent(local: LocalApp):
    assert (await local.call("POST", f"{API}/decline", admin(AGENCY), {})).status == 200
    page = await Visitor(local, SELLER).get(f"{HERE}/email")
    assert "This invitation waits no longer, so there is nothing to send." in page.words
    assert "mailto:" not in page.html


async def test_it_is_taken_back(local: LocalApp):
    visitor = Visitor(local, SELLER)
    done = await sent(visitor, f"{HERE}/cancel", "confirm")
    assert (done.status, done.headers["Location"]) == (303, f"/customers/{AGENCY}")
    page = await visitor.get(f"/customers/{AGENCY}")
    assert "Taken back by the partner on" in page.words
    assert "New invitation…" in page.words
    again = await visitor.get(f"{HERE}/cancel")
    assert "can no longer be taken back" in again.words
    assert again.steps == []


async def test_what_was_answered_meanwhile_is_not_taken_back(local: LocalApp):
    visitor = Visitor(local, SELLER)
    opened = await visitor.get(f"{HERE}/cancel")
    assert (await local.call("POST", f"{API}/decline", admin(AGENCY), {})).status == 200
    late = await visitor.post(f"{HERE}/cancel", {**opened.fields, "step": "confirm"})
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert "Declined on" in late.words


async def test_the_inviting_partners_people_read_it_with_what_they_can_do(local: LocalApp):
    page = await Visitor(local, SELLER).get(f"/invitations/{AGENCY}/{invitation_id(1)}")
    for below in ("email", "cancel"):
        assert f'href="{HERE}/{below}"' in page.html
    helpdesk = Visitor(local, user(DIRECT, "HelpdeskAgent"))
    page = await helpdesk.get(f"/invitations/{AGENCY}/{invitation_id(1)}")
    assert page.status == 200
    assert HERE not in page.html
    customers = await Visitor(local, admin(AGENCY)).get(f"/invitations/{AGENCY}/{invitation_id(1)}")
    assert "/customers/" not in customers.html


async def test_once_accepted_the_partner_reads_what_the_customer_still_has_to_do(local: LocalApp):
    """Not the customer's own words: nobody of the partner accepts its request at Microsoft."""
    assert (await local.call("POST", f"{API}/accept", admin(AGENCY), ACCEPTANCE)).status == 200
    address = f"/invitations/{AGENCY}/{invitation_id(1)}"
    page = await Visitor(local, SELLER).get(address)
    assert "What the customer does at Microsoft now" in page.words
    assert "your organization accepts" not in page.words
    assert "The partner sends you" not in page.words
    assert "The partner sends you" in (await Visitor(local, admin(AGENCY)).get(address)).words


async def test_who_is_asked_along_cannot_take_it_back_and_is_not_offered_to(local: LocalApp):
    await enrol(local, PROVIDER)
    linked = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    owner, other = user(PROVIDER, "GlobalAdmin"), user(RESELLER, "GlobalAdmin")
    assert (await local.call("PUT", linked, owner)).status == 201
    assert (await local.call("POST", f"{linked}/accept", other)).status == 200
    path = f"customers/{BUREAU}/invitations/{invitation_id(7)}"
    body = {
        "delegatedAdmin": True,
        "indirectResellerId": RESELLER,
        "externalReference": "CRM of the provider",
    }
    assert (await local.call("PUT", f"/api/{path}", owner, body)).status == 201
    page = await Visitor(local, other).get(f"/{path}/cancel")
    assert page.steps == []
    assert "CRM of the provider" not in page.words
    assert f"Only Partner {MPN[PROVIDER]}, which sent it, can take" in page.words
    assert (await Visitor(local, owner).get(f"/{path}/cancel")).steps == ["confirm"]


async def test_in_korean_with_its_words(local: LocalApp):
    visitor = Visitor(local, SELLER, {"accept-language": "ko"})
    passed = await sent(visitor, INVITE, "preview")
    assert ">초대 기록</button>" in passed.html
    assert "국가를 입력하지 않아 지역을 확인하지 않았습니다." in passed.words
