"""What holds for every form there is: where it comes from, when, how often, and where it leads."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from shared.policy.callers import CallerRole
from shared.web.forms.submissions import steps
from tests.cast.bodies import SIGNER, sale_document
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    OTHER_RESELLER,
    PROVIDER,
    RESELLER,
    guid,
    subscription_id,
)
from tests.pages.acting import SOLD, entries, writes
from tests.pages.addresses import IN_TWO_TIERS, address, customer
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user
from tests.running.visitors import SET_UP, Seen, Visitor, pages

FORMS: Final = sorted(name for name, page in pages().items() if page.form)
AGREED: Final = {f"customerAgreement.{name}": value for name, value in SIGNER.items()}
PROFILE: Final = {"name": "Agency", "domain": "agency.example", "country": "US"}
ENROLMENT: Final = {
    "partnerId": guid(77),
    "name": "Fabrikam",
    "type": "directBill",
    "mpnId": "7701",
    "mpnCountry": "US",
    "country": "US",
}
PIPELINE: Final = {"source": "https://crm.fabrikam.example", "types.customer-profile": "true"}
TYPED: Final[Mapping[str, Mapping[str, str]]] = {
    "page_invitation_accept": {"country": "US"},
    "page_offer_accept": {"country": "US"},
    "page_organization_profile": PROFILE,
    "page_organization_erasure": {},
    "page_invite": {"country": "US"},
    "page_customer_register": {**SOLD, "subscriptionId": subscription_id(4)},
    "page_customer_subscription_update": {"quantity": "30"},
    "page_invitation_link_issue": {"delegatedAdmin": "true"},
    "page_reseller_ask": {"resellerId": OTHER_RESELLER},
    IN_TWO_TIERS: {"partnerOfRecord": MPN[RESELLER]},
    "page_partner_enrol": ENROLMENT,
    "page_partner_update": {"resourcesPerSecond": "20"},
    "page_pipeline_register": {"pipelineId": "crm", **PIPELINE},
    "page_pipeline_replace": PIPELINE,
    "page_dead_letter_close": {"reason": "Nobody needs it"},
}
SENDERS: Final[Mapping[str, tuple[str, ...]]] = {
    DIRECT: ("page_invite", "page_invitation_cancel"),
    OTHER_DIRECT: (
        "page_customer_register",
        "page_customer_subscription_update",
        "page_customer_subscription_suspend",
        "page_customer_subscription_reactivate",
        "page_customer_subscription_delete",
        "page_customer_drop_privileges",
        "page_customer_remove",
    ),
    PROVIDER: (IN_TWO_TIERS, "page_reseller_ask"),
    RESELLER: (
        "page_invitation_link_issue",
        "page_invitation_link_revoke",
        "page_reseller_accept",
        "page_reseller_end",
    ),
}
"""What is a partner's to send; everything else is the customer's."""
PARTNERS: Final = {name: each for each, names in SENDERS.items() for name in names}
LEDGERS: Final = {
    "page_invitation_link_issue": RESELLER,
    "page_invitation_link_revoke": RESELLER,
    "page_reseller_ask": PROVIDER,
    "page_reseller_accept": PROVIDER,
    "page_reseller_end": PROVIDER,
}
"""Where it is recorded, if not at a customer."""


def operators(name: str) -> bool:
    return CallerRole.OPERATOR in pages()[name].roles(SET_UP.role_preset)


@pytest.fixture
async def visitor(operated: LocalApp, name: str) -> Visitor:
    await prepared(operated, name)
    if operators(name):
        return Visitor(operated, OPERATOR_CLAIMS)
    sender = PARTNERS.get(name)
    return Visitor(operated, user(sender, "GlobalAdmin") if sender else admin(AGENCY))


async def prepared(local: LocalApp, name: str) -> None:
    """Something is there for which the form can be sent."""
    match name:
        case "page_customer_remove" | "page_customer_subscription_reactivate":
            path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}/suspend"
            assert (await local.call("POST", path, user(OTHER_DIRECT, "GlobalAdmin"))).status == 200
        case "page_reseller_ask":
            await enrol(local, OTHER_RESELLER)
        case "page_customer_subscription_of_record":
            owner, link = user(PROVIDER, "GlobalAdmin"), f"/resellers/{RESELLER}/accept"
            reseller = user(RESELLER, "GlobalAdmin")
            accepted = await local.call("POST", f"/api/partners/{PROVIDER}{link}", reseller)
            assert accepted.status == 200
            await hire(local, PROVIDER, 5, indirectResellerId=RESELLER)
            path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(5)}"
            assert (await local.call("PUT", path, owner, sale_document())).status == 201
        case _:
            pass


async def recorded(visitor: Visitor, name: str) -> int:
    """How many entries the ledger has; of what an operator does, how often anything was written."""
    if operators(name):
        return writes(visitor.local)
    return await entries(visitor.local, LEDGERS.get(name) or customer(name))


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
    other = admin(AGENCY) if name in PARTNERS else user(DIRECT, "GlobalAdmin")
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
    assert done > before if operators(name) else done == before + 1
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
