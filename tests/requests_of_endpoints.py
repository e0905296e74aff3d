"""What each endpoint and each queue's message asks of storage: see tests/requests_table.py.

An endpoint's row is its success in a small system, with the caller's partner profile cached.
"""

from typing import Final

from tests.requests_table import (
    COLD,
    COMMAND,
    COUNTER,
    EACH_LINK,
    NAMING,
    OF_RECORD,
    OWN_TENANT,
    RELEASE,
    Cost,
    Row,
    plan,
)

FOLLOW_UP: Final = 2 + 1 + 1 + 2 + 1
"""Head and projection, the entry, a new row, a feed (read and written), the projection."""

_SHOWN: Final = "the answer shows message and contact: decision 0007"
_SEEN: Final = "what the customer was shown is read again, for If-Match: decision 0059"
_PLACES: Final = "the answer tells how many places are taken"
_CLOSED: Final = "each that is closed tells its ledger entry: decision 0049"
_KEPT: Final = "which personal data are there"
_DISPUTED: Final = "one of them was disputed: why lies with the personal data, decision 0064"
_WISHED: Final = "its end was asked for: why lies with the personal data, decision 0064"
_BLOCKERS: Final = "it names what stands in the way: a query for each 1000 subscriptions"
_WALKED: Final = "a query for each 250 entries that are looked at, 20 at most"
_BOUGHT: Final = "one in twenty, or once a second, buys a piece of its budget: decision 0068"
_TESTED: Final = "that it is tested is written before it is: decision 0067"
_EVERYBODY: Final = "a query for each 1000 partners, also where a name is searched"
_NAMED: Final = "a query more where it names several partners, a point read where it names one"
_BOTH: Final = "for each customer its name and why it disputes, in requests at the same time"
_STATUSES: Final = "a query for each status; one for partners' names"
_COUNTED: Final = "a query for each kind, of 101 at most"
_FOUND: Final = "two reads for each finding: where it lies, and itself"
_MOVES: Final = "status and place move together; its partner's name before and after"
_CLOSING: Final = "likewise; the reason has a mark by which it is erased"
_NEWEST: Final = "16 at once for each look back, one while a partner has few: decision 0090"
_SHARDS: Final = "16 partitions while a partner has few; a large one's page comes from one"

