"""Links that a partner hands to many customers: issued, used, revoked on pages."""

from typing import Any

import pytest

from tests.cast.bodies import ACCEPTANCE
from tests.cast.ids import BUREAU, DIRECT, PROVIDER, RESELLER, guid, link_id
from tests.pages.acting import confirmed
from tests.pages.walking import walk
from tests.running.app import LocalApp, admin, enrol, user
from tests.running.visitors import SET_UP, Visitor

LIST, ISSUE = "/invitation-links", "/invitation-links/issue"
USE, REVOKE = (f"{LIST}/{link_id(1)}/{act}" for act in ("use", "revoke"))
API = f"/api/partners/{RESELLER}/invitation-links"


@pytest.fixture
def visitor(local: LocalApp) -> Visitor:
    """Of the partner that issued a link already."""
    return Visitor(local, user(RESELLER, "SalesAgent"))


async def links(local: LocalApp, partner_id: str = RESELLER) -> list[dict[str, Any]]:
    path = f"/api/partners/{partner_id}/invitation-links"
    return (await local.call("GET", path, user(partner_id, "GlobalAdmin"))).body["value"]


async def test_a_link_is_issued_once_however_often_it_is_sent(local: LocalApp):
    visitor = Visitor(local, user(DIRECT, "SalesAgent"))
    assert "Your organization has no invitation link yet." in (await visitor.get(LIST)).words
    opened = await visitor.get(ISSUE)
    assert opened.steps == ["preview", "confirm"]
    assert (opened.fields["expiresInDays"], opened.fields["maxAcceptances"]) == ("30", "100")
    fields = {**opened.fields, "delegatedAdmin": "true", "maxAcceptances": "7"}
    tried = await visitor.post(ISSUE, {**fields, "step": "preview"})
    assert "Nothing stands against it now." in tried.words
    assert await links(local, DIRECT) == []
    ends = [await visitor.post(ISSUE, {**fields, "step": "confirm"}) for _ in range(2)]
    (made,) = await links(local, DIRECT)
    assert (made["delegatedAdmin"], made["maxAcceptances"]) == (True, 7)
    where = f"{LIST}/{made['id']}/use"
    assert [(each.status, each.headers["Location"]) for each in ends] == [(303, where)] * 2
    page = await visitor.get(where)
    assert made["url"] in page.words
    assert "0 of 7" in page.words
    assert "2026-12-01 08:00 UTC" in page.words


@pytest.mark.parametrize(
    ("typed", "status", "field"),
    [
        ({"maxAcceptances": "0"}, 400, "maxAcceptances"),
        ({"maxAcceptances": "many"}, 400, "maxAcceptances"),
        ({"expiresInDays": "366"}, 400, "expiresInDays"),
        ({"delegatedAdmin": ""}, 409, "delegatedAdmin"),  # GOV-1
    ],
    ids=str,
)
@pytest.mark.parametrize("step", ["preview", "confirm"])
async def test_what_is_wrong_stands_at_its_field(
    visitor: Visitor, step: str, typed: dict[str, str], status: int, field: str
):
    fields = {**(await visitor.get(ISSUE)).fields, "delegatedAdmin": "true", **typed, "step": step}
    page = await visitor.post(ISSUE, fields)
    assert page.status == status
    assert f'href="#{field}"' in page.html
    assert len(await links(visitor.local)) == 1


async def test_how_often_it_was_used_is_told(local: LocalApp, visitor: Visitor):
    path = f"/api/invitation-links/{RESELLER}/{link_id(1)}/accept"
    assert (await local.call("POST", path, admin(BUREAU), ACCEPTANCE)).status == 200
    assert "1 of 100" in (await visitor.get(LIST)).words
    page = await visitor.get(USE)
    assert "1 of 100" in page.words
    assert BUREAU not in page.html


