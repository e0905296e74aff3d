"""A customer with an invitation that waits, a link for anybody, and people who visit."""

import pytest

from tests.cast.ids import AGENCY, DIRECT, RESELLER, invitation_id, link_id
from tests.running.app import LocalApp, enrol, user
from tests.running.visitors import SET_UP


@pytest.fixture
async def local() -> LocalApp:
    made = LocalApp(SET_UP)
    await enrol(made, DIRECT, RESELLER)
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    body = {"delegatedAdmin": True, "message": "Hello <b>you</b>"}
    answer = await made.call("PUT", path, user(DIRECT, "GlobalAdmin"), body)
    assert answer.status == 201
    path = f"/api/partners/{RESELLER}/invitation-links/{link_id(1)}"
    answer = await made.call("PUT", path, user(RESELLER, "GlobalAdmin"), {"delegatedAdmin": True})
    assert answer.status == 201
    return made
