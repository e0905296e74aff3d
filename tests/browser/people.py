"""What people do in a browser: they follow a link, and sign in at the issuer's form."""

from playwright.sync_api import Page

from tests.running.client import GLOBAL_ADMINISTRATOR, Caller, World


def invited(world: World, customer: Caller, by: Caller | None = None, **body: str) -> str:
    """The path of a page: what an invitation's link leads to."""
    made = world.invited(by or world.partner(), customer, **body)
    return f"/invitations/{customer.tenant}/{made.rpartition('/')[2]}"


def sign_in(page: Page, tenant: str, *, wids: str = GLOBAL_ADMINISTRATOR, roles: str = "") -> None:
    """From a page of ours to the issuer's form and back."""
    page.get_by_role("button", name="Sign in with Microsoft").click()
    fill_in(page, tenant, wids=wids, roles=roles)


def fill_in(page: Page, tenant: str, *, wids: str = GLOBAL_ADMINISTRATOR, roles: str = "") -> None:
    """The issuer's form."""
    form = page.locator("form", has=page.get_by_label("App roles"))
    form.get_by_label("Tenant", exact=True).fill(tenant)
    form.get_by_label("Name", exact=True).fill("Min-jun Kim")
    form.get_by_label("App roles").fill(roles)
    form.get_by_label("Directory roles").fill(wids)
    form.get_by_role("button", name="Sign in").click()
