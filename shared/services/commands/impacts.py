"""What accepting would come to, before anybody accepts: what it adds, needs, and leaves alone.

What would refuse it comes from the very decision that the acceptance would meet, and from the same
load as everything else that is said here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.deciding.accepting import AcceptInvitation, needed, supplying
from shared.deciding.facts import Refused
from shared.deciding.inviting import sides_of
from shared.errors import NotFound
from shared.model.base import Actor
from shared.model.models import Invitation, InvitationStatus, Relationship, Subscription
from shared.model.state import Head, Row, RowKind
from shared.policy import access
from shared.policy.refusals import Refusal
from shared.services.commands.answers import raise_unless_decided
from shared.services.commands.evaluating import Evaluations
from shared.services.commands.loading import Loaded
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page, Stored
from shared.services.views import Views


@dataclass(frozen=True, slots=True)
class Impact:
    """What is `shown`, the `refusals` of an acceptance, and where its subscriptions go on."""

    shown: JsonObject
    refusals: tuple[Refusal, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Impacts:
    """For the customer's own people: what is said here is of all its partners."""

    tenants: TenantStore
    evaluations: Evaluations
    views: Views
    clock: Clock

    async def of_invitation(
        self, actor: Actor, customer_id: str, invitation_id: str, after: str | None, limit: int
    ) -> Impact:
        """What accepting changes, and in `unchanged` what looks exactly the same afterwards.

        A closed invitation adds nothing. Raises NotFound.
        """
        # Read before the head: then the head knows everyone who registered one of them.
        sold = await self.tenants.rows(customer_id, RowKind.SUBSCRIPTION, after, limit)
        command = AcceptInvitation(actor, customer_id, invitation_id, supplying())
        loaded, decision = await self.evaluations.weigh(command, _supplied)
        invitation = loaded.tenant.invitation(invitation_id)
        if invitation is None:
            raise NotFound
        refusals = decision.refusals if isinstance(decision, Refused) else ()
        if not refusals:
            raise_unless_decided(decision)
        pending = invitation.status_at(self.clock.now()) is InvitationStatus.PENDING
        return self._impact(loaded, invitation if pending else None, refusals, sold)

    def _impact(
        self,
        loaded: Loaded,
        asked: Invitation | None,
        refusals: tuple[Refusal, ...],
        sold: Page[Stored[Row]],
    ) -> Impact:
        head, now = loaded.tenant.head, self.clock.now()
        adds: tuple[access.Addition, ...] = ()
        changed: set[str] = set()
        if asked:
            adds = access.additions(head, asked, sides_of(asked.partner_id, asked), now)
            # The relationship of who invites names its latest invitation.
            changed = {asked.partner_id, *(addition.partner_id for addition in adds)}
        shown: JsonObject = {
            "adds": [addition.model_dump(mode="json") for addition in adds],
            "requires": list(needed(loaded.tenant)) if asked else [],
            "unchanged": {
                "count": sum(related.subscriptions for related in head.related.values()),
                "byPartner": list(_by_partner(head)),
                "subscriptions": [
                    self.views.subscription(each.value)
                    for each in sold.items
                    if isinstance(each.value, Subscription)
                ],
                "relationships": [
                    self.views.relationship(each, now)
                    for each in _relationships(head)
                    if each.partner_id not in changed
                ],
            },
            "promises": list(access.PROMISES),
        }
        return Impact(shown, refusals, sold.after)


def _supplied(loaded: Loaded, command: AcceptInvitation) -> AcceptInvitation:
    """With all that is needed; a country that nobody stated yet is that of the partner."""
    invitation = loaded.tenant.invitation(command.invitation_id)
    partner = loaded.facts.partners.get(invitation.partner_id) if invitation else None
    country = partner.country if partner and "country" in needed(loaded.tenant) else None
    return AcceptInvitation(
        command.actor, command.customer_id, command.invitation_id, supplying(country)
    )


def _by_partner(head: Head) -> Iterable[JsonObject]:
    for partner_id, related in sorted(head.related.items()):
        if related.subscriptions and related.relationship:
            yield {
                "partnerId": partner_id,
                "partnerName": related.relationship.partner_name,
                "subscriptions": related.subscriptions,
            }


def _relationships(head: Head) -> list[Relationship]:
    related = (head.related[partner_id].relationship for partner_id in sorted(head.related))
    return [relationship for relationship in related if relationship]
