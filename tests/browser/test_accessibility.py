"""axe finds nothing on any page, in light and dark; the pages themselves run no script."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import Axe
from tests.browser.operators import OF_OPERATORS, operated
from tests.browser.people import invited, sign_in
from tests.running.client import OPERATOR_TENANT, Caller, World
from tests.running.system import System
from tests.running.visitors import pages
from tests.running.waiting import eventually

ADDRESSES = {
    "page_home": "/",
    "page_invitation": "{invitation}",
    "page_invitation_accept": "{invitation}/accept",
    "page_invitation_decline": "{invitation}/decline",
    "page_offer": "{offer}",
    "page_offer_accept": "{offer}/accept",
    "page_relationships": "/relationships",
    "page_relationship": "{relationship}",
    "page_relationship_revoke_delegated_admin": "{relationship}/revoke-delegated-admin",
    "page_relationship_request_end": "{relationship}/request-end",
    "page_partner_block": "{relationship}/block",
    "page_partner_unblock": "{blocked}/unblock",
    "page_subscriptions": "/subscriptions",
    "page_subscription": "{subscription}",
    "page_subscription_dispute": "{subscription}/dispute",
    "page_activity": "/activity",
    "page_activity_entry": "/activity/entries/1",
    "page_activity_verification": "/activity/verification",
    "page_activity_checkpoints": "/activity/checkpoints",
    "page_activity_checkpoint": "{checkpoint}",
    "page_activity_downloads": "/activity/downloads",
    "page_organization": "/organization",
    "page_organization_profile": "/organization/profile",
    "page_organization_erasure": "/organization/personal-data/erase",
}
"""Every page that is looked at and not taken away, where a customer's person may see it."""

OF_PARTNERS = {
    "page_customers": "/customers",
    "page_customer": "{customer}",
    "page_customer_invitations": "{customer}/invitations",
    "page_invite": "{customer}/invite",
    "page_invitation_email": "{sent}/email",
    "page_invitation_cancel": "{sent}/cancel",
}
"""Likewise a person of the partner that invited."""

OF_PROVIDERS = {
    "page_customer_register": "{hirer}/register",
    "page_customer_subscription": "{sale}",
    "page_customer_subscription_update": "{sale}/update",
    "page_customer_subscription_of_record": "{sale}/set-partner-of-record",
    "page_customer_subscription_suspend": "{sale}/suspend",
    "page_customer_subscription_reactivate": "{paused}/reactivate",
    "page_customer_subscription_delete": "{sale}/delete",
    "page_customer_drop_privileges": "{hirer}/drop-privileges",
    "page_customer_remove": "{hirer}/remove",
    "page_invitation_links": "/invitation-links",
    "page_invitation_link_issue": "/invitation-links/issue",
    "page_invitation_link_use": "{link}/use",
    "page_invitation_link_revoke": "{link}/revoke",
    "page_resellers": "/resellers",
    "page_reseller_ask": "/resellers/ask",
    "page_reseller_end": "{asked}/end",
}
"""Likewise a person of the provider that was hired."""

OF_RESELLERS = {"page_reseller_accept": "{asked}/accept"}
"""Likewise a person of the reseller that is asked."""

NOTICES = ("/signin/callback?state=x&code=y", "/signin/consented", "/invitations/x/y")


@pytest.fixture(scope="module")
def customer(world: World) -> Caller:
    return world.customer()


@pytest.fixture(scope="module")
def known(world: World, customer: Caller) -> dict[str, str]:
    """What the addresses name: an invitation by two companies, a link, whom the customer hired."""
    provider, reseller = world.linked()
    invitation = invited(
        world, customer, provider, indirectResellerId=reseller.tenant, message="Hello"
    )
    offering, link = world.partner(), str(uuid4())
    issued = f"/partners/{offering.tenant}/invitation-links/{link}"
    assert offering.put(issued, {"delegatedAdmin": True}).status_code == 201
    sent = world.invited(offering, customer, externalReference="CRM-7", message="Hello")
    seller, blocked = world.partner(), world.partner()
    world.hired(seller, customer)
    sold = world.sold(seller, customer, productType="azurePlan", billingType="usage")
    block = f"/customers/{customer.tenant}/blocked-partners/{blocked.tenant}"
    assert customer.put(block).status_code == 201
    assert world.operator.post("/sweeps").status_code in {200, 201}
    path = f"/customers/{customer.tenant}/ledger/proof"
    proof = eventually(lambda: customer.get(path), lambda answer: answer.status_code == 200)
    return {
        **two_tiers(world, provider, reseller),
        **operated(world, seller, proof.json()["checkpoint"]["id"]),
        "checkpoint": f"/activity/checkpoints/{proof.json()['checkpoint']['id']}",
        "invitation": invitation,
        "offering": offering.tenant,
        "customer": f"/customers/{customer.tenant}",
        "sent": sent,
        "offer": f"/invite/{offering.tenant}/{link}",
        "relationship": f"/relationships/{seller.tenant}",
        "subscription": f"/subscriptions/{sold.rpartition('/')[2]}",
        "blocked": f"/relationships/{blocked.tenant}",
    }


