"""Subscriptions of a customer: what partners recorded that it bought, and its objection."""

from typing import Final

from functions.pages.area import Area
from functions.relationships import relationships_list
from functions.subscriptions import subscriptions_dispute, subscriptions_get, subscriptions_list
from shared import bootstrap
from shared.web.engine.page import Page, Question
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "subscriptions/{subscriptionId}"
_SUBSCRIPTION: Final = Question(subscriptions_get)

area.add(
    Page(
        name="page_subscriptions",
        route="subscriptions",
        title=text("Subscriptions"),
        template="subscriptions/list.html",
        asks={
            "subscriptions": Question(
                subscriptions_list,
                query={"maxpagesize": "25"},
                passes=("status", "partnerId", "skiptoken"),
            ),
            "relationships": Question(relationships_list, query={"maxpagesize": "1000"}),
        },
    )
)

area.add(
    Page(
        name="page_subscription",
        route=_ROUTE,
        title=text("Subscription"),
        template="subscriptions/subscription.html",
        asks={"subscription": _SUBSCRIPTION},
    )
)

area.add(
    Page(
        name="page_subscription_dispute",
        route=f"{_ROUTE}/dispute",
        title=text("Dispute the subscription"),
        template="subscriptions/dispute.html",
        asks={"subscription": _SUBSCRIPTION},
        form=Form(
            endpoint=subscriptions_dispute,
            decides=True,
            button=text("Record the dispute"),
            after=f"/{_ROUTE}",
            done=lambda subscription: subscription["disputedAt"] is not None,
            fields=(
                Field(
                    name="reason",
                    label=text("Reason"),
                    kind=Kind.PROSE,
                    hint=text(
                        "May stay empty. The partner and the operator of this service can read it."
                    ),
                ),
            ),
        ),
    )
)
