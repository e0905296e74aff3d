"""How a partner ends its own relationship: privileges given up, what is in the way, removed."""

from typing import Any

import pytest

from functions.subscriptions import subscriptions_suspend
from shared.http.pipeline import App
from shared.web.engine import posting
from shared.web.engine.asking import Told
from shared.web.engine.page import Visit
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, invitation_id, subscription_id
from tests.pages.acting import confirmed
from tests.running.app import LocalApp, admin, user
from tests.running.visitors import Visitor

CUSTOMER = f"/customers/{AGENCY}"
DROP, REMOVE = f"{CUSTOMER}/drop-privileges", f"{CUSTOMER}/remove"
ONE = f"{CUSTOMER}/subscriptions/{subscription_id(1)}"
RELATIONSHIP = f"/api{CUSTOMER}/relationships/{OTHER_DIRECT}"
OWNER = user(OTHER_DIRECT, "GlobalAdmin")


@pytest.fixture
def owner(served: LocalApp) -> Visitor:
    return Visitor(served, OWNER)


async def recorded(local: LocalApp) -> dict[str, Any]:
    return (await local.call("GET", RELATIONSHIP, admin(AGENCY))).body


async def test_privileges_are_given_up_and_the_relationship_stays(served: LocalApp, owner: Visitor):
    opened = await owner.get(DROP)
    assert "The relationship stays, and so does every subscription." in opened.words
    review = await owner.post(DROP, {**opened.fields, "step": "review"})
    assert "What your groups may do at Microsoft stays until it is removed there." in review.words
    done = await confirmed(owner, DROP)
    assert (done.status, done.headers["Location"]) == (303, CUSTOMER)
    now = await recorded(served)
    assert (now["status"], now["delegatedAdmin"]) == ("active", "revokedByPartner")
    again = await owner.get(DROP)
    assert again.steps == []
    assert "This record holds no privileges of yours" in again.words


@pytest.mark.parametrize("address", [DROP, f"{CUSTOMER}/subscriptions/{subscription_id(9)}"])
async def test_who_lacks_the_role_is_sent_to_nobody_of_the_customer(served: LocalApp, address: str):
    page = await Visitor(served, user(OTHER_DIRECT, "HelpdeskAgent")).get(address)
    assert page.status in {403, 404}
    assert "Global admin of the partner" in page.words
    assert "belongs to the organization" not in page.words
    assert "Global Administrator of the organization" not in page.words


async def test_what_stands_in_the_way_is_listed_with_a_way_to_it(served: LocalApp, owner: Visitor):
    """Its own active plan and its reservation, and nothing of the other partner's."""
    reserved = f"/api{CUSTOMER}/subscriptions/{subscription_id(2)}"
    sale = sale_document(productType="azureReservation")
    assert (await served.call("PUT", reserved, OWNER, sale)).status == 201
    assert (await served.call("POST", f"{reserved}/suspend", OWNER)).status == 200
    accept = f"/api{CUSTOMER}/invitations/{invitation_id(1)}/accept"
    assert (await served.call("POST", accept, admin(AGENCY), {})).status == 200
    foreign = f"/api{CUSTOMER}/subscriptions/{subscription_id(3)}"
    made = await served.call("PUT", foreign, user(DIRECT, "GlobalAdmin"), sale_document())
    assert made.status == 201
    page = await owner.get(REMOVE)
    assert (page.status, page.steps) == (200, [])
    assert "What stands in the way" in page.words
    ways = [f"{CUSTOMER}/subscriptions/{subscription_id(number)}" for number in (1, 2)]
    assert [each in page.html for each in ways] == [True, True]
    assert subscription_id(3) not in page.html
    for each in ways:
        assert (await confirmed(owner, f"{each}/delete")).status == 303
    done = await confirmed(owner, REMOVE)
    assert (done.status, done.headers["Location"]) == (303, CUSTOMER)
    assert (await recorded(served))["status"] == "removed"
    assert (await owner.get(REMOVE)).steps == []


