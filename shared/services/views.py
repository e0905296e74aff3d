"""Representations: what callers see of a resource, with computed fields and its etag.

The etag is a hash of the representation, so it reveals nothing about other resources and changes
exactly when the caller would see something else.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.canonical import JsonObject, digest
from shared.clock import rfc3339
from shared.model.base import Model
from shared.model.customers import Customer
from shared.model.models import (
    Invitation,
    InvitationLink,
    InvitationStatus,
    OtherSide,
    Partner,
    Relationship,
    RelationshipStatus,
    ResellerLink,
    Subscription,
    SubscriptionStatus,
)
from shared.model.personal import Details
from shared.model.state import Head, Related, Tenant
from shared.policy.invitations import invitable_at
from shared.policy.regions import region_of
from shared.services.ports.operations import Pipeline


class DisputeStatus(StrEnum):
    """Whether the operator still has to decide a dispute."""

    OPEN = "open"
    """The customer objects, and the operator has not annulled the registration."""
    ANNULLED = "annulled"
    """The operator has annulled the registration."""


def etag_of(representation: JsonObject) -> str:
    """A strong entity tag, quotes included, as the header and the field carry it."""
    return f'"{digest(representation)[:32]}"'


def _tagged(representation: JsonObject) -> JsonObject:
    return {**representation, "etag": etag_of(representation)}


def _json(model: Model) -> JsonObject:
    return model.model_dump(mode="json")


def _status(invitation_link: InvitationLink, acceptances: int, at: datetime) -> str:
    """INV-5: the first that applies is the one that nothing undoes."""
    if invitation_link.revoked_at:
        return "revoked"
    if at >= invitation_link.expires_at:
        return "expired"
    return "exhausted" if acceptances >= invitation_link.max_acceptances else "active"


def _invited_customer(customer_id: str, related: Related) -> JsonObject:
    return {
        "customerId": customer_id,
        "name": None,
        "lastKnownName": None,
        "domain": None,
        "status": "invited",
        "delegatedAdmin": "none",
        "delegatedAdminUntil": None,
        "indirectResellerId": None,
        "otherSide": None,
        "since": rfc3339(related.invited[0]),
        **_dealings(related),
    }


def _dealings(related: Related) -> JsonObject:
    """What the partner itself did. INV-3: what waits is the latest of its invitations."""
    pending: JsonObject | None = None
    if related.pending and related.invited:
        pending = {
            "id": related.pending.id,
            "createdAt": rfc3339(related.invited[-1]),
            "expiresAt": rfc3339(related.pending.expires_at),
        }
    return {
        "externalReference": related.reference,
        "pendingInvitation": pending,
        "updatedAt": rfc3339(related.changed_at) if related.changed_at else None,
    }


@dataclass(frozen=True, slots=True)
class Views:
    """Makes representations in one cloud, for one public address."""

    cloud: str
    base_url: str

    def partner(self, partner: Partner) -> JsonObject:
        """The partner."""
        computed = {"region": region_of(partner.country), "cloud": self.cloud}
        return _tagged({**_json(partner), **computed})

    def reseller(self, link: ResellerLink) -> JsonObject:
        """The link with a reseller."""
        return _tagged(_json(link))

    def customer(self, head: Head) -> JsonObject:
        """The customer's profile; a tenant that said nothing yet has nulls."""
        known = head.customer or Customer(id=head.id, name=None, domain=None, country=None)
        agreement = head.agreement
        accepted = _json(agreement) if agreement else None
        return _tagged(
            {
                "id": head.id,
                "name": known.name,
                "domain": known.domain,
                "country": known.country,
                "region": region_of(known.country),
                "cloud": self.cloud,
                "kind": head.kind.value,
                "customerAgreement": {
                    "acceptedAt": accepted["acceptedAt"],
                    "acceptedBy": accepted["acceptedBy"],
                }
                if accepted
                else None,
            }
        )

    def invitation_url(self, invitation: Invitation) -> str:
        """Where the customer's Global admin decides."""
        return f"{self.base_url}/invitations/{invitation.customer_id}/{invitation.id}"

    def invitation(
        self,
        invitation: Invitation,
        details: Details | None,
        at: datetime,
        closing: JsonObject | None = None,
    ) -> JsonObject:
        """The invitation, as it is at `at` (INV-4).

        `closing`: the ledger entry that closed it. What is to be done at Microsoft comes after the
        decision here, so the address is shown once the customer has accepted.
        """
        kept = _json(details) if details else {}
        overdue = invitation.status_at(at) is not invitation.status
        accepted = invitation.status is InvitationStatus.ACCEPTED
        computed: JsonObject = {
            "status": invitation.status_at(at).value,
            "microsoftRequestUrl": invitation.microsoft_request_url if accepted else None,
            "closing": closing,
            "closedAt": rfc3339(invitation.expires_at)
            if overdue
            else _json(invitation)["closedAt"],
            "closeReason": invitation.close_reason or kept.get("declineReason"),
            "message": kept.get("message"),
            "contact": kept.get("contact"),
            "url": self.invitation_url(invitation),
        }
        return _tagged({**_json(invitation), **computed})

    def relationship(
        self, relationship: Relationship, details: Details | None, at: datetime
    ) -> JsonObject:
        """The relationship; a lapsed grant shows as `expired`."""
        asked = relationship.end_requested_at is not None
        computed = {
            "delegatedAdmin": relationship.delegated_admin_at(at).value,
            "endRequestReason": details.end_request_reason if details and asked else None,
            "enforcement": "recorded",
        }
        return _tagged({**_json(relationship), **computed})

    def invitation_link(
        self, invitation_link: InvitationLink, acceptances: int, at: datetime
    ) -> JsonObject:
        """The invitation link, as it is at `at`, accepted so often."""
        shown = _json(invitation_link)
        for name in ("revokedAt", "createdAt", "updatedAt", "createDigest"):
            del shown[name]
        computed = {
            "acceptances": acceptances,
            "status": _status(invitation_link, acceptances, at),
            "url": self.invitation_link_url(invitation_link),
        }
        return _tagged({**shown, **computed})

    def invitation_link_url(self, invitation_link: InvitationLink) -> str:
        """Where any customer's Global admin decides."""
        return f"{self.base_url}/invite/{invitation_link.partner_id}/{invitation_link.id}"

    def offer(
        self,
        invitation_link: InvitationLink,
        partners: tuple[Partner, Partner | None],
        acceptances: int,
        at: datetime,
        invitation_id: str | None,
    ) -> JsonObject:
        """The invitation link as a customer sees it, without counts.

        `partners`: who offers, and its reseller. `invitation_id`: what the customer made of it.
        """
        partner, reseller = partners
        status = _status(invitation_link, acceptances, at)
        return _tagged(
            {
                "id": invitation_link.id,
                "partnerId": partner.id,
                "partnerName": partner.name,
                "partnerMpnId": partner.mpn_id,
                "partnerType": partner.type.value,
                "otherSide": _json(OtherSide.of(reseller)) if reseller else None,
                "delegatedAdmin": invitation_link.delegated_admin,
                "expiresAt": rfc3339(invitation_link.expires_at),
                "status": "open" if status == "active" else "closed",
                "invitationId": invitation_id,
                "url": self.invitation_link_url(invitation_link),
            }
        )

    def block(self, customer: Head, partner_id: str) -> JsonObject | None:
        """A partner whose invitations the customer refuses; None for one that is not blocked."""
        known = customer.of(partner_id)
        if known.blocked is None:
            return None
        again = invitable_at(known)
        return _tagged({**_json(known.blocked), "invitableAt": rfc3339(again) if again else None})

    def subscription(self, subscription: Subscription, details: Details | None) -> JsonObject:
        """The subscription."""
        shown = _json(subscription)
        del shown["createDigest"]
        reasons: JsonObject = {
            "disputeReason": details.dispute_reason if details else None,
            "annulmentReason": details.annulment_reason if details else None,
        }
        return _tagged({**shown, **reasons})

    def dispute(self, shown: JsonObject, customer: Head) -> JsonObject:
        """A disputed subscription that is `shown`, as the operator decides on it (SUB-6)."""
        document = {name: value for name, value in shown.items() if name != "etag"}
        annulled = document["status"] == SubscriptionStatus.ANNULLED
        status = DisputeStatus.ANNULLED if annulled else DisputeStatus.OPEN
        name = customer.customer.name if customer.customer else None
        return _tagged({**document, "customerName": name, "disputeStatus": status.value})

    def pipeline(self, pipeline: Pipeline, partners: list[JsonObject]) -> JsonObject:
        """The pipeline, with the `partners` among those that it may act for."""
        return _tagged(
            {
                "id": pipeline.id,
                "source": pipeline.source,
                "partnerIds": list(pipeline.partner_ids),
                "partners": partners,
                "types": list(pipeline.types),
            }
        )

    def partners_customer(self, tenant: Tenant, partner_id: str) -> JsonObject | None:
        """A customer as its partner sees it, for the partner's index; None before it is one.

        Before there is a relationship a partner sees no name and no domain. The grant is as it
        is recorded: whether it has lapsed is computed when the index is read.
        """
        related = tenant.head.of(partner_id)
        relationship = related.relationship
        if relationship is None:
            return _invited_customer(tenant.id, related) if related.invited else None
        active = relationship.status is RelationshipStatus.ACTIVE
        known = tenant.head.customer if active else None
        shown = _json(relationship)
        return {
            "customerId": tenant.id,
            "name": known.name if known else None,
            "lastKnownName": known.name if known else related.last_name,
            "domain": known.domain if known else None,
            "status": relationship.status.value,
            "delegatedAdmin": shown["delegatedAdmin"],
            "delegatedAdminUntil": shown["delegatedAdminUntil"],
            "indirectResellerId": relationship.indirect_reseller_id,
            "otherSide": shown["otherSide"],
            "since": shown["since"],
            **_dealings(related),
        }
