"""Personal data and free text that people type: kept in `details` rows only, erasable."""

from typing import Final

from shared.canonical import digest
from shared.model.base import Model


class Contact(Model):
    """Whom the partner wrote to: personal data, only ever in `Details`."""

    email: str
    locale: str


class Signer(Model):
    """Who signed the Microsoft Customer Agreement: personal data, only ever in `Details`."""

    first_name: str
    last_name: str
    email: str


class Details(Model):
    """Personal data and free text of an invitation, the agreement, or a dispute; erasable.

    `create_digest` is here and not in the ledger because it covers the contact's address.
    """

    create_digest: str | None = None
    message: str | None = None
    contact: Contact | None = None
    decline_reason: str | None = None
    signer: Signer | None = None
    end_request_reason: str | None = None
    dispute_reason: str | None = None
    annulment_reason: str | None = None


def commitment(details: Details, salt: str) -> str:
    """What the ledger keeps of them: enough to tell another text, nothing to guess this one by.

    SHA-256 of the RFC 8785 form of `{details, salt}`. The salt lies with the details and goes with
    them, so that nothing is left of what was erased.
    """
    return digest({"details": details.model_dump(mode="json", exclude_none=True), "salt": salt})


AGREEMENT_DETAILS: Final = "agreement"
"""The id under which the agreement's details lie; an invitation's lie under its own."""


def relationship_details(partner_id: str) -> str:
    """The id under which it lies why the customer wants the end of that relationship."""
    return f"relationship.{partner_id}"


def subscription_details(subscription_id: str) -> str:
    """The id under which it lies why that subscription was disputed and annulled."""
    return f"subscription.{subscription_id}"
