"""The role table: who may do what. Data; the setting `ROLE_PRESET` chooses among its presets."""

import json
from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from shared.model.base import Model
from shared.policy.callers import CallerRole

_DATA: Final = Path(__file__).parent / "data" / "roles.json"


class Operation(StrEnum):
    """One row of the table; a dry run needs the right to its command."""

    PARTNER_READ = "partner.read"
    INVITATION_WRITE = "invitation.write"
    INVITATION_ANSWER = "invitation.answer"
    SUBSCRIPTION_REGISTER = "subscription.register"
    SUBSCRIPTION_END = "subscription.end"
    PARTNER_MANAGE = "partner.manage"
    RELATIONSHIP_REMOVE = "relationship.remove"
    CUSTOMER_CONTROL = "customer.control"
    CUSTOMER_READ = "customer.read"
    LEDGER_READ = "ledger.read"
    CUSTOMERS_EXPORT = "customers.export"
    CUSTOMER_PROFILE = "customer.profile"
    ONBOARD = "onboarding.send"
    OPERATE = "operate"


class Grant(Model):
    """Who may: the roles that the preset's source names, and those that we add to them."""

    named: tuple[CallerRole, ...]
    additions: tuple[CallerRole, ...] = ()


class Entitlement(Model):
    """One operation in words, and per preset who may."""

    operation: Operation
    text: str
    presets: Mapping[str, Grant]


@cache
def table() -> Mapping[Operation, Entitlement]:
    """The whole role table."""
    rows = (
        Entitlement.model_validate(row) for row in json.loads(_DATA.read_text(encoding="utf-8"))
    )
    return {row.operation: row for row in rows}


@cache
def allowed(preset: str, operation: Operation) -> frozenset[CallerRole]:
    """The roles that may do it. Raises KeyError for an unknown preset.

    Where `CR` is listed, a customer's Global admin holds it too; the principal carries both.
    """
    grant = table()[operation].presets[preset]
    return frozenset((*grant.named, *grant.additions))


def best(allowed: Collection[CallerRole], held: Collection[CallerRole]) -> CallerRole | None:
    """The role in which a caller acts, as the ledger records it; None if it may not.

    Of several, the first in the order of `CallerRole`, so that one caller always acts in one.
    """
    return next((role for role in CallerRole if role in allowed and role in held), None)
