"""What people do before they are where a test begins."""

from playwright.sync_api import Page

from tests.running.client import GLOBAL_ADMINISTRATOR, Caller, World


def invited(world: World, customer: Caller) -> str:
    """The path of a page: what an invitation's link leads to."""
    return (
        world.invited(world.partner(), customer)
        .replace("/customers/", "/invitations/")
        .replace(f"{customer.tenant}/invitations/", f"{customer.tenant}/")
    )


def sign_in(page: Page, tenant: str, *, wids: str = GLOBAL_ADMINISTRATOR) -> None:
    """From a page of ours to the issuer's form and back."""
    page.get_by_role("button", name="Sign in with Microsoft").click()
    fill_in(page, tenant, wids=wids)


def fill_in(page: Page, tenant: str, *, wids: str = GLOBAL_ADMINISTRATOR) -> None:
    """The issuer's form."""
    form = page.locator("form", has=page.get_by_label("App roles"))
    form.get_by_label("Tenant", exact=True).fill(tenant)
    form.get_by_label("Name", exact=True).fill("Min-jun Kim")
    form.get_by_label("Directory roles").fill(wids)
    form.get_by_role("button", name="Sign in").click()
