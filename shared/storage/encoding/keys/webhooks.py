"""Keys of webhooks; see `shared/storage/keys.py`."""

from typing import Final

from shared.services.ports.webhooks import WebhookKey
from shared.storage.encoding.keys.places import Key, Span, under

WEBHOOKS: Final = "webhook"
"""All webhooks lie in one partition, so that those that wait can be looked for."""


def webhook(key: WebhookKey) -> Key:
    """A partner's webhook."""
    return Key(WEBHOOKS, f"id|{key.partner_id}|{key.webhook_id}")


def webhook_key(key: Key) -> WebhookKey:
    """The inverse of `webhook`. Raises ValueError for another key."""
    _, partner_id, webhook_id = key.row.split("|")
    return WebhookKey(partner_id, webhook_id)


def webhook_slot(partner_id: str, slot: int) -> Key:
    """One of the few places that a partner has for webhooks."""
    return Key(WEBHOOKS, f"slot|{partner_id}|{slot}")


def webhooks(after: str | None) -> Span:
    """Everybody's, behind `{partner}|{webhook}`."""
    return under("id", after)


def webhooks_of(partner_id: str, after: str | None) -> Span:
    """A partner's, behind a webhook's id."""
    return under(f"id|{partner_id}", after)
