"""What accepting would come to, before anybody accepts: what it adds, needs, and leaves alone.

What would refuse it comes from the very decision that the acceptance would meet, and from the same
load as everything else that is said here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.deciding.accepting import AcceptInvitation, needed, supplying
from shared.deciding.facts import Decision, Refused
from shared.deciding.inviting import sides_of
from shared.deciding.redeeming import AcceptLink, offered
from shared.errors import NotFound
from shared.model.base import Actor
from shared.model.models import Invitation, InvitationStatus, Relationship, Subscription
from shared.model.state import Head, Row, RowKind
from shared.policy import access
from shared.policy.refusals import Refusal, broken
from shared.services.commands.answers import raise_unless_decided
from shared.services.commands.deciding import addressed
from shared.services.commands.evaluating import Evaluations
from shared.services.commands.loading import Loaded
from shared.services.commands.reserving import used_up
from shared.services.ports.claims import SlotStore
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page, Stored
from shared.services.queries.records import Records


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
    slots: SlotStore
    records: Records
    evaluations: Evaluations
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
        refusals = _refusals(decision)
        pending = invitation.status_at(self.clock.now()) is InvitationStatus.PENDING
        return await self._impact(loaded, invitation if pending else None, refusals, sold)

    async def of_link(
        self, actor: Actor, partner_id: str, link_id: str, after: str | None, limit: int
    ) -> Impact:
        """What accepting by link would come to for the actor's own tenant. Raises NotFound.

        A link that is closed, or was accepted already, adds nothing.
        """
        customer_id = actor.tenant_id
        sold = await self.tenants.rows(customer_id, RowKind.SUBSCRIPTION, after, limit)
        command = AcceptLink(actor, customer_id, partner_id, link_id, supplying())
        loaded, decision = await self.evaluations.weigh(command, _supplied_by_link)
        invitation_link = loaded.invitation_link
        if invitation_link is None:
            raise NotFound
        refusals = _refusals(decision)
        asked = offered(loaded.tenant, command, loaded.facts)
        counter = await self.slots.reserved(partner_id, link_id)
        full = used_up(invitation_link, counter, self.clock.now()) if asked else None
        # Found out by reserving a place, which nobody does who only looks.
        refusals = broken(refusals, addressed([full] if full else [], command, loaded))
        closed = any(refusal.rule_id == "INV-5" for refusal in refusals)
        return await self._impact(loaded, None if closed else asked, refusals, sold)

    async def _impact(
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
                "subscriptions": list(
                    await self.records.subscriptions(
                        [each.value for each in sold.items if isinstance(each.value, Subscription)]
                    )
                ),
                "relationships": list(
                    await self.records.relationships(
                        head.id,
                        [each for each in _relationships(head) if each.partner_id not in changed],
                    )
                ),
            },
            "promises": list(access.PROMISES),
        }
        return Impact(shown, refusals, sold.after)


def _refusals(decision: Decision) -> tuple[Refusal, ...]:
    if isinstance(decision, Refused):
        return decision.refusals
    raise_unless_decided(decision)
    return ()


def _supplied_by_link(loaded: Loaded, command: AcceptLink) -> AcceptLink:
    partner = loaded.facts.partners.get(command.partner_id)
    country = partner.country if partner and "country" in needed(loaded.tenant) else None
    return replace(command, body=supplying(country))


def _supplied(loaded: Loaded, command: AcceptInvitation) -> AcceptInvitation:
    """With all that is needed; a country that nobody stated yet is that of the partner."""
    invitation = loaded.tenant.invitation(command.invitation_id)
    partner = loaded.facts.partners.get(invitation.partner_id) if invitation else None
    country = partner.country if partner and "country" in needed(loaded.tenant) else None
    return replace(command, body=supplying(country))


def _by_partner(head: Head) -> Iterable[JsonObject]:
    for partner_id, related in sorted(head.related.items()):
        if related.subscriptions and related.relationship:
            yield {
                "partnerId": partner_id,
                "partnerName": related.relationship.partner_name,
                "partnerMpnId": related.relationship.partner_mpn_id,
                "subscriptions": related.subscriptions,
            }


def _relationships(head: Head) -> list[Relationship]:
    related = (head.related[partner_id].relationship for partner_id in sorted(head.related))
    return [relationship for relationship in related if relationship]
