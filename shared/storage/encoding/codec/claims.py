"""Rows of table `claims`."""

from shared.model.claims import ClaimKey
from shared.services.ports.claims import Claim, ClaimState
from shared.storage.encoding.fields import VERSION, decoding, number, text
from shared.storage.engine.table import Entity, Properties
from shared.text.identifiers import is_guid


def encode_count(count: int) -> Properties:
    """How many there are."""
    return {"v": VERSION, "n": count}


def decode_count(entity: Entity) -> int:
    """The inverse of `encode_count`."""
    with decoding(entity):
        return number(entity, "n")


def encode_claim(claim: Claim) -> Properties:
    """A claim; what is claimed stands in the key."""
    return {
        "v": VERSION,
        "holder": claim.holder,
        "commandId": claim.command_id,
        "state": claim.state.value,
    }


def decode_claim(entity: Entity, key: ClaimKey) -> Claim:
    """The inverse of `encode_claim`."""
    with decoding(entity):
        holder = text(entity, "holder")
        if not is_guid(holder):
            raise ValueError("holder")
        return Claim(
            key=key,
            holder=holder,
            command_id=text(entity, "commandId"),
            state=ClaimState(text(entity, "state")),
        )
