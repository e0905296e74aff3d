"""The own organization: its profile, whom it blocked, and its personal data."""

from typing import Final

from functions.blocked_partners import blocked_partners_list
from functions.customers import customers_get, customers_put
from functions.pages.area import Area
from functions.pages.recorded import recorded
from functions.personal_data import personal_data_erase
from shared import bootstrap
from shared.web.engine.page import Page, Question
from shared.web.forms.form import Field, Form
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "organization"


area.add(
    Page(
        name="page_organization",
        route=_ROUTE,
        title=text("Your organization"),
        template="organization/organization.html",
        asks={
            "blocks": Question(
                blocked_partners_list, query={"maxpagesize": "25"}, passes=("skiptoken",)
            ),
            "customer": Question(customers_get),
        },
    )
)

area.add(
    Page(
        name="page_organization_profile",
        route=f"{_ROUTE}/profile",
        title=text("Profile of your organization"),
        template="organization/profile.html",
        asks={"customer": Question(customers_get, absent=True)},
        form=Form(
            endpoint=customers_put,
            decides=True,
            button=text("Record the profile"),
            after=f"/{_ROUTE}",
            fields=(
                Field(
                    name="name",
                    label=text("Name of your organization"),
                    purpose="organization",
                    filled=recorded("customer", "name"),
                ),
                Field(
                    name="domain",
                    label=text("Domain of your organization"),
                    filled=recorded("customer", "domain"),
                ),
                Field(
                    name="country",
                    label=text("Country or region of your organization"),
                    purpose="country",
                    filled=recorded("customer", "country"),
                ),
            ),
        ),
    )
)

area.add(
    Page(
        name="page_organization_erasure",
        route=f"{_ROUTE}/personal-data/erase",
        title=text("Erase personal data"),
        template="organization/erasure.html",
        asks={"customer": Question(customers_get, absent=True)},
        form=Form(
            endpoint=personal_data_erase,
            decides=True,
            button=text("Erase for good"),
            after=f"/{_ROUTE}",
            fields=(
                Field(
                    name="invitationId",
                    label=text("Of one invitation only, by its id"),
                ),
            ),
        ),
    )
)
