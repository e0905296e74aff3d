"""What somebody else could make a browser send, and what a browser could be made to keep."""

import json
from typing import Any

import pytest

from shared.web.engine.serving import sealer_of
from shared.web.forms.tokens import FormTokens
from tests.cast.ids import AGENCY, DIRECT, invitation_id
from tests.running.app import LocalApp, admin, user
from tests.running.visitors import ORIGIN, Visitor

ADDRESS = f"/invitations/{AGENCY}/{invitation_id(1)}"
DECLINE = f"{ADDRESS}/decline"


@pytest.fixture
def visitor(local: LocalApp) -> Visitor:
    return Visitor(local, admin(AGENCY))


async def opened(visitor: Visitor, address: str = DECLINE) -> dict[str, str]:
    return {**(await visitor.get(address)).fields, "step": "confirm"}


async def nothing_happened(visitor: Visitor) -> bool:
    return "has not decided yet" in (await visitor.get(ADDRESS)).words


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": None},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": f"{ORIGIN}.evil.example"},
        {"origin": f"{ORIGIN}:8443"},
        {"origin": ORIGIN.replace("https", "http")},
        {"origin": f"{ORIGIN}/"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
    ],
    ids=str,
)
async def test_a_form_from_elsewhere(visitor: Visitor, headers: dict[str, Any]):
    turned = await visitor.post(DECLINE, await opened(visitor), **headers)
    assert turned.status == 403
    assert "not sent from a page of this site" in turned.words
    assert await nothing_happened(visitor)


async def test_an_old_browser_that_sends_no_sec_fetch_site(visitor: Visitor):
    sent = await visitor.post(DECLINE, await opened(visitor), sec_fetch_site=None)
    assert sent.status == 303


@pytest.mark.parametrize("spoil", ["missing", "empty", "changed", "twice", "anything"])
async def test_a_token_that_is_none(visitor: Visitor, spoil: str):
    fields = await opened(visitor)
    token = fields.pop("form_token")
    sent: Any = {
        "missing": fields,
        "empty": {**fields, "form_token": ""},
        "changed": {**fields, "form_token": token[:-8] + "AAAAAAAA"},
        "twice": [*fields.items(), ("form_token", token), ("form_token", token)],
        "anything": {**fields, "form_token": "x"},
    }[spoil]
    assert (await visitor.post(DECLINE, sent)).status == 403
    assert await nothing_happened(visitor)


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": DIRECT},
        {"person": DIRECT},
        {"action": "page_invitation_accept"},
        {"resource": DECLINE.replace(invitation_id(1), invitation_id(2))},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_token_of_another(visitor: Visitor, change: dict[str, str]):
    sealer = sealer_of(visitor.local.app)
    assert sealer
    tokens = FormTokens(sealer, visitor.local.clock.now())
    fields = await opened(visitor)
    token = tokens.read(fields["form_token"])
    assert token
    foreign = tokens.text(token.model_copy(update=change))
    assert (await visitor.post(DECLINE, {**fields, "form_token": foreign})).status == 403
    assert await nothing_happened(visitor)
    session_for_form = sealer.seal("session", token.model_dump(mode="json"), 600)
    assert (await visitor.post(DECLINE, {**fields, "form_token": session_for_form})).status == 403


async def test_two_tabs_and_a_session_made_anew(visitor: Visitor):
    """The token is the person's, not the session's."""
    first, second = await opened(visitor), await opened(visitor)
    visitor.local.clock.pass_by(minutes=1)
    assert (await visitor.post(DECLINE, second)).status == 303
    assert (await visitor.post(DECLINE, first)).status == 303  # as the other tab left it


async def test_a_late_form_comes_back_to_be_read(visitor: Visitor):
    fields = {**await opened(visitor), "reason": "typed for long"}
    visitor.local.clock.pass_by(seconds=1200)
    late = await visitor.post(DECLINE, fields)
    assert late.status == 403
    assert "typed for long" in late.words
    assert late.steps == []
    assert "form_token" not in late.fields
    assert "/signin?return=" in late.html
    assert "prompt=login" in late.html
    assert await nothing_happened(visitor)


async def test_a_form_just_in_time(visitor: Visitor):
    fields = await opened(visitor)
    visitor.local.clock.pass_by(seconds=1199)
    assert (await visitor.post(DECLINE, fields)).status == 303


async def test_who_signed_in_long_ago_gets_no_form(local: LocalApp):
    long_ago = Visitor(local, admin(AGENCY), signed_in=local.clock.now())
    local.clock.pass_by(seconds=601)
    page = await long_ago.get(DECLINE)
    assert (page.status, page.steps) == (200, [])
    assert "form_token" not in page.fields
    never = Visitor(local, admin(AGENCY), told_when=False)
    page = await never.get(DECLINE)
    assert "auth_time" in page.words
    assert page.steps == []


