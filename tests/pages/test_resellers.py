"""Links between a provider and its reseller: asked for, accepted and ended on pages (LNK-1)."""

import pytest

from tests.cast.bodies import partner_document
from tests.cast.ids import AGENCY, DIRECT, MPN, OTHER_DIRECT, PROVIDER, RESELLER, guid
from tests.pages.acting import confirmed
from tests.running.app import OPERATOR_CLAIMS, LocalApp, enrol, hire, user
from tests.running.visitors import SET_UP, Visitor

LIST, ASK = "/resellers", "/resellers/ask"
LINK = f"/resellers/{PROVIDER}/{RESELLER}"
ACCEPT, END = f"{LINK}/accept", f"{LINK}/end"
API = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"


@pytest.fixture
async def linking() -> LocalApp:
    local = LocalApp(SET_UP)
    await enrol(local, PROVIDER, RESELLER, DIRECT)
    return local


@pytest.fixture
def provider(linking: LocalApp) -> Visitor:
    return Visitor(linking, user(PROVIDER, "GlobalAdmin"))


@pytest.fixture
def reseller(linking: LocalApp) -> Visitor:
    return Visitor(linking, user(RESELLER, "GlobalAdmin"))


async def status(local: LocalApp) -> str | None:
    answer = await local.call("GET", API, user(PROVIDER, "GlobalAdmin"))
    return answer.body["status"] if answer.status == 200 else None


async def ask(visitor: Visitor, step: str, reseller_id: str = RESELLER):
    opened = await visitor.get(ASK)
    return await visitor.post(ASK, {**opened.fields, "resellerId": reseller_id, "step": step})


async def test_it_is_asked_for_accepted_and_ended(
    linking: LocalApp, provider: Visitor, reseller: Visitor
):
    assert "Your organization has asked no reseller yet." in (await provider.get(LIST)).words
    assert "No provider has asked your organization yet." in (await reseller.get(LIST)).words
    tried = await ask(provider, "preview")
    assert "Nothing stands against it now." in tried.words
    assert await status(linking) is None
    for _ in range(2):
        asked = await ask(provider, "confirm")
        assert (asked.status, asked.headers["Location"]) == (303, LIST)
    assert await status(linking) == "pending"
    await linking.follow()
    listed = await provider.get(LIST)
    assert f"Partner {MPN[RESELLER]} {MPN[RESELLER]} Asked, not accepted yet" in listed.words
    assert f'href="{ACCEPT}"' not in listed.html
    listed = await reseller.get(LIST)
    assert f"Partner {MPN[PROVIDER]} {MPN[PROVIDER]} Asked, not accepted yet" in listed.words
    assert f'href="{ACCEPT}"' in listed.html
    accepted = await confirmed(reseller, ACCEPT)
    assert (accepted.status, await status(linking)) == (303, "active")
    assert (await reseller.get(ACCEPT)).steps == []
    ended = await confirmed(provider, END)
    assert (ended.status, ended.headers["Location"]) == (303, LIST)
    assert await status(linking) == "ended"
    listed = await provider.get(LIST)
    assert "Ended" in listed.words
    assert END not in listed.html
    assert (await provider.get(END)).steps == []


async def test_either_side_ends_it(linking: LocalApp, provider: Visitor, reseller: Visitor):
    await ask(provider, "confirm")
    assert (await confirmed(reseller, END)).status == 303
    assert await status(linking) == "ended"


async def test_what_changed_meanwhile_is_not_accepted(
    linking: LocalApp, provider: Visitor, reseller: Visitor
):
    await ask(provider, "confirm")
    fields = {**(await reseller.get(ACCEPT)).fields, "step": "confirm"}
    assert (await confirmed(provider, END)).status == 303
    linking.clock.pass_by(minutes=1)
    assert (await linking.call("PUT", API, user(PROVIDER, "GlobalAdmin"))).status == 201
    late = await reseller.post(ACCEPT, fields)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert await status(linking) == "pending"


async def test_an_ended_one_says_so_as_soon_as_it_is_opened(provider: Visitor, reseller: Visitor):
    await ask(provider, "confirm")
    assert (await confirmed(provider, END)).status == 303
    page = await reseller.get(ACCEPT)
    assert (page.status, page.steps) == (200, [])
    assert "There is a problem" in page.words


@pytest.mark.parametrize("step", ["preview", "confirm"])
@pytest.mark.parametrize("typed", ["", "no id", " "])
async def test_what_is_no_organization_stands_at_its_field(
    provider: Visitor, step: str, typed: str
):
    page = await ask(provider, step, typed)
    assert page.status == 400
    assert 'href="#resellerId"' in page.html


