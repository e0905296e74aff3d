"""What the own partner sells to a customer: registered, changed, suspended, deleted."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from functions.me import me_get
from functions.pages.area import Area
from functions.pages.partners import LINKED, linked, linked_beyond, own_type_is
from functions.pages.trials import trial
from functions.partners import partner_customers_get
from functions.relationships import relationships_get
from functions.subscriptions import (
    subscriptions_delete,
    subscriptions_get,
    subscriptions_patch,
    subscriptions_put,
    subscriptions_reactivate,
    subscriptions_set_partner_of_record,
    subscriptions_suspend,
)
from shared import bootstrap
from shared.canonical import JsonObject
from shared.http.shapes.policy import Evaluated
from shared.model.models import PartnerType
from shared.web.engine.page import Page, Question
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_CUSTOMER: Final = "customers/{customerId}"
_ROUTE: Final = f"{_CUSTOMER}/subscriptions/{{subscriptionId}}"
_SUBSCRIPTION: Final = Question(subscriptions_get)
_OF_CUSTOMER: Final = Question(partner_customers_get)
_ME: Final = Question(me_get)

type _Known = Mapping[str, JsonObject | None]


def _now(name: str) -> Callable[[_Known], str]:
    """What the subscription says under this name; of a box, whether it is ticked."""

    def filled(known: _Known) -> str:
        value = (known["subscription"] or {}).get(name)
        return {True: "true", False: "", None: ""}.get(cast("bool | None", value), str(value))

    return filled


def _is(status: str) -> Callable[[JsonObject], bool]:
    return lambda subscription: subscription["status"] == status


_OF_RECORD: Final = Field(
    name="partnerOfRecord",
    label=text("Partner of record"),
    kind=Kind.PICK,
    options=linked("reseller", "MpnId"),
    beyond=linked_beyond,
    shown=own_type_is(PartnerType.INDIRECT_PROVIDER),
)

_SOLD: Final = (
    Field(name="subscriptionId", label=text("Subscription ID at Microsoft")),
    Field(
        name="productType",
        label=text("Kind of product"),
        kind=Kind.CHOICE,
        choices={
            "onlineService": text("Online service"),
            "azurePlan": text("Azure plan"),
            "azureReservation": text("Azure reservation"),
            "software": text("Software"),
        },
    ),
    Field(name="offerId", label=text("Offer's ID at Microsoft")),
    Field(name="offerName", label=text("Offer's name")),
    Field(name="friendlyName", label=text("Name among you and the customer")),
    Field(name="externalReference", label=text("Your own reference")),
    Field(name="quantity", label=text("Quantity"), kind=Kind.NUMBER),
    Field(name="unitType", label=text("Unit")),
    Field(
        name="billingType",
        label=text("Billed by"),
        kind=Kind.CHOICE,
        choices={"license": text("License"), "usage": text("Usage")},
    ),
    Field(name="term.duration", label=text("How long a term lasts")),
    Field(name="term.startsAt", label=text("First day of the term"), kind=Kind.MIDNIGHT),
    Field(name="term.endsAt", label=text("First day after the term"), kind=Kind.MIDNIGHT),
    Field(
        name="term.billingCycle",
        label=text("Billed how often"),
        kind=Kind.CHOICE,
        choices={
            "monthly": text("monthly"),
            "annual": text("annually"),
            "biennial": text("every two years"),
            "triennial": text("every three years"),
            "oneTime": text("once"),
            "none": text("not billed"),
        },
    ),
    Field(name="autoRenew", label=text("Renews by itself"), kind=Kind.FLAG),
    _OF_RECORD,
)

area.add(
    Page(
        name="page_customer_register",
        route=f"{_CUSTOMER}/register",
        title=text("Register a subscription"),
        template="sales/register.html",
        asks={
            "relationship": Question(relationships_get),
            "customer": _OF_CUSTOMER,
            "me": _ME,
            "resellers": LINKED,
        },
        form=Form(
            endpoint=subscriptions_put,
            trial=trial(Evaluated.REGISTER),
            adds=True,
            button=text("Record the subscription"),
            after=f"/{_ROUTE}",
            fields=_SOLD,
        ),
    )
)

area.add(
    Page(
        name="page_customer_subscription",
        route=_ROUTE,
        title=text("Subscription"),
        template="sales/subscription.html",
        asks={"subscription": _SUBSCRIPTION, "customer": _OF_CUSTOMER, "me": _ME},
        offers={
            "change": subscriptions_patch,
            "suspend": subscriptions_suspend,
            "reactivate": subscriptions_reactivate,
            "delete": subscriptions_delete,
            "name": subscriptions_set_partner_of_record,
        },
    )
)

area.add(
    Page(
        name="page_customer_subscription_update",
        route=f"{_ROUTE}/update",
        title=text("Change the subscription"),
        template="sales/update.html",
        asks={"subscription": _SUBSCRIPTION, "customer": _OF_CUSTOMER},
        form=Form(
            endpoint=subscriptions_patch,
            trial=trial(Evaluated.UPDATE),
            button=text("Record the change"),
            after=f"/{_ROUTE}",
            fields=(
                Field(
                    name="quantity",
                    label=text("Quantity"),
                    kind=Kind.NUMBER,
                    filled=_now("quantity"),
                ),
                Field(
                    name="friendlyName",
                    label=text("Name among you and the customer"),
                    filled=_now("friendlyName"),
                    cleared=True,
                ),
                Field(
                    name="term.endsAt",
                    label=text("First day after the term"),
                    kind=Kind.MIDNIGHT,
                ),
                Field(
                    name="autoRenew",
                    label=text("Renews by itself"),
                    kind=Kind.FLAG,
                    filled=_now("autoRenew"),
                ),
            ),
        ),
    )
)

area.add(
    Page(
        name="page_customer_subscription_suspend",
        route=f"{_ROUTE}/suspend",
        title=text("Suspend the subscription"),
        template="sales/suspend.html",
        asks={"subscription": _SUBSCRIPTION, "customer": _OF_CUSTOMER},
        form=Form(
            endpoint=subscriptions_suspend,
            trial=trial(Evaluated.SUSPEND, at_once=True),
            decides=True,
            button=text("Record the suspension"),
            after=f"/{_ROUTE}",
            done=_is("suspended"),
        ),
    )
)

area.add(
    Page(
        name="page_customer_subscription_reactivate",
        route=f"{_ROUTE}/reactivate",
        title=text("Reactivate the subscription"),
        template="sales/reactivate.html",
        asks={"subscription": _SUBSCRIPTION, "customer": _OF_CUSTOMER},
        form=Form(
            endpoint=subscriptions_reactivate,
            trial=trial(Evaluated.REACTIVATE, at_once=True),
            button=text("Record the reactivation"),
            after=f"/{_ROUTE}",
            done=_is("active"),
        ),
    )
)

area.add(
    Page(
        name="page_customer_subscription_delete",
        route=f"{_ROUTE}/delete",
        title=text("Delete the subscription"),
        template="sales/delete.html",
        asks={"subscription": _SUBSCRIPTION, "customer": _OF_CUSTOMER},
        form=Form(
            endpoint=subscriptions_delete,
            trial=trial(Evaluated.DELETE, at_once=True),
            decides=True,
            button=text("Delete for good"),
            after=f"/{_ROUTE}",
            done=_is("deleted"),
        ),
    )
)

area.add(
    Page(
        name="page_customer_subscription_of_record",
        route=f"{_ROUTE}/set-partner-of-record",
        title=text("Name the partner of record"),
        template="sales/of_record.html",
        asks={
            "subscription": _SUBSCRIPTION,
            "customer": _OF_CUSTOMER,
            "me": _ME,
            "resellers": LINKED,
        },
        form=Form(
            endpoint=subscriptions_set_partner_of_record,
            trial=trial(Evaluated.SET_PARTNER_OF_RECORD),
            decides=True,
            button=text("Record the partner of record"),
            after=f"/{_ROUTE}",
            fields=(_OF_RECORD,),
        ),
    )
)
