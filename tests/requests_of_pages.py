"""What each page asks of storage: the sum of its endpoints'. See tests/requests_table.py.

A page's row is what opening it costs; `reviewed` is its form's review, or `previewed` its preview,
where the form is tried with the API first; `confirmed` is the last step, which leads on.
"""

from typing import Final

from tests.requests_table import Cost, Row

_DETAILS: Final = "a read for each invitation that has any, and for the agreement"
_SEEN: Final = "what the customer was shown is read again, for If-Match: decision 0059"
_NEWEST: Final = "16 at once for each look back, one while a partner has few: decision 0090"
_PROOF: Final = "the proof only with the verdict, behind the last part"

# fmt: off
PAGES: Final = {
    # reads, queries, writes, transactions, puts, deletes
    "page_home": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_home: of whom only an invitation knows": Row(Cost(1, 2, 0, 0, 0, 0), None),
    "page_invitation": Row(Cost(5, 1, 0, 0, 0, 0), None),
    "page_invitation_accept": Row(Cost(5, 1, 0, 0, 0, 0), None),
    "page_invitation_accept: reviewed": Row(Cost(7, 1, 0, 0, 0, 0), None),
    "page_invitation_accept: confirmed": Row(Cost(3, 0, 0, 1, 1, 0), None),
    "page_invitation_decline": Row(Cost(5, 1, 0, 0, 0, 0), None),
    "page_invitation_decline: reviewed": Row(Cost(7, 1, 0, 0, 0, 0), None),
    "page_invitation_decline: confirmed": Row(Cost(3, 0, 0, 1, 1, 0), None),
    "page_offer": Row(Cost(9, 1, 0, 0, 0, 0), None),
    "page_offer_accept": Row(Cost(9, 1, 0, 0, 0, 0), None),
    "page_offer_accept: reviewed": Row(Cost(12, 1, 0, 0, 0, 0), None),
    "page_offer_accept: confirmed": Row(Cost(8, 0, 0, 2, 1, 0), None, _SEEN),
    "page_relationships": Row(Cost(2, 1, 0, 0, 0, 0), None),
    "page_relationship": Row(Cost(3, 2, 0, 0, 0, 0), None),
    "page_relationship_revoke_delegated_admin": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_relationship_revoke_delegated_admin: confirmed": Row(Cost(1, 0, 0, 1, 1, 0), None),
    "page_relationship_request_end": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_relationship_request_end: confirmed": Row(Cost(1, 0, 0, 1, 1, 0), None),
    "page_partner_block": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "page_partner_block: confirmed": Row(Cost(1, 0, 0, 1, 1, 0), None),
    "page_partner_unblock": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_partner_unblock: confirmed": Row(Cost(1, 0, 0, 1, 1, 0), None),
    "page_subscriptions": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "page_subscription": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_subscription_dispute": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_subscription_dispute: confirmed": Row(Cost(2, 0, 0, 1, 1, 0), None),
    "page_activity": Row(Cost(2, 1, 0, 0, 0, 0), None),
    "page_activity_entry": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_activity_verification": Row(Cost(1, 4, 0, 0, 0, 0), None, _PROOF),
    "page_activity_checkpoints": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "page_activity_checkpoint": Row(Cost(2, 2, 0, 0, 0, 0), None),
    "page_activity_downloads": Row(Cost(1, 4, 0, 0, 0, 0), None),
    "page_activity_csv": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "page_activity_json_lines": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "page_activity_proof": Row(Cost(0, 3, 0, 0, 0, 0), None),
    "page_customers": Row(Cost(0, 16, 0, 0, 0, 0), None, _NEWEST),
    "page_customer": Row(Cost(6, 3, 0, 0, 0, 0), None),
    "page_invite": Row(Cost(2, 1, 0, 0, 0, 0), None),
    "page_invite: previewed": Row(Cost(4, 1, 0, 0, 0, 0), None),
    "page_invite: confirmed": Row(Cost(2, 0, 0, 1, 1, 0), None),
    "page_invitation_email": Row(Cost(7, 0, 0, 0, 0, 0), None),
    "page_invitation_eml": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "page_invitation_cancel": Row(Cost(3, 0, 0, 0, 0, 0), None),
    "page_invitation_cancel: confirmed": Row(Cost(3, 0, 0, 1, 1, 0), None),
    "page_organization": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "page_organization_profile": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_organization_profile: confirmed": Row(Cost(1, 0, 0, 1, 1, 0), None),
    "page_organization_erasure": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "page_organization_erasure: confirmed": Row(Cost(5, 3, 0, 1, 1, 0), None, _DETAILS),
}
