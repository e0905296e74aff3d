"""Keys of dead letters: records by status, texts by age, marks at whom a text may be about."""

from datetime import datetime
from typing import Final

from shared.clock import rfc3339
from shared.services.ports.dead_letters import DeadLetter
from shared.storage.encoding.keys.places import Key, Span, under

PARTITION: Final = "dead-letter"


def letter(letter_id: str) -> Key:
    """What says where the record lies."""
    return Key(PARTITION, f"letter|{letter_id}")


def place(letter: DeadLetter) -> Key:
    """The record, in the list of its status."""
    return Key(PARTITION, f"{letter.status}|{letter.position}")


def text(letter_id: str, dead_at: datetime) -> Key:
    """Its whole text, in the order of dying."""
    return Key(PARTITION, f"text|{rfc3339(dead_at)}|{letter_id}")


def about(tenant_id: str, letter_id: str) -> Key:
    """The mark that a letter's text may be about the tenant."""
    return Key(PARTITION, f"tenant|{tenant_id}|{letter_id}")


def texts(before: datetime) -> Span:
    """Texts of letters that died earlier."""
    return Span("text|", f"text|{rfc3339(before)}")


def texts_about(tenant_id: str, after: str | None) -> Span:
    """The marks of one tenant's letters behind an id."""
    return under(f"tenant|{tenant_id}", after)


def id_of(key: Key) -> str:
    """The letter's id, which every key ends with."""
    return key.row.rpartition("|")[2]
