"""What holds for every form there is: where it comes from, when, how often, and where it leads."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from shared.web.forms.submissions import steps
from tests.cast.bodies import SIGNER
from tests.cast.ids import AGENCY, DIRECT
from tests.pages.acting import entries
from tests.pages.addresses import address, customer
from tests.running.app import LocalApp, admin, user
from tests.running.visitors import Seen, Visitor, pages

FORMS: Final = sorted(name for name, page in pages().items() if page.form)
AGREED: Final = {f"customerAgreement.{name}": value for name, value in SIGNER.items()}
PROFILE: Final = {"name": "Agency", "domain": "agency.example", "country": "US"}
TYPED: Final[Mapping[str, Mapping[str, str]]] = {
    "page_invitation_accept": {"country": "US"},
    "page_offer_accept": {"country": "US"},
    "page_organization_profile": PROFILE,
    "page_organization_erasure": {},
    "page_invite": {"country": "US"},
}
PARTNER: Final = user(DIRECT, "GlobalAdmin")
PARTNERS: Final = {"page_invite", "page_invitation_cancel"}
"""What is the partner's to send; everything else is the customer's."""


@pytest.fixture
def visitor(served: LocalApp, name: str) -> Visitor:
    return Visitor(served, PARTNER if name in PARTNERS else admin(AGENCY))


async def recorded(visitor: Visitor, name: str) -> int:
    return await entries(visitor.local, customer(name))


async def filled(visitor: Visitor, name: str) -> dict[str, str]:
    """The form as it would be confirmed."""
    opened = await visitor.get(address(name))
    assert opened.steps, opened.words
    typed = {key: value for key, value in AGREED.items() if key in opened.fields}
    return {**opened.fields, **typed, **TYPED.get(name, {}), "step": "confirm"}


async def sent(visitor: Visitor, name: str, fields: Any, **headers: Any) -> Seen:
    return await visitor.post(address(name), fields, **headers)


@pytest.mark.parametrize("name", FORMS)
async def test_what_comes_from_elsewhere_does_nothing(visitor: Visitor, name: str):
    fields, before = await filled(visitor, name), await recorded(visitor, name)
    foreign = {key: value for key, value in fields.items() if key != "form_token"}
    other = admin(AGENCY) if name in PARTNERS else PARTNER
    for refused in (
        await sent(visitor, name, fields, origin="null"),
        await sent(visitor, name, fields, origin=None),
        await sent(visitor, name, fields, origin="https://evil.example"),
        await sent(visitor, name, fields, sec_fetch_site="cross-site"),
        await sent(visitor, name, foreign),
        await sent(Visitor(visitor.local, other), name, fields),
        await sent(Visitor(visitor.local), name, fields),
    ):
        assert refused.status == 403
    assert await recorded(visitor, name) == before


@pytest.mark.parametrize("name", FORMS)
async def test_a_late_one_does_nothing(visitor: Visitor, name: str):
    fields, before = await filled(visitor, name), await recorded(visitor, name)
    visitor.local.clock.pass_by(seconds=1200)
    late = await sent(visitor, name, fields)
    assert (late.status, late.steps) == (403, [])
    assert "This form is too old" in late.words
    assert await recorded(visitor, name) == before


@pytest.mark.parametrize("name", FORMS)
async def test_sent_twice_it_has_one_effect_and_leads_to_a_page_of_ours(
    visitor: Visitor, name: str
):
    fields, before = await filled(visitor, name), await recorded(visitor, name)
    first = await sent(visitor, name, fields)
    assert first.status == 303, first.words
    done = await recorded(visitor, name)
    assert done == before + 1
    again = await sent(visitor, name, fields)
    assert again.status in {303, 409}
    assert await recorded(visitor, name) == done
    location = first.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith("//")
    assert (await visitor.get(location)).status in {200, 303}


@pytest.mark.parametrize("name", FORMS)
async def test_nothing_is_recorded_before_it_is_confirmed(visitor: Visitor, name: str):
    """Whatever else it can be asked for; what can only be confirmed has no other step."""
    fields, before = await filled(visitor, name), await recorded(visitor, name)
    form = pages()[name].form
    for step in ("preview", "review"):
        tried = await sent(visitor, name, {**fields, "step": step})
        assert tried.status == (200 if form and step in steps(form) else 400), step
        assert tried.status == 400 or {"confirm", "review"} & set(tried.steps)
    assert await recorded(visitor, name) == before
