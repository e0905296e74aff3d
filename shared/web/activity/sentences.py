"""What happened, in one sentence per type of event: total over the types, which a test holds."""

from collections.abc import Mapping
from typing import Final

from shared.model.events import EventType
from shared.web.texts import text

SENTENCES: Final[Mapping[EventType, str]] = {
    EventType.PARTNER_ENROLLED: text("%(partner)s was enrolled as a partner."),
    EventType.PARTNER_UPDATED: text("What is recorded of the partner %(partner)s was changed."),
    EventType.PARTNER_SUSPENDED: text("The partner %(partner)s was suspended: it can do nothing."),
    EventType.PARTNER_RESUMED: text("The partner %(partner)s may act again."),
    EventType.CUSTOMER_UPDATED: text("The organization's profile was recorded anew."),
    EventType.CUSTOMER_AGREEMENT_ACCEPTED: text(
        "The organization stated that it accepts the Microsoft Customer Agreement."
    ),
    EventType.RESELLER_LINK_REQUESTED: text("%(partner)s asked %(other)s to be its reseller."),
    EventType.RESELLER_LINK_ACCEPTED: text("%(other)s agreed to be a reseller of %(partner)s."),
    EventType.RESELLER_LINK_ENDED: text(
        "%(partner)s and %(other)s are no longer connected as provider and reseller."
    ),
    EventType.LINK_ISSUED: text("%(partner)s issued an invitation link, valid until %(until)s."),
    EventType.LINK_REVOKED: text("%(partner)s revoked an invitation link."),
    EventType.INVITATION_CREATED: text(
        "%(partner)s invited the organization; the invitation is valid until %(until)s."
    ),
    EventType.INVITATION_ACCEPTED: text("The invitation from %(partner)s was accepted."),
    EventType.INVITATION_DECLINED: text("The invitation from %(partner)s was declined."),
    EventType.INVITATION_CANCELED: text("%(partner)s took its invitation back."),
    EventType.INVITATION_EXPIRED: text(
        "The invitation from %(partner)s expired: nobody decided in time."
    ),
    EventType.PARTNER_BLOCKED: text("%(partner)s was blocked: it cannot invite the organization."),
    EventType.PARTNER_UNBLOCKED: text("%(partner)s is blocked no longer."),
    EventType.RELATIONSHIP_ACCEPTED: text(
        "The organization accepted a reseller relationship with %(partner)s."
    ),
    EventType.INDIRECT_RELATIONSHIP_ACCEPTED: text(
        "The organization accepted a reseller relationship with %(partner)s, which works together"
        " with %(other)s."
    ),
    EventType.DAP_APPROVED: text(
        "The organization agreed to delegated admin privileges of %(partner)s."
    ),
    EventType.DAP_TERMINATED: text(
        "The agreement to delegated admin privileges of %(partner)s ended. This changes nothing at"
        " Microsoft."
    ),
    EventType.RELATIONSHIP_REMOVED: text("The reseller relationship with %(partner)s ended."),
    EventType.RELATIONSHIP_IMPORTED: text(
        "A reseller relationship with %(partner)s, made before this record, was entered in it."
    ),
    EventType.RELATIONSHIP_END_REQUESTED: text(
        "The organization asked %(partner)s to end the reseller relationship."
    ),
    EventType.SUBSCRIPTION_REGISTERED: text(
        "%(partner)s registered the subscription %(subscription)s, quantity %(quantity)s."
    ),
    EventType.SUBSCRIPTION_UPDATED: text(
        "%(partner)s changed the subscription %(subscription)s, now of quantity %(quantity)s."
    ),
    EventType.SUBSCRIPTION_SUSPENDED: text(
        "The subscription %(subscription)s of %(partner)s was suspended."
    ),
    EventType.SUBSCRIPTION_REACTIVATED: text(
        "The subscription %(subscription)s of %(partner)s was reactivated."
    ),
    EventType.SUBSCRIPTION_DELETED: text(
        "The subscription %(subscription)s of %(partner)s was deleted."
    ),
    EventType.SUBSCRIPTION_DISPUTED: text(
        "The organization disputed the subscription %(subscription)s of %(partner)s."
    ),
    EventType.SUBSCRIPTION_ANNULLED: text(
        "The subscription %(subscription)s of %(partner)s was annulled: its registration did not"
        " count."
    ),
    EventType.PARTNER_OF_RECORD_SET: text(
        "The partner with the MPN ID %(record)s was named as partner of record of the subscription"
        " %(subscription)s of %(partner)s."
    ),
    EventType.PERSONAL_DATA_ERASED: text(
        "Personal data were erased on the organization's request. The ledger never held them."
    ),
}
