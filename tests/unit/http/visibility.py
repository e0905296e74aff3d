"""Who sees and may do what: every endpoint x every kind of caller, as one table.

In `visibility_story.py` an indirect provider sells to a customer through a reseller, two
other partners sell to the same customer, and one of these is suspended now.

    The partner, an indirect provider   Other partners             The customer's people
    G  Global admin                     R  its reseller there      C  Global admin
    U  User management admin            X  sells to the same       D  Global Reader
    S  Sales agent                         customer                M  member, MEMBER_ACCESS=true
    A  Admin agent                      Y  does not                m  member, MEMBER_ACCESS=false
    H  Helpdesk agent                   Z  does, and is suspended  g  guest who is Global admin
    L  its onboarding application                                  p  partner by delegation who is

    O  operator                         E  partner's Global admin of a tenant that is no partner
    F  another tenant's own             T  Global admin of a tenant never heard of
       PlatformOperator                 n  no token

    +  200, 202 or 204           .  404: nothing there, as far as the caller can tell
    *  201: made                 -  403: the token gives no right to it, whatever is stored
    2  200, with so many items   !  409: rules of the domain say no        ?  401: who is it?

The word behind an endpoint says what the request is about, if not the partner's own: see `ABOUT`.
E commands and gets 403, reads and gets 404: it learns of its own tenant only.
"""

from typing import Final

from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    subscription_id,
)
from tests.unit.http.visibility_story import (
    BLOCKED,
    PAUSED,
)

