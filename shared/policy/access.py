"""What a partner may do in the customer's tenant, and because of which rule: EFF.

Directory listings do not show these assignments (EFF-2), so this explains them. Pure: it says what
follows from the record; no directory is asked.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.model.base import Model
from shared.model.models import (
    DelegatedAdmin,
    Invitation,
    Relationship,
    RelationshipStatus,
    Subscription,
    SubscriptionStatus,
)
from shared.model.state import Head
from shared.model.terms import ProductType

PROMISES: Final = ("NIF-1", "NIF-2", "NIF-3", "NIF-4")
"""What no acceptance ever does to anything that exists."""

_ENDED: Final = {SubscriptionStatus.DELETED: "SUB-3", SubscriptionStatus.ANNULLED: "SUB-6"}


class GroupRole(Model):
    """A group of the partner's tenant, and the directory role that it gets in the customer's."""

    group: str
    """The group in the partner's own tenant: `AdminAgents` or `HelpdeskAgents`."""
    role: str
    """The directory role that it has in the customer's tenant or, in an impact, would get, by
    Microsoft's English name (EFF-1).
    """


class TenantRole(GroupRole):
    """A partner's group, its directory role in the customer's tenant, and the rules behind it."""

    because: tuple[str, ...]
    """The rules from which this follows, by their ids in `GET /api/policy/rules`, such as `EFF-1`.
    """


class AzureRole(StrEnum):
    """The role of the partner's AdminAgents group on one subscription."""

    OWNER = "owner"
    """Owner: of an Azure plan that is not deleted or annulled, for who registered it (EFF-4)."""
    NONE = "none"
    """Its group has no role on the subscription."""


class SubscriptionRole(Model):
    """What a partner may do in one subscription, and because of which rules."""

    id: str
    """The subscription: its id at Microsoft."""
    role: AzureRole
    because: tuple[str, ...]
    """The rules from which this follows, by their ids in `GET /api/policy/rules`, such as `EFF-4`.
    """
    remove: str | None = None
    """The Azure CLI command with which the customer itself takes the role away, the group's object
    id to be filled in (EFF-5); absent while the partner holds delegated admin privileges, and where
    it has no role.
    """


class PartnerAccess(Model):
    """Access of one partner: to the directory, and to subscriptions of the customer."""

    partner_id: str
    """The partner whose access it is: the id of its tenant."""
    partner_name: str
    """What the partner was called when the relationship was put on record or, after a removal, made
    anew.
    """
    partner_mpn_id: str
    """The partner's MPN id when the relationship was put on record or, after a removal, made anew.
    """
    tenant: tuple[TenantRole, ...]
    """Its groups' roles in the customer's tenant; empty while it holds no delegated admin
    privileges. Directory listings do not show these roles (EFF-2).
    """
    subscriptions: tuple[SubscriptionRole, ...]
    """Of the subscriptions of this page, those on which it has a role; with `all` every one of
    them, whoever sold it.
    """


class Addition(Model):
    """What an acceptance gives one partner that it has not."""

    partner_id: str
    """The partner that gets something: the id of its tenant."""
    partner_name: str
    """What the partner was called when the invitation was made; in an offer by link, what it is
    called now.
    """
    partner_mpn_id: str
    """The partner's MPN id at the time of its name beside this."""
    delegated_admin: bool
    """Whether it gets delegated admin privileges that it does not hold; without them, only the
    reseller relationship.
    """
    groups: tuple[GroupRole, ...]
    """The roles that its groups get in the customer's tenant with these privileges (EFF-1); empty
    without them.
    """


_GROUPS: Final = (
    GroupRole(group="AdminAgents", role="Global administrator"),
    GroupRole(group="HelpdeskAgents", role="Helpdesk administrator"),
)


def access_of(
    relationship: Relationship, subscriptions: Iterable[Subscription], at: datetime
) -> PartnerAccess:
    """The access of the relationship's partner at `at`, of subscriptions to these."""
    holds = _holds(relationship, at)
    partner_id = relationship.partner_id
    return PartnerAccess(
        partner_id=partner_id,
        partner_name=relationship.partner_name,
        partner_mpn_id=relationship.partner_mpn_id,
        tenant=tuple(
            TenantRole(group=each.group, role=each.role, because=("EFF-1",)) for each in _GROUPS
        )
        if holds
        else (),
        subscriptions=tuple(_on(each, partner_id, holds=holds) for each in subscriptions),
    )


def owner_of(subscription: Subscription) -> str | None:
    """The one partner that has a role on the subscription (EFF-4, EFF-5), if any has."""
    plan = subscription.product_type is ProductType.AZURE_PLAN
    return subscription.partner_id if plan and subscription.status not in _ENDED else None


def additions(
    head: Head, invitation: Invitation, partner_ids: Iterable[str], at: datetime
) -> tuple[Addition, ...]:
    """What accepting at `at` would give each of `partner_ids`, the invitation's sides (INV-6).

    Who would get nothing new is not among them: what stands, an acceptance leaves alone (INV-7).
    """
    found: list[Addition] = []
    other = invitation.other_side
    for partner_id in partner_ids:
        before = head.of(partner_id).relationship
        stands = before is not None and before.status is RelationshipStatus.ACTIVE
        grants = invitation.delegated_admin and not (before and _holds(before, at))
        if grants or not stands:
            named = other if other and other.partner_id == partner_id else None
            found.append(
                Addition(
                    partner_id=partner_id,
                    partner_name=named.name if named else invitation.partner_name,
                    partner_mpn_id=named.mpn_id if named else invitation.partner_mpn_id,
                    delegated_admin=grants,
                    groups=_GROUPS if grants else (),
                )
            )
    return tuple(found)


def _holds(relationship: Relationship, at: datetime) -> bool:
    return relationship.delegated_admin_at(at) is DelegatedAdmin.GRANTED


def _on(subscription: Subscription, partner_id: str, *, holds: bool) -> SubscriptionRole:
    """EFF-4 gives the role to who registered it, EFF-5 leaves it there; else EFF-3 gives none."""
    if ended := _ENDED.get(subscription.status):
        return SubscriptionRole(id=subscription.id, role=AzureRole.NONE, because=(ended,))
    if partner_id not in {subscription.partner_id, subscription.indirect_reseller_id}:
        return SubscriptionRole(id=subscription.id, role=AzureRole.NONE, because=("EFF-3",))
    if owner_of(subscription) != partner_id:
        return SubscriptionRole(id=subscription.id, role=AzureRole.NONE, because=("EFF-4",))
    if holds:
        return SubscriptionRole(id=subscription.id, role=AzureRole.OWNER, because=("EFF-4",))
    return SubscriptionRole(
        id=subscription.id,
        role=AzureRole.OWNER,
        because=("EFF-4", "EFF-5"),
        remove=_removal(subscription.id, partner_id),
    )


def _removal(subscription_id: str, partner_id: str) -> str:
    """The group's object id is known in the directories only, so the customer fills it in."""
    group = f"<object id of the AdminAgents group of {partner_id}>"
    return (
        f'az role assignment delete --assignee "{group}" --role Owner'
        f" --scope /subscriptions/{subscription_id}"
    )
