"""Every cell of `visibility.py`."""

from datetime import timedelta

import pytest

from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, RESELLER, invitation_id
from tests.pages.addresses import UNHEARD, address
from tests.pages.visibility import TABLE
from tests.running.app import (
    GLOBAL_ADMINISTRATOR,
    OPERATOR_CLAIMS,
    LocalApp,
    Time,
    admin,
    user,
)
from tests.running.visitors import Seen, Visitor, pages

GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
UNTOLD = {name: value for name, value in admin(AGENCY).items() if name != "wids"}
CALLERS = {
    "C": admin(AGENCY),
    "D": user(AGENCY, wids=[GLOBAL_READER]),
    "g": user(AGENCY, wids=[GLOBAL_ADMINISTRATOR], acct=1),
    "w": UNTOLD,
    "c": admin(AGENCY),
    "P": user(DIRECT, "GlobalAdmin"),
    "H": user(DIRECT, "HelpdeskAgent"),
    "S": user(OTHER_DIRECT, "GlobalAdmin"),
    "h": user(OTHER_DIRECT, "HelpdeskAgent"),
    "Y": user(RESELLER, "GlobalAdmin"),
    "O": OPERATOR_CLAIMS,
    "T": admin(UNHEARD),
    "n": None,
}
LETTERS, *ROWS = TABLE.strip("\n").splitlines()
EXPECTED = {
    (name, who): sign
    for name, *signs in map(str.split, ROWS)
    for who, sign in zip(LETTERS.split(), signs, strict=True)
}


def visitor(local: LocalApp, who: str) -> Visitor:
    long_ago = Time().now() - timedelta(hours=1) if who == "c" else None
    return Visitor(local, CALLERS[who], signed_in=long_ago)


def sign(page: Seen) -> str:
    if page.status == 303:
        return ">"
    if page.status in {403, 404}:
        return {403: "-", 404: "."}[page.status]
    assert page.status == 200, page.html
    if 'href="/signin?return=' in page.html and "Sign in with Microsoft" in page.words:
        return "o"
    if "Sign in again to decide" in page.words:
        assert "form_token" not in page.fields
        return "a"
    return "f" if "form_token" in page.fields else "+"


def test_every_page_has_a_row():
    assert {name for name, _ in EXPECTED} == set(pages())


@pytest.mark.parametrize(("name", "who"), sorted(EXPECTED))
async def test_who_sees_what(operated: LocalApp, name: str, who: str):
    seen = await visitor(operated, who).get(address(name))
    assert sign(seen) == EXPECTED[name, who], seen.words


@pytest.mark.parametrize(("name", "who"), sorted(EXPECTED))
async def test_who_may_not_see_a_form_may_not_send_it(operated: LocalApp, name: str, who: str):
    """Not even with a token of somebody who may."""
    page = pages()[name]
    if page.form is None or EXPECTED[name, who] in {"f", "a"}:
        return  # Of the latter the token is the proof: see test_attacks.
    may = next((each for each in LETTERS.split() if EXPECTED[name, each] == "f"), None)
    if may is None:
        return  # What stands against it is said at once, so nobody gets a form.
    opened = await visitor(operated, may).get(address(name))
    fields = {"form_token": opened.fields["form_token"], "step": "confirm"}
    sent = await visitor(operated, who).post(address(name), fields)
    assert sent.status == 403


async def test_signed_out_what_is_there_and_what_is_not_look_the_same(local: LocalApp):
    nobody = Visitor(local)
    there = await nobody.get(f"/invitations/{AGENCY}/{invitation_id(1)}")
    absent = await nobody.get(f"/invitations/{AGENCY}/{invitation_id(2)}")
    assert there.html.replace(invitation_id(1), invitation_id(2)) == absent.html
    ids = {"x-ms-request-id", "traceparent"}
    apart = [{n: v for n, v in each.headers.items() if n not in ids} for each in (there, absent)]
    assert apart[0] == apart[1]


async def test_a_stranger_cannot_tell_what_is_there_either(local: LocalApp):
    stranger = visitor(local, "T")
    there = await stranger.get(f"/invitations/{AGENCY}/{invitation_id(1)}")
    absent = await stranger.get(f"/invitations/{AGENCY}/{invitation_id(2)}")
    assert (there.status, absent.status) == (404, 404)
    assert there.words.replace(invitation_id(1), invitation_id(2)) == absent.words
    assert f"belongs to the organization {AGENCY}" in there.words
    assert "Global Administrator" in there.words