async def test_the_review_lists_what_ends_and_what_stays(served: LocalApp, owner: Visitor):
    assert (await confirmed(owner, f"{ONE}/suspend")).status == 303
    opened = await owner.get(REMOVE)
    review = await owner.post(REMOVE, {**opened.fields, "step": "review"})
    assert review.steps == ["confirm"]
    for said in (
        "What ends, and what stays",
        "Your delegated admin privileges end with it on this record.",
        "No subscription changes",
        "What your groups may do at Microsoft stays until it is removed there.",
    ):
        assert said in review.words
    assert (await recorded(served))["status"] == "active"


async def test_what_was_sold_meanwhile_stands_in_the_way(served: LocalApp, owner: Visitor):
    assert (await confirmed(owner, f"{ONE}/suspend")).status == 303
    fields = {**(await owner.get(REMOVE)).fields, "step": "confirm"}
    assert (await served.call("POST", f"/api{ONE}/reactivate", OWNER)).status == 200
    late = await owner.post(REMOVE, fields)
    assert late.status == 409
    assert f'href="{ONE}"' in late.html
    assert (await recorded(served))["status"] == "active"


async def test_what_the_customer_did_meanwhile_is_read_first(served: LocalApp, owner: Visitor):
    assert (await confirmed(owner, f"{ONE}/suspend")).status == 303
    fields = {**(await owner.get(REMOVE)).fields, "step": "confirm"}
    wish = {"reason": "We buy elsewhere"}
    asked = await served.call("POST", f"{RELATIONSHIP}/request-end", admin(AGENCY), wish)
    assert asked.status == 200
    late = await owner.post(REMOVE, fields)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert "Reason: We buy elsewhere" in late.words
    assert (await recorded(served))["status"] == "active"


@pytest.mark.parametrize(
    ("role", "drops", "removes"),
    [
        ("GlobalAdmin", 200, 200),
        ("AdminAgent", 200, 403),
        ("SalesAgent", 403, 403),
        ("UserManagementAdmin", 403, 403),
        ("HelpdeskAgent", 403, 403),
    ],
)
async def test_by_role(served: LocalApp, role: str, drops: int, removes: int):
    visitor = Visitor(served, user(OTHER_DIRECT, role))
    seen = [(await visitor.get(address)).status for address in (DROP, REMOVE)]
    assert seen == [drops, removes]


async def test_without_a_relationship_there_is_nothing(served: LocalApp):
    other = Visitor(served, user(DIRECT, "GlobalAdmin"))
    for address in (DROP, REMOVE):
        assert (await other.get(address)).status == 404


async def test_in_korean_with_its_words(served: LocalApp):
    visitor = Visitor(served, OWNER, {"accept-language": "ko"})
    for address, said in ((DROP, "위임된 관리 권한 포기"), (REMOVE, "제거를 막는 것")):
        page = await visitor.get(address)
        assert '<html lang="ko">' in page.html
        assert said in page.words
        for english in ("Customer", "organization", "privileges", "Remove", "subscription"):
            assert english not in page.words, english


async def test_what_has_to_wait_can_be_sent_again(owner: Visitor, monkeypatch: pytest.MonkeyPatch):
    """The page says to send the form again, so the form is there."""
    address, put = f"{ONE}/suspend", posting.put
    opened = await owner.get(address)

    async def busy(app: App, visit: Visit, endpoint: Any, *rest: Any, **more: Any) -> Told:
        if endpoint is subscriptions_suspend:
            return Told(429, {"error": {"message": "Too many"}}, {"Retry-After": "5"})
        return await put(app, visit, endpoint, *rest, **more)

    monkeypatch.setattr(posting, "put", busy)
    waits = await owner.post(address, {**opened.fields, "step": "confirm"})
    assert waits.status == 429
    assert "Wait 5 seconds, then send the form again." in waits.words
    monkeypatch.undo()
    review = await owner.post(address, {**waits.fields, "step": waits.steps[0]})
    done = await owner.post(address, {**review.fields, "step": "confirm"})
    assert done.status == 303
