"""The story whose requests and answers are the examples of the API's description.

Each step is one call: who, method and path, body (a name from examples/scenario/bodies.toml, or the
body itself), If-Match, Accept. `QUEUE type` is a message of the operator's pipeline instead of a
call, `SWEEP` is all messages of a sweep, and `{name}` the id of that name. The first answer of an
operation with a status becomes its example, the first error with a code everybody's. A new
operation needs a step for each status of success.
"""

from typing import Any, Final, NamedTuple

from shared.canonical import digest
from shared.policy.invitations import RELATED_PER_CUSTOMER


class Step(NamedTuple):
    """One call."""

    by: str
    call: str
    body: str | dict[str, Any] | list[Any] | None = None
    if_match: str | None = None
    accept: str | None = None


OPERATOR: Final = "operator"
FABRIKAM: Final = "Fabrikam's sales agent"
FABRIKAMS_APPLICATION: Final = "Fabrikam's application"
FABRIKAMS_ADMIN: Final = "Fabrikam's Global admin"
NORTHWIND: Final = "Northwind's Global admin"
ADATUM: Final = "Adatum's Global admin"
CONTOSO: Final = "Contoso's Global admin"
AGENCY: Final = "the agency's Global admin"
OFFICE: Final = "the office's Global admin"

_AGENCY: Final = "/api/customers/{agency}"
_FABRIKAM: Final = "/api/partners/{fabrikam}"
_LINKED: Final = "/api/partners/{northwind}/resellers/{adatum}"
_M365: Final = f"{_AGENCY}/invitations/{{invitation-m365}}"
_AZURE: Final = f"{_AGENCY}/invitations/{{invitation-azure}}"
_OTHER: Final = f"{_AGENCY}/invitations/{{invitation-other}}"
_LAST: Final = f"{_AGENCY}/invitations/{{invitation-last}}"
_RESERVE: Final = f"{_AGENCY}/subscriptions/{{reserve}}"
_MAILBOXES: Final = f"{_AGENCY}/subscriptions/{{mailboxes}}"
_FLOOD: Final = f"{_AGENCY}/subscriptions/{{flood-model}}"
_LINK: Final = f"{_FABRIKAM}/invitation-links/{{link}}"
_SPRING: Final = f"{_FABRIKAM}/invitation-links/{{link-spring}}"
_OFFERED: Final = "/api/invitation-links/{fabrikam}/{link}"
_BY_LINK: Final = f"{_OFFERED}/accept"
_WEBHOOK: Final = f"{_FABRIKAM}/webhooks/{{webhook}}"
_TOLD: Final = ["subscription-registered"]
_RECEIVER: Final = {"url": "https://hooks.fabrikam.example/csp", "types": _TOLD}
_BLOCKED: Final = f"{_AGENCY}/blocked-partners/{{contoso}}"
_ANY: Final = "*"
_OLD: Final = '"0"'
_OFFER: Final = {"delegatedAdmin": True, "maxAcceptances": 50}
_PROFILE: Final = {"name": "Rivers and Harbors", "domain": "rivers.example.gov", "country": "US"}
_SIGNED: Final = {"firstName": "Alex", "lastName": "Rivers", "email": "alex@rivers.example.gov"}

_UPDATE: Final = {
    "specversion": "1.0",
    "id": "order-4711",
    "source": "https://erp.fabrikam.example",
    "type": "subscription-update",
    "data": {
        "actingPartnerId": "{fabrikam}",
        "customerId": "{agency}",
        "subscriptionId": "{mailboxes}",
        "quantity": 30,
    },
}


def delivery_id(step: Step) -> str:
    """The id that the queue gives a message."""
    return f"{step.call} {step.body if isinstance(step.body, str) else ''}"


_EARLY: Final = Step("erp", "QUEUE customer-profile", {"customerId": "{rivers}", **_PROFILE})
_LETTER: Final = f"/api/dead-letters/{digest(['onboarding', delivery_id(_EARLY)])}"
_UNKNOWN: Final = Step("erp", "QUEUE price-list", {"customerId": "{rivers}"})
_CLOSED: Final = f"/api/dead-letters/{digest(['onboarding', delivery_id(_UNKNOWN)])}"