TABLE: Final = """
The customer                                 G U S A H L R X Y Z C D M m g p O F E T n
customers_get                                + + + + + - + + . . + + + - - - - - . . ?
customers_get only-invited                   . . . . . - . . . . . . . - - - - - . . ?
customers_put                                - - - - - - - - - - + - - - - - - - - . ?
blocked_partners_list                        - - - - - - - - - - 1 1 1 - - - - - - . ?
blocked_partners_get blocked                 - - - - - - - - - - + + + - - - - - - . ?
blocked_partners_put blocked                 - - - - - - - - - - + - - - - - - - - . ?
blocked_partners_delete blocked              - - - - - - - - - - + - - - - - - - - . ?
access_get                                   - - - - - - - - - - + + + - - - - - - . ?
customer_events_list                         - - - - - - - - - - + + + - - - - - - . ?
ledger_list                                  - - - - - - - - - - + + + - - - + - - . ?
ledger_list csv                              - - - - - - - - - - + + + - - - + - - . ?
ledger_get                                   - - - - - - - - - - + + + - - - + - - . ?
ledger_verification                          - - - - - - - - - - + + + - - - + - - . ?
ledger_proof                                 - - - - - - - - - - + + + - - - + - - . ?
personal_data_erase                          - - - - - - - - - - + - - - - - - - - . ?

Invitations                                  G U S A H L R X Y Z C D M m g p O F E T n
invitations_list                             2 2 2 2 2 - 2 1 . . 4 4 4 - - - - - . . ?
invitations_list only-invited                . . . . . - . . 1 . . . . - - - - - . . ?
invitations_get                              + + + + + - + . . . + + + - - - - - . . ?
invitations_get X                            . . . . . - . + . . + + + - - - - - . . ?
invitations_get Z                            . . . . . - . . . . + + + - - - - - . . ?
invitations_email                            + + + + - - . . . . - - - - - - - - . - ?
invitations_email Z                          . . . . - - . . . . - - - - - - - - . - ?
invitations_impact                           - - - - - - - - - - + + + - - - - - - . ?
invitations_put unheard-of                   * * * * - - * * * ! - - - - - - - - - - ?
invitations_accept                           - - - - - - - - - - + - - - - - - - - . ?
invitations_decline                          - - - - - - - - - - + - - - - - - - - . ?
invitations_cancel                           + + + + - - . . . ! - - - - - - - - - - ?
invitations_cancel X                         . . . . - - . ! . ! - - - - - - - - - - ?
invitations_cancel Z                         . . . . - - . . . ! - - - - - - - - - - ?

Invitation links                             G U S A H L R X Y Z C D M m g p O F E T n
invitation_links_list                        1 1 1 1 1 - . . . . - - - - - - - - . - ?
invitation_links_get                         + + + + + - . . . . - - - - - - - - . - ?
invitation_links_put new                     * * * * - - . . . . - - - - - - - - . - ?
invitation_links_revoke                      + + + + - - . . . . - - - - - - - - . - ?
invitation_offers_get                        - - - - - - - - - - + + + - - - - - - + ?
invitation_offers_get new                    - - - - - - - - - - . . . - - - - - - . ?
invitation_offers_impact                     - - - - - - - - - - + + + - - - - - - + ?
invitation_offers_impact new                 - - - - - - - - - - . . . - - - - - - . ?
invitation_links_accept                      - - - - - - - - - - ! - - - - - - - - + ?

Relationships                                G U S A H L R X Y Z C D M m g p O F E T n
relationships_list                           2 2 2 2 2 - 2 1 . . 4 4 4 - - - - - . . ?
relationships_get                            + + + + + - + . . . + + + - - - - - . . ?
relationships_get reseller                   + + + + + - + . . . + + + - - - - - . . ?
relationships_get X                          . . . . . - . + . . + + + - - - - - . . ?
relationships_get Z                          . . . . . - . . . . + + + - - - - - . . ?
relationships_revoke_delegated_admin         + - - + - - . . . . + - - - - - - - . . ?
relationships_revoke_delegated_admin reseller . - - . - - + . . . + - - - - - - - . . ?
relationships_revoke_delegated_admin Z       . - - . - - . . . ! + - - - - - - - . . ?
relationships_request_end                    - - - - - - - - - - + - - - - - - - - . ?
relationships_remove                         ! - - - - - . . . . - - - - - - - - . - ?
relationships_remove reseller                . - - - - - ! . . . - - - - - - - - . - ?
relationships_remove Z                       . - - - - - . . . ! - - - - - - - - . - ?

Subscriptions                                G U S A H L R X Y Z C D M m g p O F E T n
subscriptions_list                           2 2 2 2 2 - 1 1 . . 4 4 4 - - - - - . . ?
subscriptions_get                            + + + + + - + . . . + + + - - - - - . . ?
subscriptions_get direct                     + + + + + - . . . . + + + - - - - - . . ?
subscriptions_get X                          . . . . . - . + . . + + + - - - - - . . ?
subscriptions_get Z                          . . . . . - . . . . + + + - - - - - . . ?
subscriptions_put new                        * - * * - * ! * ! ! - - - - - - - - - - ?
subscriptions_patch                          + - + + - + . . . ! - - - - - - - - - - ?
subscriptions_patch Z                        . - . . - . . . . ! - - - - - - - - - - ?
subscriptions_suspend                        + - + + - - . . . ! - - - - - - - - - - ?
subscriptions_suspend direct                 + - + + - - . . . ! - - - - - - - - - - ?
subscriptions_suspend Z                      . - . . - - . . . ! - - - - - - - - - - ?
subscriptions_reactivate                     + - + + - + . . . ! - - - - - - - - - - ?
subscriptions_delete                         + - + + - - . . . ! - - - - - - - - - - ?
subscriptions_set_partner_of_record          + - + + - - . . . ! - - - - - - - - - - ?
subscriptions_set_partner_of_record direct   + - + + - - . . . ! - - - - - - - - - - ?
subscriptions_dispute                        - - - - - - - - - - + - - - - - - - - . ?
subscriptions_annul                          - - - - - - - - - - - - - - - - ! - - - ?
subscriptions_annul X                        - - - - - - - - - - - - - - - - + - - - ?
disputes_list                                - - - - - - - - - - - - - - - - 1 - - - ?
disputes_get                                 - - - - - - - - - - - - - - - - . - - - ?
disputes_get X                               - - - - - - - - - - - - - - - - + - - - ?

Partners                                     G U S A H L R X Y Z C D M m g p O F E T n
partners_list                                1 1 1 1 1 - 1 1 1 1 - - - - - - 5 - 0 - ?
partners_get                                 + + + + + - . . . . - - - - - - + - . - ?
partners_get X                               . . . . . - . + . . - - - - - - + - . - ?
partners_get Z                               . . . . . - . . . + - - - - - - + - . - ?
partners_put                                 - - - - - - - - - - - - - - - - + - - - ?
partners_suspend                             - - - - - - - - - - - - - - - - + - - - ?
partners_resume                              - - - - - - - - - - - - - - - - + - - - ?
partner_customers_list                       1 1 1 1 1 - . . . . - - - - - - - - . - ?
partner_customers_list csv                   + - - + - - . . . . - - - - - - - - . - ?
partner_customers_list Z                     . . . . . - . . . . - - - - - - - - . - ?
partner_customers_get                        + + + + + - . . . . - - - - - - - - . - ?
partner_customers_get only-invited           . . . . . - . . . . - - - - - - - - . - ?
partner_customers_get Z                      . . . . . - . . . . - - - - - - - - . - ?
partner_invitations_list                     2 2 2 2 2 - . . . . - - - - - - - - . - ?
partner_subscriptions_list                   2 2 2 2 2 - . . . . - - - - - - - - . - ?
partner_events_list                          9 9 9 9 9 - . . . . - - - - - - - - . - ?
resellers_list                               1 1 1 1 1 - . . . . - - - - - - - - . - ?
resellers_list reseller                      . . . . . - 1 . . . - - - - - - - - . - ?
resellers_get                                + + + + + - + . . . - - - - - - - - . - ?
resellers_put                                + - - + - - . . . . - - - - - - - - . - ?
resellers_accept                             . - - . - - + . . . - - - - - - - - . - ?
resellers_delete                             + - - + - - + . . . - - - - - - - - . - ?

Webhooks                                     G U S A H L R X Y Z C D M m g p O F E T n
webhooks_list                                1 - - 1 - - . . . . - - - - - - - - . - ?
webhooks_get                                 + - - + - - . . . . - - - - - - - - . - ?
webhooks_put new                             * - - * - - . . . . - - - - - - - - . - ?
webhooks_put Z                               . - - . - - . . . ! - - - - - - - - . - ?
webhooks_delete                              + - - + - - . . . . - - - - - - - - . - ?
webhooks_delete Z                            . - - . - - . . . ! - - - - - - - - . - ?
webhooks_test                                + - - + - - . . . . - - - - - - - - . - ?
webhooks_rotate_secret                       + - - + - - . . . . - - - - - - - - . - ?
webhooks_rotate_secret Z                     . - - . - - . . . ! - - - - - - - - . - ?

Pipelines                                    G U S A H L R X Y Z C D M m g p O F E T n
pipelines_list                               - - - - - - - - - - - - - - - - 1 - - - ?
pipelines_get                                - - - - - - - - - - - - - - - - + - - - ?
pipelines_put                                - - - - - - - - - - - - - - - - + - - - ?
pipelines_delete                             - - - - - - - - - - - - - - - - + - - - ?
pipeline_results_list                        - - - - - - - - - - - - - - - - 1 - - - ?

Onboarding                                   G U S A H L R X Y Z C D M m g p O F E T n
onboarding_submit                            - - - - - + - - - - - - - - - - - - - - ?
onboarding_results_list                      1 1 1 1 1 1 . . . . - - - - - - - - . - ?
onboarding_results_list Z                    . . . . . . . . . . - - - - - - - - . - ?

Sweeps and dead letters                      G U S A H L R X Y Z C D M m g p O F E T n
sweeps_start                                 - - - - - - - - - - - - - - - - * - - - ?
sweeps_list                                  - - - - - - - - - - - - - - - - 1 - - - ?
sweeps_get                                   - - - - - - - - - - - - - - - - + - - - ?
sweep_findings_list                          - - - - - - - - - - - - - - - - 1 - - - ?
findings_list                                - - - - - - - - - - - - - - - - 1 - - - ?
findings_get                                 - - - - - - - - - - - - - - - - + - - - ?
checkpoints_list                             1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ?
checkpoints_get                              + + + + + + + + + + + + + + + + + + + + ?
checkpoint_leaves_list                       - - - - - - - - - - - - - - - - 7 - - - ?
checkpoint_leaves_list csv                   - - - - - - - - - - - - - - - - + - - - ?
dead_letters_list                            - - - - - - - - - - - - - - - - 1 - - - ?
dead_letters_get                             - - - - - - - - - - - - - - - - + - - - ?
open_counts_get                              - - - - - - - - - - - - - - - - + - - - ?
dead_letters_replay                          - - - - - - - - - - - - - - - - + - - - ?
dead_letters_close                           - - - - - - - - - - - - - - - - + - - - ?

For all                                      G U S A H L R X Y Z C D M m g p O F E T n
me_get                                       + + + + + + + + + + + + + + + + + + + + ?
policy_rules_list                            + + + + + + + + + + + + + + + + + + + + ?
policy_evaluate                              + + + + - - . . . + - - - - - - - - - - ?
health_live                                  + + + + + + + + + + + + + + + + + + + + +
health_ready                                 + + + + + + + + + + + + + + + + + + + + +
health_versions                              - - - - - - - - - - - - - - - - + - - - ?
openapi_get                                  + + + + + + + + + + + + + + + + + + + + +
"""