async def test_one_order_of_refusals(visitor: Visitor):
    """Each request has its own fault and all that come later."""
    fields = await opened(visitor)
    token = fields["form_token"].encode()
    big = b"reason=" + b"x" * 70_000
    bad = {"origin": "null", "sec_fetch_site": "cross-site", "content_type": "application/json"}
    assert (await visitor.post(DECLINE, big, **bad)).status == 403
    del bad["origin"]
    assert (await visitor.post(DECLINE, big, **bad)).status == 403
    del bad["sec_fetch_site"]
    lost = await visitor.post(DECLINE, b"", transfer_encoding="chunked", **bad)
    assert lost.status == 411
    assert (await visitor.post(DECLINE, big, **bad)).status == 403
    known = b"form_token=" + token
    assert (await visitor.post(DECLINE, known + b"&" + big, **bad)).status == 413
    assert (await visitor.post(DECLINE, known + b"&a=1", **bad)).status == 415
    assert (await visitor.post(DECLINE, known + b"&a=1")).status == 400
    assert await nothing_happened(visitor)


@pytest.mark.parametrize(
    "more",
    [
        "&unknown=1",
        "&reason=a&reason=b",
        "&step=confirm&step=confirm",
        "&step=delete",
        "&step=",
        "",
        "&step=confirm&block=yes",
        "&step=confirm&reason",
        "&step=confirm&reason=%FF",
        "&step=confirm&reason=\u00e9",
    ],
)
async def test_fields_that_are_not_the_forms(visitor: Visitor, more: str):
    token = (await opened(visitor))["form_token"]
    sent = f"form_token={token}{more}".encode()
    assert (await visitor.post(DECLINE, sent)).status == 400
    assert await nothing_happened(visitor)


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": ""},
        {"content_type": "application/x-www-form-urlencoded; charset=utf-16"},
        {"content_encoding": "gzip"},
    ],
    ids=str,
)
async def test_other_media_types(visitor: Visitor, headers: dict[str, Any]):
    assert (await visitor.post(DECLINE, await opened(visitor), **headers)).status == 415
    assert await nothing_happened(visitor)


async def test_a_forged_session_is_nobody(local: LocalApp):
    sealer = sealer_of(local.app)
    assert sealer
    session = (await Visitor(local, admin(AGENCY)).get(ADDRESS)).outgoing.cookies[0].value
    for value in (session[:-6] + "AAAAAA", sealer.seal("form", {}, 600), "x", ""):
        nobody = Visitor(local, headers={"cookie": f"__Host-session={value}"})
        assert "Sign in with Microsoft" in (await nobody.get(ADDRESS)).words
    twice = Visitor(local, headers={"cookie": f"__Host-session={session}; __Host-session=x"})
    assert "Sign in with Microsoft" in (await twice.get(ADDRESS)).words


async def test_neither_counts_where_the_other_does(local: LocalApp):
    session = (await Visitor(local, admin(AGENCY)).get(ADDRESS)).outgoing.cookies[0].value
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    answer = await local.call("GET", path, headers={"cookie": f"__Host-session={session}"})
    assert answer.status == 401
    bearer = Visitor(local, headers={"authorization": json.dumps(admin(AGENCY))})
    assert "Sign in with Microsoft" in (await bearer.get(ADDRESS)).words


async def test_a_post_of_nobody_does_nothing(visitor: Visitor):
    fields = await opened(visitor)
    sent = await Visitor(visitor.local).post(DECLINE, fields)
    assert sent.status == 403
    assert "Sign in with Microsoft" in sent.words
    assert await nothing_happened(visitor)


async def test_what_every_page_tells_the_browser(local: LocalApp, visitor: Visitor):
    nobody, partner = Visitor(local), Visitor(local, user(DIRECT, "GlobalAdmin"))
    seen = [
        await visitor.get(ADDRESS),
        await visitor.get(DECLINE),
        await visitor.get("/invitations/x/y"),
        await nobody.get(ADDRESS),
        await partner.get(DECLINE),
        await visitor.get(f"{ADDRESS}?language=ko"),
        await visitor.post(DECLINE, {}, origin="null"),
        await visitor.post(DECLINE, await opened(visitor)),
    ]
    assert [each.status for each in seen] == [200, 200, 400, 200, 403, 303, 403, 303]
    for each in seen:
        headers = each.headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Location" not in headers or headers["Location"].startswith("/")


async def test_a_choice_of_a_language_leads_back_in_ascii(local: LocalApp):
    page = await Visitor(local).get("/invitations/\u00e9 X:/y?language=ko&other=1")
    assert page.headers["Location"] == "/invitations/%C3%A9%20X%3A/y"