def two_tiers(world: World, provider: Caller, reseller: Caller) -> dict[str, str]:
    """What a provider sold beside its reseller, what it offers, and whom it asks to link."""
    hirer, named = world.customer(), {"indirectResellerId": reseller.tenant}
    world.hired(provider, hirer, **named)
    sale, paused = world.sold(provider, hirer), world.sold(provider, hirer)
    assert provider.post(f"{paused}/suspend").status_code == 200
    link, asked = str(uuid4()), world.partner("indirectReseller")
    issued = f"/partners/{provider.tenant}/invitation-links/{link}"
    assert provider.put(issued, {"delegatedAdmin": True, **named}).status_code == 201
    assert provider.put(f"/partners/{provider.tenant}/resellers/{asked.tenant}").status_code == 201
    return {
        "provider": provider.tenant,
        "reseller": asked.tenant,
        "hirer": f"/customers/{hirer.tenant}",
        "sale": sale,
        "paused": paused,
        "link": f"/invitation-links/{link}",
        "asked": f"/resellers/{provider.tenant}/{asked.tenant}",
    }


@pytest.fixture(scope="module")
def page(
    plain_browser: BrowserContext, system: System, customer: Caller, known: dict[str, str]
) -> Iterator[Page]:
    """Signed in."""
    plain_browser.clear_cookies()
    page = plain_browser.new_page()
    page.goto(f"{system.base_url}{known['invitation']}")
    sign_in(page, customer.tenant)
    yield page
    page.close()


def test_every_page_has_an_address():
    named = {*ADDRESSES, *OF_PARTNERS, *OF_PROVIDERS, *OF_RESELLERS, *OF_OPERATORS}
    assert named == {name for name, each in pages().items() if not each.download}


@pytest.mark.parametrize("name", ADDRESSES)
def test_axe_finds_nothing(axe: Axe, page: Page, system: System, known: dict[str, str], name: str):
    page.goto(f"{system.base_url}{ADDRESSES[name].format_map(known)}")
    assert axe.findings(page) == []


@pytest.mark.parametrize("address", NOTICES)
def test_nor_where_nothing_is(axe: Axe, page: Page, system: System, address: str):
    page.goto(f"{system.base_url}{address}")
    assert axe.findings(page) == []


@pytest.fixture(scope="module")
def partners_page(page: Page, system: System, known: dict[str, str]) -> Page:
    """The same page, where a partner's Global admin signs in instead."""
    page.context.clear_cookies()
    page.goto(f"{system.base_url}/customers")
    sign_in(page, known["offering"], wids="", roles="GlobalAdmin")
    return page


@pytest.mark.parametrize("name", OF_PARTNERS)
def test_nor_on_a_partners_pages(
    axe: Axe,
    partners_page: Page,
    system: System,
    known: dict[str, str],
    name: str,
):
    answer = partners_page.goto(f"{system.base_url}{OF_PARTNERS[name].format_map(known)}")
    assert answer
    assert answer.status == 200
    assert axe.findings(partners_page) == []


@pytest.fixture(scope="module")
def operators_page(page: Page, system: System) -> Page:
    """The same page, where an operator signs in."""
    page.context.clear_cookies()
    page.goto(f"{system.base_url}/operations")
    sign_in(page, OPERATOR_TENANT, wids="", roles="PlatformOperator")
    return page


@pytest.mark.parametrize("name", OF_OPERATORS)
def test_nor_on_the_operators_pages(
    axe: Axe,
    operators_page: Page,
    system: System,
    known: dict[str, str],
    name: str,
):
    answer = operators_page.goto(f"{system.base_url}{OF_OPERATORS[name].format_map(known)}")
    assert answer
    assert answer.status == 200
    assert axe.findings(operators_page) == []


@pytest.fixture(scope="module")
def tiers_page(
    page: Page, system: System, known: dict[str, str], request: pytest.FixtureRequest
) -> Page:
    """The same page, where the Global admin of one of two linked companies signs in."""
    page.context.clear_cookies()
    page.goto(f"{system.base_url}/resellers")
    sign_in(page, known[request.param], wids="", roles="GlobalAdmin")
    return page


@pytest.mark.parametrize(
    ("tiers_page", "address"),
    [
        *(("provider", address) for address in OF_PROVIDERS.values()),
        *(("reseller", address) for address in OF_RESELLERS.values()),
    ],
    indirect=["tiers_page"],
)
def test_nor_in_two_tiers(
    axe: Axe, tiers_page: Page, system: System, known: dict[str, str], address: str
):
    answer = tiers_page.goto(f"{system.base_url}{address.format_map(known)}")
    assert answer
    assert answer.status == 200
    assert axe.findings(tiers_page) == []


def test_nor_in_a_form_with_problems_its_review_and_what_is_on_record(
    axe: Axe, page: Page, world: World, system: System, known: dict[str, str]
):
    """Of a customer that has agreed to nothing yet: it is asked for everything."""
    page.context.clear_cookies()
    page.goto(f"{system.base_url}{known['offer']}/accept")
    sign_in(page, world.customer().tenant)
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert axe.findings(page) == []
    page.get_by_label("First name").fill("Min-jun")
    page.get_by_label("Last name").fill("Kim")
    page.get_by_label("E-mail address").fill("min-jun@contoso.example")
    page.get_by_label("Country").fill("US")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    assert axe.findings(page) == []
    page.get_by_role("button", name="Record acceptance").click()
    expect(page.get_by_text("Accepted on")).to_be_visible()
    assert axe.findings(page) == []


def test_nor_for_somebody_who_is_signed_out(
    axe: Axe, page: Page, system: System, known: dict[str, str]
):
    """Last: nobody signs in again."""
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Signed in as")).to_be_hidden()
    assert axe.findings(page) == []
    page.goto(f"{system.base_url}{known['invitation']}")
    assert axe.findings(page) == []