PARTNERS: Final = {
    "customerId": AGENCY,
    "partnerId": PROVIDER,
    "resellerId": RESELLER,
    "invitationId": invitation_id(5),
    "linkId": invitation_id(9),
    "subscriptionId": subscription_id(1),
    "webhookId": invitation_id(8),
    "pipelineId": "erp",
    "sequence": "1",
}
NEW: Final = "77777777-7777-4777-8777-777777777777"
NOTHING: Final = {
    **dict.fromkeys([*PARTNERS, "sweepId", "checkpointId"], NEW),
    "pipelineId": "none",
    "deadLetterId": "0" * 64,
    "findingId": "0" * 64,
    "sequence": "1",
}
ABOUT: Final[dict[str, dict[str, str]]] = {
    "": {},
    "reseller": {"partnerId": RESELLER},
    "X": {
        "partnerId": DIRECT,
        "invitationId": invitation_id(2),
        "subscriptionId": subscription_id(3),
    },
    "Z": {
        "partnerId": PAUSED,
        "invitationId": invitation_id(3),
        "subscriptionId": subscription_id(4),
    },
    "blocked": {"partnerId": BLOCKED},
    "direct": {"subscriptionId": subscription_id(2)},
    "only-invited": {"customerId": BUREAU, "invitationId": invitation_id(6)},
    "unheard-of": {"customerId": NEW, "invitationId": NEW},
    "new": {"linkId": NEW, "webhookId": NEW, "subscriptionId": NEW},
    "csv": {},
}
"""Ids of the path besides the partner's own; `direct`: what it sold without its reseller."""
