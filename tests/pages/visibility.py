"""Who sees what of pages: every page x every kind of caller, as one table, written by hand.

C  the customer's Global admin      P  the inviting partner's Global admin
D  its Global Reader                H  its helpdesk agent
g  a guest who is Global admin      S  the Global admin of the partner that sold
w  a Global admin without wids      h  its helpdesk agent
c  C, signed in an hour ago         Y  the Global admin of a reseller that is asked to link
n  nobody                           O  the operator
                                    T  Global admin of a tenant never heard of

+  200, with what it is about       f  200, with a form that can be sent
a  200, sign in again to decide     o  200, the page of who is signed out
.  404                              -  403
>  303, to where the person begins

Rows of one partner and one subscription are about those that the customer has; of a block about
the partner that it blocked, and an offer's are about a link of Y's.

The activity log and the organization are everybody's own: T reads that nothing is recorded of it.
Checkpoints are everybody's, too. None holds a ledger here: the page of one says that nothing can be
proven with it, and there is no proof to be taken away.
"""

from typing import Final

TABLE: Final = """
                              C D g w c P H S h Y O T n
page_home                     > > + + > > > > > > > + o
page_invitation               + + - - + + + . . . - . o
page_invitation_accept        f - - - a - - - - - - . o
page_invitation_decline       f - - - a - - - - - - . o
page_offer                    + + - - + - - - - - - + o
page_offer_accept             f - - - a - - - - - - f o
page_activity                 + + - - + - - - - - + + o
page_activity_entry           + + - - + - - - - - . . o
page_activity_verification    + + - - + - - - - - + + o
page_activity_checkpoints     + + + + + + + + + + + + o
page_activity_checkpoint      + + - - + - - - - - + + o
page_activity_downloads       + + - - + - - - - - + + o
page_activity_csv             + + - - + - - - - - + + o
page_activity_json_lines      + + - - + - - - - - + + o
page_activity_proof           . . - - . - - - - - . . o
page_organization             + + - - + - - - - - - + o
page_organization_profile     f - - - a - - - - - - f o
page_organization_erasure     f - - - a - - - - - - f o
page_relationships            + + - - + . . . . . - + o
page_relationship             + + - - + . . . . . - . o
page_relationship_revoke_delegated_admin f - - - a . - . - . - . o
page_relationship_request_end f - - - a - - - - - - . o
page_partner_block            f - - - a - - - - - - . o
page_partner_unblock          f - - - a - - - - - - . o
page_subscriptions            + + - - + . . . . . - + o
page_subscription             + + - - + . . . . . - . o
page_subscription_dispute     f - - - a - - - - - - . o
page_customers                - - - - - + + + + + - - o
page_customer                 - - - - - + + + + . - - o
page_invite                   - - - - - f - f - f - - o
page_invitation_email         - - - - - + - . - . - - o
page_invitation_eml           - - - - - + - . - . - - o
page_invitation_cancel        - - - - - f - . - . - - o
page_customer_register        - - - - - . - f - . - - o
page_customer_subscription    + + - - + . . + + . - . o
page_customer_subscription_update - - - - - . - f - . - - o
page_customer_subscription_suspend - - - - - . - f - . - - o
page_customer_subscription_reactivate - - - - - . - + - . - - o
page_customer_subscription_delete - - - - - . - f - . - - o
page_customer_subscription_of_record - - - - - . - . - . - - o
page_customer_drop_privileges . - - - . . - f - . - . o
page_customer_remove          - - - - - . - + - . - - o
page_invitation_links         - - - - - + + + + + - - o
page_invitation_link_issue    - - - - - f - f - f - - o
page_invitation_link_use      - - - - - . . . . + - - o
page_invitation_link_revoke   - - - - - . - . - f - - o
page_resellers                - - - - - + + + + + - - o
page_reseller_ask             - - - - - f - f - f - - o
page_reseller_accept          - - - - - . - . - f - - o
page_reseller_end             - - - - - . - . - f - - o
page_operations               - - - - - - - - - - + - o
page_sweeps                   - - - - - - - - - - f - o
page_sweep                    - - - - - - - - - - + - o
page_partners                 - - - - - - - - - - + - o
page_partner                  - - - - - - - - - - + - o
page_partner_enrol            - - - - - - - - - - f - o
page_partner_update           - - - - - - - - - - f - o
page_partner_suspend          - - - - - - - - - - f - o
page_partner_resume           - - - - - - - - - - f - o
page_pipelines                - - - - - - - - - - + - o
page_pipeline                 - - - - - - - - - - + - o
page_pipeline_register        - - - - - - - - - - f - o
page_pipeline_replace         - - - - - - - - - - f - o
page_pipeline_delete          - - - - - - - - - - f - o
page_findings                 - - - - - - - - - - + - o
page_finding                  - - - - - - - - - - + - o
page_dead_letters             - - - - - - - - - - + - o
page_dead_letters_replay      - - - - - - - - - - f - o
page_dead_letter              - - - - - - - - - - + - o
page_dead_letter_replay       - - - - - - - - - - f - o
page_dead_letter_close        - - - - - - - - - - f - o
page_disputes                 - - - - - - - - - - + - o
page_dispute                  - - - - - - - - - - + - o
page_dispute_annul            - - - - - - - - - - f - o
"""
