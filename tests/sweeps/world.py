"""A small world that has every kind of row."""

from tests.cast.commands import (
    accept,
    accept_link,
    annul,
    dispute,
    imported,
    invite,
    issue,
    linked,
    profile,
    register,
    related,
    remove,
    set_status,
    update,
)
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    PROVIDER,
    RESELLER,
    customer_id,
    operator,
    subscription_id,
)
from tests.running.backend import Backend

DIVERGED = ("state-diverged", AGENCY, f"subscription|{subscription_id(1)}")
"""The finding that `tamper` leads to."""


async def populate(backend: Backend) -> None:
    """Direct and two-tier sales, limited link, annulled subscription, imports; all followed."""
    await backend.do(*related(), *linked())
    await backend.do(register(1, 2, 3), update(1, quantity=7), set_status("suspended", 2))
    await backend.do(dispute(3), annul(3))
    await backend.do(
        invite(PROVIDER, 2, indirectResellerId=RESELLER),
        accept(2),
        register(4, partner_id=PROVIDER, partnerOfRecord=MPN[RESELLER]),
    )
    await backend.do(issue(maxAcceptances=5), accept_link(BUREAU))
    await backend.do(register(5, customer_id=BUREAU), set_status("deleted", 5, customer_id=BUREAU))
    await backend.do(remove(customer_id=BUREAU), accept_link(BUREAU))
    for number in range(3):
        await backend.do(invite(DIRECT, 10 + number, customer_id(number)))
    await backend.do(accept(10, customer_id(0)), register(6, customer_id=customer_id(0)))
    agreed = {"customerAgreementAcceptedAt": "2019-06-20T00:00:00Z"}
    await backend.do(
        profile(customer_id(3), by=operator()),
        imported(customer_id(3), DIRECT, **agreed),
    )
    await backend.do(imported(customer_id(3), PROVIDER, indirectResellerId=RESELLER))
    await backend.do(register(7, customer_id=customer_id(3)))
    await backend.deliver()


def tamper(backend) -> None:
    """One quantity of one subscription, behind the app's back."""
    entity = backend.rows("tenants", AGENCY)[f"subscription|{subscription_id(1)}"]
    body = entity.properties["body"]
    assert '"quantity":7' in body
    entity.properties["body"] = body.replace('"quantity":7', '"quantity":9')
