"""How a partner's own relationship with a customer ends: privileges given up, then all of it."""

from typing import Final

from functions.pages.area import Area
from functions.pages.trials import trial
from functions.partners import partner_customers_get
from functions.relationships import (
    relationships_get,
    relationships_remove,
    relationships_revoke_delegated_admin,
)
from shared import bootstrap
from shared.http.shapes.policy import Evaluated
from shared.web.engine.page import Page, Question
from shared.web.forms.form import Form
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_CUSTOMER: Final = "customers/{customerId}"
_ASKS: Final = {
    "relationship": Question(relationships_get),
    "customer": Question(partner_customers_get),
}

area.add(
    Page(
        name="page_customer_drop_privileges",
        route=f"{_CUSTOMER}/drop-privileges",
        title=text("Give up delegated admin privileges"),
        template="endings/drop_privileges.html",
        asks=_ASKS,
        form=Form(
            endpoint=relationships_revoke_delegated_admin,
            trial=trial(Evaluated.REVOKE_DELEGATED_ADMIN, at_once=True),
            decides=True,
            button=text("Record that you give them up"),
            after=f"/{_CUSTOMER}",
            done=lambda relationship: relationship["delegatedAdmin"] != "granted",
        ),
    )
)

area.add(
    Page(
        name="page_customer_remove",
        route=f"{_CUSTOMER}/remove",
        title=text("Remove the relationship"),
        template="endings/remove.html",
        asks=_ASKS,
        form=Form(
            endpoint=relationships_remove,
            trial=trial(Evaluated.REMOVE_RELATIONSHIP, at_once=True),
            decides=True,
            button=text("Record the removal"),
            after=f"/{_CUSTOMER}",
            done=lambda relationship: relationship["status"] == "removed",
        ),
    )
)