STORY: Final = (
    Step("nobody", "GET /api/health/live"),
    Step("nobody", "GET /api/health/ready"),
    Step("nobody", "GET /api/openapi.json"),
    Step("nobody", f"GET {_FABRIKAM}"),
    # A message comes too early, the operator sets up and puts it back.
    _EARLY,
    Step(OPERATOR, f"POST {_LETTER}/replay"),
    Step(OPERATOR, "PUT /api/pipelines/erp", "pipeline"),
    Step(OPERATOR, "PUT /api/pipelines/erp", "pipeline"),
    Step(OPERATOR, "GET /api/pipelines/erp"),
    Step(OPERATOR, "GET /api/pipelines"),
    Step(OPERATOR, f"POST {_LETTER}/replay"),
    Step(OPERATOR, "GET /api/dead-letters"),
    Step(OPERATOR, f"GET {_LETTER}"),
    _UNKNOWN,
    Step(OPERATOR, f"POST {_CLOSED}/close", {"reason": "Price lists are for another system."}),
    Step("erp", "QUEUE partner-enrolment", "overseas"),
    Step(OPERATOR, f"PUT {_FABRIKAM}", {"name": "Fabrikam Federal"}),
    Step(OPERATOR, f"PUT {_FABRIKAM}?api-version=", "fabrikam"),
    Step(OPERATOR, f"PUT {_FABRIKAM}?api-version=2020-01-01", "fabrikam"),
    Step(OPERATOR, "PUT /api/partners/{adatum}", "overseas"),
    Step(OPERATOR, f"PUT {_FABRIKAM}", "fabrikam"),
    Step(OPERATOR, f"PUT {_FABRIKAM}", "fabrikam"),
    Step(OPERATOR, f"PUT {_FABRIKAM}", "northwind"),
    Step(OPERATOR, f"PUT {_FABRIKAM}", "northwind", _OLD),
    Step(OPERATOR, "PUT /api/partners/{northwind}", "northwind"),
    Step(OPERATOR, "PUT /api/partners/{adatum}", "adatum"),
    Step("erp", "QUEUE partner-enrolment", "contoso"),
    Step(OPERATOR, f"POST {_FABRIKAM}/suspend"),
    Step(FABRIKAM, f"PUT {_LINK}", _OFFER),
    Step(OPERATOR, f"POST {_FABRIKAM}/resume"),
    Step(OPERATOR, f"GET {_FABRIKAM}"),
    Step(OPERATOR, "GET /api/partners"),
    Step(FABRIKAM, "GET /api/me"),
    # The first partner: Microsoft 365.
    Step(AGENCY, f"PUT {_AGENCY}", _PROFILE),
    Step(AGENCY, f"PUT {_AGENCY}", _PROFILE),
    Step(OFFICE, "PUT /api/customers/{contoso-office}", {**_PROFILE, "country": "CU"}),
    Step(
        FABRIKAM,
        "POST /api/policy/evaluations",
        {
            "command": "invite",
            "customerId": "{agency}",
            "invitationId": "{invitation-m365}",
            "body": {"delegatedAdmin": False, "message": "Licences for the whole agency."},
        },
    ),
    Step(FABRIKAM, f"PUT {_M365}", "invite-for-m365"),
    Step(FABRIKAM, f"PUT {_M365}", "invite-for-m365"),
    Step(FABRIKAM, f"PUT {_M365}", "plain-invitation"),
    Step(FABRIKAM, f"PUT {_OTHER}", {"delegatedAdmin": False, "message": "See www.example.com"}),
    Step(FABRIKAM, f"GET {_M365}/email?locale=en"),
    Step(FABRIKAM, f"GET {_M365}/email?locale=en", accept="message/rfc822"),
    Step(AGENCY, f"GET {_M365}"),
    Step(CONTOSO, f"GET {_M365}"),
    Step(AGENCY, f"GET {_M365}/impact"),
    Step("a guest with the admin role", f"POST {_M365}/accept"),
    Step("somebody of the agency without directory roles", f"POST {_M365}/accept"),
    Step(AGENCY, f"POST {_M365}/accept"),
    Step(AGENCY, f"POST {_M365}/accept", "agency-signs"),
    Step(FABRIKAM, f"PUT {_MAILBOXES}", "mailboxes"),
    Step(FABRIKAM, f"PUT {_MAILBOXES}", "mailboxes"),
    Step(FABRIKAM, f"PUT {_MAILBOXES}", "phones"),
    Step(FABRIKAM, f"PATCH {_MAILBOXES}", "more-mailboxes", _ANY),
    # The second partner: Azure, in two tiers.
    Step(NORTHWIND, "PUT /api/partners/{northwind}/resellers/{fabrikam}"),
    Step(NORTHWIND, f"PUT {_LINKED}"),
    Step(NORTHWIND, f"PUT {_LINKED}"),
    Step(ADATUM, f"POST {_LINKED}/accept"),
    Step(NORTHWIND, "GET /api/partners/{northwind}/resellers"),
    Step(ADATUM, f"GET {_LINKED}"),
    Step(NORTHWIND, f"PUT {_FLOOD}", "flood-model"),
    Step(NORTHWIND, f"PUT {_AZURE}", "invite-for-azure"),
    Step(AGENCY, f"POST {_AZURE}/accept"),
    Step(NORTHWIND, f"PUT {_RESERVE}", "plain-azure"),
    Step(NORTHWIND, f"POST {_RESERVE}/set-partner-of-record", {"partnerOfRecord": "{mpn-adatum}"}),
    Step(NORTHWIND, f"PUT {_FLOOD}", "flood-model"),
    Step(NORTHWIND, f"POST {_FLOOD}/suspend"),
    Step(NORTHWIND, f"POST {_FLOOD}/reactivate"),
    Step(AGENCY, f"GET {_FLOOD}"),
    Step(AGENCY, f"GET {_AGENCY}/subscriptions"),
    Step(AGENCY, f"GET {_AGENCY}/invitations"),
    # The third partner is not wanted.
    Step(CONTOSO, f"PUT {_OTHER}", "plain-invitation"),
    Step(CONTOSO, f"POST {_OTHER}/cancel"),
    Step(CONTOSO, f"PUT {_LAST}", "plain-invitation"),
    Step(AGENCY, f"POST {_LAST}/decline", {"reason": "We buy from somebody else."}),
    Step(AGENCY, f"POST {_LAST}/accept"),
    Step(CONTOSO, f"POST {_LAST}/cancel"),
    Step(AGENCY, f"POST {_M365}/decline"),
    Step(AGENCY, f"PUT {_BLOCKED}"),
    Step(AGENCY, f"PUT {_BLOCKED}"),
    Step(AGENCY, f"GET {_BLOCKED}"),
    Step(AGENCY, f"GET {_AGENCY}/blocked-partners"),
    Step(AGENCY, f"DELETE {_BLOCKED}"),
    # A link for many customers.
    Step(FABRIKAM, f"PUT {_LINK}", _OFFER),
    Step(FABRIKAM, f"PUT {_LINK}", _OFFER),
    Step(OFFICE, f"GET {_OFFERED}"),
    Step(OFFICE, f"GET {_OFFERED}/impact"),
    Step(OFFICE, f"POST {_BY_LINK}", "office-signs"),
    Step(FABRIKAM, f"PUT {_SPRING}", _OFFER),
    Step(FABRIKAM, f"POST {_SPRING}/revoke"),
    Step(OFFICE, "POST /api/invitation-links/{fabrikam}/{link-spring}/accept", "office-signs"),
    Step(FABRIKAM, f"GET {_LINK}"),
    Step(FABRIKAM, f"GET {_FABRIKAM}/invitation-links"),
    # What everybody sees.
    Step(AGENCY, f"GET {_AGENCY}"),
    Step(AGENCY, f"GET {_AGENCY}/access?partnerId={{northwind}}"),
    Step(AGENCY, f"GET {_AGENCY}/events?maxpagesize=2"),
    Step(AGENCY, f"GET {_AGENCY}/ledger?maxpagesize=2"),
    Step(AGENCY, f"GET {_AGENCY}/ledger?order=desc&partnerId={{northwind}}&maxpagesize=1"),
    Step(AGENCY, f"GET {_AGENCY}/ledger/entries/1"),
    Step(AGENCY, f"GET {_AGENCY}/ledger/verification?maxpagesize=5"),
    Step(AGENCY, f"GET {_AGENCY}/ledger/verification"),
    Step(AGENCY, f"GET {_AGENCY}/relationships"),
    Step(AGENCY, f"GET {_AGENCY}/relationships/{{fabrikam}}"),
    Step(AGENCY, "GET /api/policy/rules?maxpagesize=2"),
    Step(FABRIKAM, f"GET {_FABRIKAM}/customers"),
    Step(FABRIKAM, f"GET {_FABRIKAM}/customers/{{agency}}"),
    Step(FABRIKAM, f"GET {_FABRIKAM}/invitations?maxpagesize=2"),
    Step(FABRIKAM, f"GET {_FABRIKAM}/subscriptions"),
    Step(FABRIKAM, f"GET {_FABRIKAM}/events?maxpagesize=2"),
    Step(FABRIKAMS_ADMIN, f"GET {_FABRIKAM}/customers", accept="text/csv"),
    Step(FABRIKAM, f"GET {_FABRIKAM}/invitations?maxpagesize=2", accept="text/csv"),
    Step(FABRIKAM, f"GET {_FABRIKAM}/subscriptions", accept="text/csv"),
    Step(AGENCY, f"GET {_AGENCY}/subscriptions", accept="text/csv"),
    Step(AGENCY, f"GET {_AGENCY}/ledger?maxpagesize=2", accept="text/csv"),
    Step(AGENCY, f"GET {_AGENCY}/ledger?maxpagesize=2", accept="application/jsonl"),
    Step(AGENCY, f"GET {_AGENCY}", accept="text/html"),
    Step(OPERATOR, "GET /api/pipelines/erp/results"),
    # The feed, pushed.
    Step(FABRIKAMS_ADMIN, f"PUT {_WEBHOOK}", _RECEIVER),
    Step(FABRIKAMS_ADMIN, f"PUT {_WEBHOOK}", _RECEIVER),
    Step(FABRIKAMS_ADMIN, f"POST {_WEBHOOK}/test"),
    Step(FABRIKAMS_ADMIN, f"POST {_WEBHOOK}/rotate-secret"),
    Step(FABRIKAMS_ADMIN, f"GET {_WEBHOOK}"),
    Step(FABRIKAMS_ADMIN, f"GET {_FABRIKAM}/webhooks"),
    *(
        Step(FABRIKAMS_ADMIN, f"PUT {_FABRIKAM}/webhooks/{{webhook-{n}}}", _RECEIVER)
        for n in range(10)
    ),
    # What a suspended partner may not do.
    Step(OPERATOR, f"POST {_FABRIKAM}/suspend"),
    Step(FABRIKAMS_ADMIN, f"PUT {_WEBHOOK}", _RECEIVER),
    Step(FABRIKAMS_ADMIN, f"POST {_WEBHOOK}/test"),
    Step(FABRIKAMS_ADMIN, f"POST {_WEBHOOK}/rotate-secret"),
    Step(FABRIKAMS_ADMIN, f"DELETE {_WEBHOOK}"),
    Step(FABRIKAMS_APPLICATION, "POST /api/onboarding", [_UPDATE]),
    Step(FABRIKAM, f"POST {_LINK}/revoke"),
    Step(FABRIKAMS_ADMIN, f"POST {_AGENCY}/relationships/{{fabrikam}}/revoke-delegated-admin"),
    Step(OPERATOR, f"POST {_FABRIKAM}/resume"),
    Step(FABRIKAMS_ADMIN, f"DELETE {_WEBHOOK}"),
    Step(FABRIKAMS_APPLICATION, "POST /api/onboarding", [_UPDATE]),
    Step(FABRIKAMS_APPLICATION, f"GET {_FABRIKAM}/onboarding-results"),
    Step(OPERATOR, "DELETE /api/pipelines/erp"),
    # How it ends.
    Step(
        AGENCY,
        f"POST {_AGENCY}/relationships/{{fabrikam}}/request-end",
        {"reason": "The contract is over."},
    ),
    Step(AGENCY, f"POST {_AGENCY}/relationships/{{fabrikam}}/revoke-delegated-admin"),
    Step(FABRIKAMS_ADMIN, f"POST {_AGENCY}/relationships/{{fabrikam}}/remove"),
    Step(AGENCY, f"POST {_MAILBOXES}/dispute", {"reason": "Nobody here ordered it."}),
    Step(OPERATOR, "GET /api/disputes"),
    Step(OPERATOR, "GET /api/disputes/{agency}/{mailboxes}"),
    Step(OPERATOR, "GET /api/findings?status=open"),
    Step(OPERATOR, "GET /api/findings/{finding}"),
    Step(OPERATOR, "GET /api/open-counts"),
    Step(OPERATOR, f"POST {_FLOOD}/annul"),
    Step(OPERATOR, f"POST {_MAILBOXES}/annul", {"reason": "The partner has no order."}),
    Step(NORTHWIND, f"POST {_FLOOD}/delete"),
    Step(NORTHWIND, f"POST {_FLOOD}/reactivate"),
    Step(NORTHWIND, f"POST {_FLOOD}/suspend"),
    Step(NORTHWIND, f"PATCH {_FLOOD}", {"quantity": 2}, _ANY),
    Step(FABRIKAM, f"POST {_MAILBOXES}/delete"),
    Step(AGENCY, f"POST {_MAILBOXES}/dispute"),
    Step(
        NORTHWIND,
        f"POST {_FLOOD}/set-partner-of-record",
        {"partnerOfRecord": "{mpn-northwind}"},
    ),
    Step(FABRIKAMS_ADMIN, f"POST {_AGENCY}/relationships/{{fabrikam}}/remove"),
    Step(FABRIKAM, f"POST {_AGENCY}/relationships/{{fabrikam}}/revoke-delegated-admin"),
    Step(AGENCY, f"POST {_AGENCY}/relationships/{{fabrikam}}/request-end"),
    Step(OPERATOR, "POST /api/partners/{northwind}/suspend"),
    Step(NORTHWIND, f"DELETE {_LINKED}"),
    Step(OPERATOR, "POST /api/partners/{northwind}/resume"),
    Step(NORTHWIND, f"DELETE {_LINKED}"),
    Step(ADATUM, f"POST {_LINKED}/accept"),
    *(
        Step(OFFICE, f"PUT /api/customers/{{contoso-office}}/blocked-partners/{{unwanted-{n}}}")
        for n in range(RELATED_PER_CUSTOMER)
    ),
    Step(AGENCY, f"POST {_AGENCY}/personal-data/erase", {"invitationId": "{invitation-m365}"}),
    # What the operator checks.
    Step(OPERATOR, "GET /api/health/versions"),
    Step(OPERATOR, "POST /api/sweeps", {"customerId": "{agency}"}),
    Step(OPERATOR, "POST /api/sweeps", {"customerId": "{agency}"}),
    Step(OPERATOR, "POST /api/sweeps", {}),
    Step(OPERATOR, "SWEEP"),
    Step(OPERATOR, "POST /api/sweeps", {}),
    Step(OPERATOR, "SWEEP"),
    Step(OPERATOR, "GET /api/sweeps/{sweep}"),
    Step(OPERATOR, "GET /api/sweeps"),
    Step(OPERATOR, "GET /api/sweeps/{sweep}/findings"),
    Step(OPERATOR, "GET /api/checkpoints"),
    Step(OPERATOR, "GET /api/checkpoints/{sweep}"),
    Step(AGENCY, f"GET {_AGENCY}/ledger/proof"),
    Step(OPERATOR, "GET /api/checkpoints/{sweep}/leaves?maxpagesize=2"),
    Step(OPERATOR, "GET /api/checkpoints/{sweep}/leaves?maxpagesize=2", accept="text/csv"),
    Step(OPERATOR, "GET /api/checkpoints/{sweep}/leaves?maxpagesize=2", accept="application/jsonl"),
)
