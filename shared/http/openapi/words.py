"""What the API's description says of tags and parameters, wherever they come up."""

from collections.abc import Mapping
from typing import Final

from shared.http.endpoint import API_VERSION
from shared.policy.callers import CallerRole

TITLE: Final = "CSP multi-partner backend"
OPERATOR: Final = "The operator of this deployment"
ABOUT: Final = """\
Customers who work with several Cloud Solution Provider (CSP) partners at once: invitations,
relationships with delegated admin privileges, and the subscriptions that partners sell. Nothing
that another partner sold changes on the way, and every change of a customer's records is an entry
in a ledger that it can verify.

Commands name their resource, so repeating a request is safe; the operations of which that is not
true say so. Errors have one shape, and `error.code` to branch on. A refusal by policy is 409
`PolicyRefused` and lists the broken rules; `GET /api/policy/rules` explains them. Lists answer
`nextLink` until the last page, feeds a `cursor` for the next call's `after`."""

ANEW: Final = "Not safe to repeat: each request does it anew."
STEPWISE: Final = (
    "It takes several steps: after an error a part may be done, and the same request goes on,"
    " perhaps only after some minutes."
)

TAGS: Final[Mapping[str, str]] = {
    "me": "Who the caller is here, its roles, and what it lacks.",
    "partners": (
        "The operator enrols, replaces, suspends and resumes partners, and reads all of them; a"
        " partner's people read their own."
    ),
    "resellers": (
        "Links of indirect providers with resellers: the provider asks, the reseller accepts;"
        " either side reads and ends them (LNK-1)."
    ),
    "invitations": (
        "A partner invites, drafts the e-mail, and cancels. The customer's people see what"
        " accepting would change, and its Global admin accepts or declines. Both sides read."
    ),
    "invitation-links": (
        "Reusable links: a partner issues, reads and revokes them. Customers' people who have one"
        " see what it offers, and their Global admin accepts by it (INV-5)."
    ),
    "customers": (
        "A customer's Global admin states its profile, which its people and its partners read; a"
        " partner reads its own customers."
    ),
    "blocked-partners": (
        "The customer's Global admin blocks partners, whose new invitations are refused then, and"
        " unblocks them (INV-9); its people read which these are."
    ),
    "relationships": (
        "The customer's people read its partner relationships, a partner its own. The customer's"
        " Global admin asks for an end, the partner removes it, in two tiers the provider (REM-5);"
        " both take delegated admin privileges away."
    ),
    "subscriptions": (
        "The transacting partner registers, changes, suspends, reactivates and deletes what it"
        " sold; the customer's Global admin disputes, the operator annuls. The customer's people"
        " read all of them, a partner its own (SUB-4)."
    ),
    "access": (
        "The customer's people read which partner has which role in the tenant and on each"
        " subscription, and because of which rule."
    ),
    "events": (
        "Feeds of what happened: the customer's people read all of their tenant, a partner's"
        " people what concerns the partner at its customers."
    ),
    "webhooks": (
        "A partner's administrators have its feed pushed to an address that they register, test"
        " and remove."
    ),
    "ledger": (
        "Every change of a tenant's records in hash-linked entries, their verification, and"
        " proofs against checkpoints: for the tenant's own people and the operator."
    ),
    "personal-data": (
        "The customer's Global admin has personal data erased; of these the ledger keeps salted"
        " hashes, and that they went."
    ),
    "onboarding": "A partner's application hands in messages, which are processed later.",
    "onboarding-results": (
        "What became of the messages that a partner's application handed in: for it and the"
        " partner's people."
    ),
    "pipelines": (
        "The operator decides which sources may send what for which partners, and reads what"
        " became of their messages."
    ),
    "policy": (
        "The rules as data, for any token but a delegated partner's, and dry runs of commands, for"
        " whoever may ask for these."
    ),
    "sweeps": (
        "The operator starts and reads checks of what is stored against the ledgers, of all"
        " tenants or of one; a timer starts those of all."
    ),
    "findings": (
        "The operator reads what sweeps found or was reported at once: kind, tenant, what differs."
    ),
    "checkpoints": (
        "Merkle roots over tenants' ledgers, to be kept outside of the storage account: for any"
        " token but a delegated partner's, and their leaves for the operator."
    ),
    "dead-letters": (
        "The operator reads messages that could not be processed, and puts them back or closes"
        " them."
    ),
    "disputes": (
        "The operator reads the subscriptions that customers object to; annulling one is an"
        " operation of `subscriptions`."
    ),
    "open-counts": (
        "The operator reads how many findings, dead letters and disputes are open, up to 100 of"
        " each."
    ),
    "health": (
        "Whether the app runs and reaches its storage, without a token; in which versions, for"
        " the operator."
    ),
    "openapi": "This description, without a token.",
}
"""In the order of a partner's journey, then what operators need."""