async def test_it_is_revoked_with_a_review(local: LocalApp, visitor: Visitor):
    assert f'href="{REVOKE}"' in (await visitor.get(LIST)).html
    done = await confirmed(visitor, REVOKE)
    assert (done.status, done.headers["Location"]) == (303, LIST)
    page = await visitor.get(LIST)
    assert "Revoked" in page.words
    assert REVOKE not in page.html
    used = await visitor.get(USE)
    assert "Nobody can accept by this link any more." in used.words
    assert (await links(local))[0]["url"] not in used.html
    assert (await visitor.get(REVOKE)).steps == []


async def test_one_that_was_used_meanwhile_is_looked_at_again(local: LocalApp, visitor: Visitor):
    fields = {**(await visitor.get(REVOKE)).fields, "step": "confirm"}
    path = f"/api/invitation-links/{RESELLER}/{link_id(1)}/accept"
    assert (await local.call("POST", path, admin(BUREAU), ACCEPTANCE)).status == 200
    late = await visitor.post(REVOKE, fields)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert (await links(local))[0]["status"] == "active"


async def test_who_may_not_act_sees_no_button(local: LocalApp):
    looks = Visitor(local, user(RESELLER, "HelpdeskAgent"))
    for address in (LIST, USE):
        page = await looks.get(address)
        assert page.status == 200
        assert "/issue" not in page.html
        assert "/revoke" not in page.html
    for address in (ISSUE, REVOKE):
        assert (await looks.get(address)).status == 403


async def test_nobody_sees_the_links_of_others(local: LocalApp):
    other = Visitor(local, user(DIRECT, "GlobalAdmin"))
    assert link_id(1) not in (await other.get(LIST)).html
    for address in (USE, REVOKE):
        assert (await other.get(address)).status == 404


async def test_page_by_page_each_is_there_once(local: LocalApp, visitor: Visitor):
    for number in range(1, 31):
        path = f"{API}/{guid(number)}"
        made = await local.call(
            "PUT", path, user(RESELLER, "GlobalAdmin"), {"delegatedAdmin": True}
        )
        assert made.status == 201
    seen = [page.html.count("/use") for page in await walk(visitor, LIST)]
    assert seen == [25, 6]


async def test_a_provider_picks_the_reseller_with_which_it_sells():
    local = LocalApp(SET_UP)
    await enrol(local, PROVIDER, RESELLER)
    owner, link = user(PROVIDER, "GlobalAdmin"), f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    assert (await local.call("PUT", link, owner)).status == 201
    visitor = Visitor(local, user(PROVIDER, "SalesAgent"))
    assert f'<option value="{RESELLER}">' not in (await visitor.get(ISSUE)).html
    assert (await local.call("POST", f"{link}/accept", user(RESELLER, "GlobalAdmin"))).status == 200
    opened = await visitor.get(ISSUE)
    assert f'<option value="{RESELLER}">Partner 3001</option>' in opened.html
    fields = {**opened.fields, "delegatedAdmin": "true", "step": "confirm"}
    nobody = await visitor.post(ISSUE, fields)
    assert (nobody.status, 'href="#indirectResellerId"' in nobody.html) == (409, True)
    made = await visitor.post(ISSUE, {**fields, "indirectResellerId": RESELLER})
    assert made.status == 303
    for address in (LIST, made.headers["Location"]):
        assert "Partner 3001, MPN ID 3001" in (await visitor.get(address)).words


async def test_in_korean_with_its_words(local: LocalApp):
    visitor = Visitor(local, user(RESELLER, "GlobalAdmin"), {"accept-language": "ko"})
    for address, said in (
        (LIST, "초대 링크"),
        (ISSUE, "링크 발급"),
        (USE, "고객에게 전달할 주소"),
        (REVOKE, "초대 링크 철회"),
    ):
        page = await visitor.get(address)
        assert '<html lang="ko">' in page.html
        assert said in page.words
        for english in ("Invitation", "organization", "customer", "Revoke", "Accepted"):
            assert english not in page.words, english
