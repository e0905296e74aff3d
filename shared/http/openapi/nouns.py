"""How generated clients call things: schemas by nouns of the field, operations `Noun_Verb`.

A generator makes a class of every schema's name, and of an operation's id a group and a method:
`DeadLetters_Replay` is `client.dead_letters.replay()` or `deadLetters.replay()` everywhere.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from shared.errors import PreconditionRequired
from shared.http.endpoint import Endpoint

_GENERIC: Final = re.compile(r"(Indexed)?(List|Feed)Shape_(\w+?)_")

_NOUNS: Final[Mapping[str, str]] = {
    "AcceptBody": "AcceptanceBody",
    "AccessShape": "CustomerAccess",
    "AgreementShape": "CustomerAgreement",
    "BlockShape": "BlockedPartner",
    "BreakShape": "LedgerBreak",
    "CloseBody": "DeadLetterClosingBody",
    "DeliveryShape": "WebhookDelivery",
    "DraftShape": "InvitationEmail",
    "EntryShape": "LedgerEntry",
    "Evaluated": "EvaluatedCommand",
    "EventShape": "LedgerEvent",
    "EventsBody": "EventBatch",
    "FoundShape": "FindingCounts",
    "HeadShape": "LedgerHead",
    "ImpactShape": "InvitationImpact",
    "IndexedInvitationShape": "PartnerInvitation",
    "InviteBody": "InvitationBody",
    "LeafShape": "CheckpointLeaf",
    "Lack": "CallerLack",
    "LackShape": "MissingRight",
    "LetterClosingShape": "DeadLetterClosing",
    "LetterErrorShape": "DeadLetterError",
    "LetterStatus": "DeadLetterStatus",
    "LinkBody": "InvitationLinkBody",
    "LinkShape": "InvitationLink",
    "LinkStatus": "ResellerStatus",
    "MeShape": "Caller",
    "Origin": "RelationshipOrigin",
    "OfferShape": "InvitationOffer",
    "PartnersCustomerShape": "PartnerCustomer",
    "ProblemKind": "FindingKind",
    "ProofShape": "LedgerProof",
    "QueuedShape": "QueuedMessage",
    "Queue": "QueueName",
    "Reason": "DeadLetterReason",
    "ResultShape": "OnboardingResult",
    "SentShape": "SentMessage",
    "Severity": "FindingSeverity",
    "ShardsShape": "SweepProgress",
    "SoldShape": "PartnerSubscriptionCount",
    "UnchangedShape": "UnchangedRecords",
    "VerificationShape": "LedgerVerification",
    "Who": "ActingTenant",
}
"""Where the code's own name is not what a stranger would look for."""


_EVERYBODYS: Final = {"Dispute"}
"""What no partner has an index of."""


def noun(name: str) -> str:
    """What the schema of that name in the code is called."""
    if match := _GENERIC.fullmatch(name):
        indexed, kind, item = match.groups()
        of = noun(item)
        if kind == "Feed":
            return f"{of.removesuffix('Event')}Feed"
        whose = "Partner" if indexed and of not in _EVERYBODYS else ""
        return f"{whose}{of.removeprefix(whose)}List"
    return _NOUNS.get(name, name.removesuffix("Shape"))


def operation_id(endpoint: Endpoint[Any, Any]) -> str:
    """`Noun_Verb`; what a read's address ends with is no verb, but what is got."""
    action = endpoint.route.rpartition("/")[2].replace("-", "_")
    at_its_end = endpoint.name.endswith(f"_{action}")
    verb = action if at_its_end else endpoint.name.rpartition("_")[2]
    got = "get_" if at_its_end and endpoint.method == "GET" else ""
    noun = _pascal(endpoint.name.removesuffix(f"_{verb}"))
    return f"{noun}_{_verb_of_write(endpoint) or _pascal(got + verb)}"


def _verb_of_write(endpoint: Endpoint[Any, Any]) -> str | None:
    """What a PUT or a PATCH comes to; whatever a PUT cannot replace it only creates."""
    match endpoint.method:
        case "PUT":
            replaces = PreconditionRequired in endpoint.errors
            return "CreateOrReplace" if replaces else "Create"
        case "PATCH":
            return "Update"
        case _:
            return None


def _pascal(words: str) -> str:
    return "".join(word.capitalize() for word in words.split("_"))