PARAMETERS: Final[Mapping[str, str]] = {
    "api-version": (
        f"The version of this API; `{API_VERSION}` is the only one, and any other is refused with"
        " 400."
    ),
    "checkpointId": "The checkpoint's id, which is its sweep's.",
    "customerId": (
        "The customer's tenant id, a GUID in any case. A ledger and its events are any tenant's:"
        " there it may be a partner's too."
    ),
    "deadLetterId": "The dead letter's id, 64 hexadecimal digits.",
    "findingId": "The finding's id, 64 hexadecimal digits.",
    "sequence": "The entry's number in its ledger, from 1.",
    "If-Match": (
        "`*`, or entity tags as answers carry them in `ETag`; what would read, change or make"
        " another version is 412 `ConditionNotMet`."
    ),
    "If-None-Match": (
        "Entity tags: what the caller has already is 304. On a PUT it is `*`: what would be 200 or"
        " 428 without it is 412 `ConditionNotMet`; a 409 stays 409, such as for an id that is taken"
        " with other content."
    ),
    "invitationId": (
        "The invitation's id, a GUID that the inviting partner chooses, or the acceptance by link."
    ),
    "linkId": "The invitation link's id, a GUID that its partner chooses.",
    "partnerId": "The partner's tenant id, a GUID in any case.",
    "pipelineId": (
        "The pipeline's id, which the operator chooses, at most 64 characters: Latin letters,"
        " digits, dots, dashes, underscores; it begins with a letter or digit."
    ),
    "resellerId": "The reseller's tenant id, a GUID in any case.",
    "subscriptionId": (
        "The subscription's id at Microsoft, a GUID in any case; one id is one subscription"
        " everywhere. Annulled, it is free for other customers, at the same one never again"
        " (SUB-2, SUB-6)."
    ),
    "sweepId": "The sweep's id, a GUID that begins with the time.",
    "webhookId": "The webhook's id, a GUID that its partner chooses.",
}
"""Ids in paths, headers and the version; a query's parameters say it where they are declared."""

IDS: Final[Mapping[str, str]] = {
    "checkpointId": "019a9b3e-4c00-7a1d-8e52-6f0b3d9c2a71",
    "customerId": "0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44",
    "sequence": "1",
    "deadLetterId": "5d41402abc4b2a76b9719d911017c592ae2b4f0e7c8d6a31f9e05b7c2d48a613",
    "findingId": "8e2f1d7a4c6b9053e1a7d4f28b3c6e9105a7f2d8c4b6e1937f0d5a2c8e4b6173",
    "invitationId": "3b9e7c18-6d2a-4c55-8f10-9a7be4d0c316",
    "linkId": "9c0e5b7a-1f64-4d38-a2e9-7b3d8c6f1052",
    "partnerId": "5f7c1c9e-52a5-4b58-a7d5-3d3c0e6c9a11",
    "pipelineId": "erp",
    "resellerId": "c1a6f2de-7f0b-4f0e-9d52-6a3f0f8e7b21",
    "subscriptionId": "71c0a9d4-3e5f-4d86-9b27-58e6f1a2c7d0",
    "sweepId": "019a9b3e-4c00-7a1d-8e52-6f0b3d9c2a71",
    "webhookId": "a7e2d4c9-0b58-4f13-9e6a-2c8f5d1b7340",
}
"""An example of each path parameter: README's own ids, so that whoever follows it types nothing."""

ROLES: Final[Mapping[CallerRole, str]] = {
    CallerRole.GLOBAL_ADMIN: "GlobalAdmin",
    CallerRole.USER_MANAGEMENT_ADMIN: "UserManagementAdmin",
    CallerRole.SALES_AGENT: "SalesAgent",
    CallerRole.ADMIN_AGENT: "AdminAgent",
    CallerRole.HELPDESK_AGENT: "HelpdeskAgent",
    CallerRole.PIPELINE: "OnboardingPipeline",
    CallerRole.CUSTOMER_GLOBAL_ADMIN: "the customer's Global admin",
    CallerRole.CUSTOMER_READER: "the customer's Global Reader",
    CallerRole.OPERATOR: "PlatformOperator",
}

SIGN_IN: Final = """\
A v2.0 access token of Microsoft Entra ID for this application: a person's with the scope
`access_as_user`, an application's with `idtyp` `app`. Partners' and the operator's people and
applications bring app roles of their own tenant (`roles`); a customer's people bring directory
roles (`wids`), and that they are the tenant's members (`acct`)."""