# fmt: off
ENDPOINTS: Final = {
    # reads, queries, writes, transactions, puts, deletes
    "partners_put": Row(Cost(1, 0, 2, 1, 1, 0), plan(1, 1), OWN_TENANT),
    "me_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "partners_list": Row(Cost(0, 1, 0, 0, 0, 0), None, _EVERYBODY),
    "partners_list: of a partner, itself": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "partners_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "resellers_put": Row(Cost(3, 0, 0, 1, 1, 0), COMMAND + COLD),
    "resellers_accept": Row(Cost(2, 0, 0, 1, 1, 0), COMMAND),
    "resellers_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "policy_evaluate: of ending a reseller link": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "resellers_list": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "resellers_list: of a reseller": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "invitations_put": Row(Cost(3, 0, 1, 1, 1, 0), COMMAND, _BOUGHT),
    "invitations_get": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "invitations_impact": Row(Cost(2, 1, 0, 0, 0, 0), None),
    "invitations_email": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "policy_evaluate: of accepting": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "policy_evaluate: of declining": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "invitations_list: one that waits": Row(Cost(0, 2, 0, 0, 0, 0), None),
    "invitations_accept": Row(Cost(3, 0, 0, 1, 1, 0), COMMAND, _SHOWN),
    "invitations_put: naming a reseller": Row(Cost(4, 0, 1, 1, 1, 0), NAMING, _BOUGHT),
    "invitations_decline": Row(Cost(3, 0, 0, 1, 1, 0), COMMAND, _SHOWN),
    "invitations_cancel": Row(Cost(3, 0, 0, 1, 1, 0), COMMAND, _SHOWN),
    "invitations_list": Row(Cost(4, 2, 0, 0, 0, 0), None, _CLOSED),
    "invitations_list: of a partner": Row(Cost(1, 2, 0, 0, 0, 0), None),
    "invitation_links_put": Row(Cost(3, 0, 0, 1, 1, 0), COMMAND, _PLACES),
    "invitation_links_get": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "invitation_links_list": Row(Cost(1, 1, 0, 0, 0, 0), None, EACH_LINK),
    "invitation_offers_get": Row(Cost(4, 0, 0, 0, 0, 0), None, _PLACES),
    "invitation_offers_impact": Row(Cost(4, 1, 0, 0, 0, 0), None, _PLACES),
    "invitation_links_accept": Row(Cost(4, 0, 0, 2, 1, 0), plan(3, transactions=2), COUNTER),
    "policy_evaluate: of accepting by link": Row(Cost(3, 0, 0, 0, 0, 0), None),
    "invitation_links_accept: what was shown": Row(
        Cost(8, 0, 0, 2, 1, 0), plan(3, transactions=2), _SEEN
    ),
    "invitation_links_revoke": Row(Cost(3, 0, 0, 1, 1, 0), COMMAND, _PLACES),
    "subscriptions_put": Row(Cost(2, 0, 1, 1, 1, 0), plan(2, 1)),
    "subscriptions_put: in two tiers": Row(Cost(2, 0, 1, 1, 1, 0), plan(2 + 1, 1)),
    "policy_evaluate: of suspending": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "policy_evaluate: of removing what blocks": Row(Cost(2, 1, 0, 0, 0, 0), None, _BLOCKERS),
    "subscriptions_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "subscriptions_patch": Row(Cost(2, 0, 0, 1, 1, 0), COMMAND),
    "subscriptions_suspend": Row(Cost(2, 0, 0, 1, 1, 0), COMMAND),
    "subscriptions_reactivate": Row(Cost(2, 0, 0, 1, 1, 0), COMMAND),
    "subscriptions_delete": Row(Cost(2, 0, 0, 1, 1, 0), COMMAND),
    "subscriptions_set_partner_of_record": Row(Cost(4, 0, 0, 1, 1, 0), COMMAND + OF_RECORD),
    "subscriptions_dispute": Row(Cost(2, 0, 0, 1, 1, 0), COMMAND),
    "disputes_list": Row(Cost(2, 1, 0, 0, 0, 0), None, _BOTH),
    "disputes_get": Row(Cost(3, 0, 0, 0, 0, 0), None),
    "subscriptions_annul": Row(Cost(7, 0, 3, 1, 1, 0), None, RELEASE),
    "subscriptions_list": Row(Cost(1, 1, 0, 0, 0, 0), None, _DISPUTED),
    "relationships_list": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "ledger_list": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "customer_events_list": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "access_get": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "subscriptions_list: of a partner": Row(Cost(2, 1, 0, 0, 0, 0), None, _DISPUTED),
    "subscriptions_list: as CSV": Row(Cost(1, 1, 0, 0, 0, 0), None, _DISPUTED),
    "ledger_list: as CSV": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "ledger_list: newest first": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "ledger_list: about a partner": Row(Cost(1, 1, 0, 0, 0, 0), None, _WALKED),
    "ledger_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "ledger_verification": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "ledger_verification: going on": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "relationships_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "partner_customers_list": Row(Cost(0, 16, 0, 0, 0, 0), None, _SHARDS),
    "partner_customers_list: a page of one": Row(Cost(0, 16, 0, 0, 0, 0), None, _SHARDS),
    "partner_customers_list: as CSV": Row(Cost(0, 16, 0, 0, 0, 0), None, _SHARDS),
    "partner_customers_list: newest first": Row(Cost(0, 16, 0, 0, 0, 0), None, _NEWEST),
    "partner_customers_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "partner_invitations_list": Row(Cost(0, 16, 0, 0, 0, 0), None, _SHARDS),
    "partner_invitations_list: of one customer": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "partner_invitations_list: a page of one": Row(Cost(0, 16, 0, 0, 0, 0), None, _SHARDS),
    "partner_invitations_list: as CSV": Row(Cost(0, 16, 0, 0, 0, 0), None, _SHARDS),
    "partner_subscriptions_list": Row(Cost(1, 16, 0, 0, 0, 0), None, _SHARDS),
    "partner_subscriptions_list: of one customer": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "partner_subscriptions_list: a page of one": Row(Cost(0, 15, 0, 0, 0, 0), None, _SHARDS),
    "partner_subscriptions_list: as CSV": Row(Cost(1, 16, 0, 0, 0, 0), None, _SHARDS),
    "partner_events_list": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "policy_rules_list": Row(Cost(0, 0, 0, 0, 0, 0), None),
    "openapi_get": Row(Cost(0, 0, 0, 0, 0, 0), None),
    "health_live": Row(Cost(0, 0, 0, 0, 0, 0), None),
    "health_ready": Row(Cost(4, 0, 0, 0, 0, 0), None),
    "health_versions": Row(Cost(0, 0, 0, 0, 0, 0), None),
    "customers_put": Row(Cost(1, 0, 0, 1, 1, 0), COMMAND),
    "customers_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "blocked_partners_put": Row(Cost(1, 0, 0, 1, 1, 0), COMMAND),
    "blocked_partners_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "blocked_partners_list": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "blocked_partners_delete": Row(Cost(1, 0, 0, 1, 1, 0), COMMAND),
    "relationships_revoke_delegated_admin": Row(Cost(1, 0, 0, 1, 1, 0), COMMAND),
    "relationships_request_end": Row(Cost(1, 0, 0, 1, 1, 0), COMMAND),
    "relationships_remove": Row(Cost(2, 0, 0, 1, 1, 0), COMMAND, _WISHED),
    "personal_data_erase": Row(Cost(2, 1, 0, 1, 1, 0), COMMAND, _KEPT),
    "resellers_delete": Row(Cost(2, 0, 0, 1, 1, 0), COMMAND),
    "partners_suspend": Row(Cost(1, 0, 0, 1, 1, 0), COMMAND),
    "partners_resume": Row(Cost(1, 0, 0, 1, 1, 0), COMMAND),
    "webhooks_put": Row(Cost(2, 1, 1, 1, 2, 0), None, _BOUGHT),
    "webhooks_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "webhooks_list": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "webhooks_test": Row(Cost(2, 0, 2, 0, 2, 0), None, _TESTED),
    "webhooks_rotate_secret": Row(Cost(1, 0, 1, 0, 0, 0), None),
    "webhooks_delete": Row(Cost(2, 0, 0, 1, 0, 0), None),
    "pipelines_put": Row(Cost(2, 0, 0, 1, 0, 0), None, _NAMED),
    "pipelines_get": Row(Cost(2, 0, 0, 0, 0, 0), None, _NAMED),
    "pipelines_list": Row(Cost(1, 1, 0, 0, 0, 0), None, _NAMED),
    "pipelines_delete": Row(Cost(2, 0, 1, 0, 0, 0), None, _NAMED),
    "onboarding_submit: two messages": Row(Cost(2, 0, 1, 0, 2, 0), None, _BOUGHT),
    "onboarding_results_list": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "pipeline_results_list": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "dead_letters_list": Row(Cost(1, 3, 0, 0, 0, 0), None, _STATUSES),
    "dead_letters_list: of a status": Row(Cost(1, 1, 0, 0, 0, 0), None, _NAMED),
    "dead_letters_get": Row(Cost(3, 0, 0, 0, 0, 0), None, _NAMED),
    "dead_letters_replay": Row(Cost(8, 0, 0, 1, 1, 0), None, _MOVES),
    "dead_letters_close": Row(Cost(6, 0, 1, 1, 0, 0), None, _CLOSING),
    "sweeps_start": Row(Cost(1, 3, 5, 1, 5, 0), None),
    "sweeps_list": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "sweeps_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "sweep_findings_list": Row(Cost(1, 1, 0, 0, 0, 0), None, _FOUND),
    "findings_list": Row(Cost(0, 3, 0, 0, 0, 0), None, _STATUSES),
    "findings_list: of a status": Row(Cost(0, 2, 0, 0, 0, 0), None, _NAMED),
    "findings_get": Row(Cost(2, 1, 0, 0, 0, 0), None, _NAMED),
    "open_counts_get": Row(Cost(0, 3, 0, 0, 0, 0), None, _COUNTED),
    "checkpoints_list": Row(Cost(0, 1, 0, 0, 0, 0), None),
    "checkpoints_get": Row(Cost(1, 0, 0, 0, 0, 0), None),
    "checkpoint_leaves_list": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "ledger_proof": Row(Cost(1, 2, 0, 0, 0, 0), None),
}