@pytest.mark.parametrize("step", ["preview", "confirm"])
@pytest.mark.parametrize("asked", [DIRECT, OTHER_DIRECT, PROVIDER])
async def test_who_is_no_reseller_cannot_be_asked(provider: Visitor, step: str, asked: str):
    page = await ask(provider, step, asked)
    assert (page.status, 'href="#resellerId"' in page.html) == (409, True)


async def test_who_may_not_act_sees_no_button(linking: LocalApp, provider: Visitor):
    await ask(provider, "confirm")
    await linking.follow()
    for partner_id in (PROVIDER, RESELLER):
        looks = Visitor(linking, user(partner_id, "HelpdeskAgent"))
        page = await looks.get(LIST)
        assert page.status == 200
        for act in ("/ask", "/accept", "/end"):
            assert act not in page.html
        for address in (ASK, END):
            assert (await looks.get(address)).status == 403


async def test_who_sells_directly_has_none_and_is_offered_none(linking: LocalApp):
    page = await Visitor(linking, user(DIRECT, "GlobalAdmin")).get(LIST)
    assert "Your organization sells directly" in page.words
    assert "/ask" not in page.html


async def test_it_is_nobody_elses(linking: LocalApp, provider: Visitor):
    await ask(provider, "confirm")
    other = Visitor(linking, user(DIRECT, "GlobalAdmin"))
    for address in (ACCEPT, END):
        assert (await other.get(address)).status == 404
    assert (await provider.get(ACCEPT)).status == 404  # only the reseller accepts


async def test_in_korean_with_its_words(linking: LocalApp, provider: Visitor):
    await ask(provider, "confirm")
    await linking.follow()
    visitor = Visitor(linking, user(RESELLER, "GlobalAdmin"), {"accept-language": "ko"})
    headings = {LIST: "연결된 간접 공급자", ACCEPT: "연결 수락", END: "연결 끝내기"}
    for address, said in headings.items():
        page = await visitor.get(address)
        assert '<html lang="ko">' in page.html
        assert said in page.words
        for english in ("Reseller", "organization", "Provider", "Accept", "Asked"):
            assert english not in page.words, english


@pytest.mark.parametrize(
    ("page", "field", "by"),
    [
        (f"/customers/{AGENCY}/invite", "indirectResellerId", "organization"),
        ("/invitation-links/issue", "indirectResellerId", "organization"),
        (f"/customers/{AGENCY}/register", "partnerOfRecord", "mpn"),
    ],
)
async def test_of_many_resellers_the_first_are_picked_and_all_can_be_typed(
    linking: LocalApp, provider: Visitor, page: str, field: str, by: str
):
    """Names as long as they can be: a page stays within its budget, and nobody is unreachable."""
    owner = user(PROVIDER, "GlobalAdmin")
    resellers = [guid(number) for number in range(1001, 1061)]
    for number, each in enumerate(resellers, 5001):
        name = {"name": f"{number}{'한' * 124}", "type": "indirectReseller", "mpnId": str(number)}
        body = partner_document(RESELLER, **name)
        path = f"/api/partners/{each}"
        assert (await linking.call("PUT", path, OPERATOR_CLAIMS, body)).status == 201
        link = f"/api/partners/{PROVIDER}/resellers/{each}"
        assert (await linking.call("PUT", link, owner)).status == 201
        accepted = await linking.call("POST", f"{link}/accept", user(each, "GlobalAdmin"))
        assert accepted.status == 200
    if by == "mpn":
        with_one = {"indirectResellerId": resellers[0]}
        await hire(linking, PROVIDER, 1, **with_one)
    opened = await provider.get(page)
    assert f'<input id="{field}" name="{field}"' in opened.html
    assert opened.html.count("<option value=") - opened.html.count("</select>") * 11 == 50
    last = resellers[-1] if by == "organization" else "5060"
    assert last not in opened.html
    tried = await provider.post(page, {**opened.fields, field: last, "step": "preview"})
    assert f'name="{field}" value="{last}"' in tried.html
    assert f'<a href="#{field}">' not in tried.html


async def test_what_can_no_longer_be_picked_stays_in_the_field(
    linking: LocalApp, provider: Visitor
):
    page = f"/customers/{AGENCY}/invite"
    opened = await provider.get(page)
    gone = {**opened.fields, "indirectResellerId": RESELLER, "country": "US", "step": "preview"}
    refused = await provider.post(page, gone)
    assert refused.status == 409
    assert f'<option value="{RESELLER}" selected>' in refused.html


async def test_the_list_names_the_id_that_other_pages_ask_for(linking: LocalApp, provider: Visitor):
    assert (await ask(provider, "confirm")).status == 303
    assert f"<code>{RESELLER}</code>" in (await provider.get(LIST)).html
