"""Keys of table `claims`: ids that are unique everywhere, and the places of limited links."""

from typing import Final

from shared.model.claims import ClaimKey, ClaimKind
from shared.services.ports.claims import SlotKey
from shared.storage.encoding.keys.places import Key, under
from shared.text.identifiers import is_guid


def claim(key: ClaimKey) -> Key:
    """An id that exists once in the whole system."""
    return Key(f"{key.kind}|{key.id}", "claim")


def slot_counter(partner_id: str, link_id: str) -> Key:
    """How many acceptances of a partner's link are reserved."""
    return Key(f"link|{partner_id}|{link_id}", "counter")


def slot(key: SlotKey) -> Key:
    """One customer's reservation."""
    return Key(f"link|{key.partner_id}|{key.link_id}", f"slot|{key.customer_id}")


SLOTS: Final = under("slot")
"""All slots of a link."""


def claimed(key: Key) -> ClaimKey:
    """The inverse of `claim`. Raises ValueError for another key."""
    kind, _, claim_id = key.partition.partition("|")
    return ClaimKey(ClaimKind(kind), claim_id)


def counted(key: Key) -> tuple[str, str]:
    """The partner and link of a counter or slot. Raises ValueError for another key."""
    what, partner_id, link_id = key.partition.split("|")
    if what != "link" or not is_guid(partner_id):
        raise ValueError(what)
    return partner_id, link_id


def slotted(key: Key) -> SlotKey:
    """The inverse of `slot`. Raises ValueError for another key."""
    what, _, customer_id = key.row.partition("|")
    if what != "slot" or not is_guid(customer_id):
        raise ValueError(what)
    return SlotKey(*counted(key), customer_id)