MESSAGES: Final = {
    "projections: a customer's first entries, rows and feeds": Row(Cost(29, 3, 2, 6, 0, 0), None),
    "projections: one command, one row, one feed": Row(Cost(4, 0, 2, 1, 0, 0), FOLLOW_UP),
    "projections: a dispute, which is a finding": Row(Cost(7, 0, 3, 2, 0, 0), None),
    "projections: nothing new": Row(Cost(2, 0, 0, 0, 0, 0), None),
    "projections: one command, one row, one feed, one webhook": Row(Cost(4, 1, 2, 1, 1, 0), None),
    "webhook-deliveries: one event": Row(Cost(6, 2, 4, 0, 0, 0), None),
    "webhook-deliveries: nothing new": Row(Cost(1, 1, 0, 0, 0, 0), None),
    "onboarding: a source that nobody registered": Row(Cost(2, 0, 0, 1, 0, 0), None),
    "onboarding: a type that nothing takes": Row(Cost(4, 0, 0, 2, 0, 0), None),
    "onboarding: a registration": Row(Cost(4, 0, 1, 2, 1, 0), None),
    "onboarding: the source's next": Row(Cost(3, 0, 1, 2, 1, 0), None),
    "onboarding: the same again": Row(Cost(5, 0, 0, 1, 1, 1), None),
    "onboarding: a dead letter that was put back": Row(Cost(10, 0, 0, 2, 1, 1), None),
    "sweep-shards: all ten messages of a sweep, five tenants": Row(Cost(33, 25, 14, 4, 5, 0), None),
}
# fmt: on

ABOVE_OVER_HTTP: Final = frozenset(
    {
        "invitation_links_accept",
        "invitation_links_accept: what was shown",
        "invitation_links_put",
        "invitation_links_revoke",
        "invitations_accept",
        "invitations_cancel",
        "invitations_put",
        "invitations_put: naming a reseller",
        "invitations_decline",
        "partners_put",
        "personal_data_erase",
    }
)
"""Of these, what costs more than was planned, with a note that says why."""
