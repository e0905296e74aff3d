"""Rows of table `tenants`."""

from collections.abc import Mapping
from typing import Final

from shared.clock import rfc3339
from shared.model.base import Model
from shared.model.customers import Customer, CustomerAgreement, TenantKind
from shared.model.ledger import Entry
from shared.model.models import Invitation, InvitationLink, Partner, ResellerLink, Subscription
from shared.model.personal import Details
from shared.model.state import Head, Related, Row, RowKind
from shared.services.ports.tenants import Projected, Remembered
from shared.storage.encoding.fields import VERSION, binary, decoding, moment, number, text
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.engine.table import Entity, LimitExceeded, Properties

CHUNK: Final = 64_000

CHUNKS: Final = 8
"""Of an entry. The largest, the end of a provider with 99 resellers of longest names, needs six."""

_ROWS: Final[dict[RowKind, type[Invitation | InvitationLink | ResellerLink | Subscription]]] = {
    RowKind.INVITATION: Invitation,
    RowKind.INVITATION_LINK: InvitationLink,
    RowKind.RESELLER: ResellerLink,
    RowKind.SUBSCRIPTION: Subscription,
}


def encode_head(head: Head) -> Properties:
    """The head, with one property per related partner."""
    properties: dict[str, str | int] = {
        "v": VERSION,
        "kind": head.kind.value,
        "sequence": head.sequence,
        "hash": head.hash,
        "at": rfc3339(head.at) if head.at else "",
    }
    parts: Mapping[str, Model | None] = {
        "partner": head.partner,
        "customer": head.customer,
        "agreement": head.agreement,
        **{tenants_keys.related(partner_id): known for partner_id, known in head.related.items()},
    }
    return properties | {
        name: part.model_dump_json() for name, part in parts.items() if part is not None
    }


def decode_head(entity: Entity) -> Head:
    """The inverse of `encode_head`."""

    def part[M: Model](name: str, model: type[M]) -> M | None:
        if name not in entity.properties:
            return None
        return model.model_validate_json(text(entity, name))

    with decoding(entity):
        return Head(
            id=entity.key.partition,
            kind=TenantKind(text(entity, "kind")),
            partner=part("partner", Partner),
            customer=part("customer", Customer),
            agreement=part("agreement", CustomerAgreement),
            related={
                tenants_keys.related_partner(name): Related.model_validate_json(text(entity, name))
                for name in entity.properties
                if name.startswith(tenants_keys.RELATED_PREFIX)
            },
            sequence=number(entity, "sequence"),
            hash=text(entity, "hash"),
            at=moment(at) if (at := text(entity, "at")) else None,
        )


def encode_row(row: Row, sequence: int) -> Properties:
    """A row with the tenant's sequence that wrote it."""
    return {"v": VERSION, "sequence": sequence, "body": row.model_dump_json()}


def decode_row(entity: Entity, kind: RowKind) -> tuple[Row, int]:
    """The row and its sequence."""
    with decoding(entity):
        row = _ROWS[kind].model_validate_json(text(entity, "body"))
        return row, number(entity, "sequence")


def encode_details(details: Details, salt: str, sequence: int) -> Properties:
    """Personal data with the salt of their commitment and the tenant's sequence that wrote them."""
    body = details.model_dump_json(exclude_none=True)
    return {"v": VERSION, "sequence": sequence, "salt": salt, "body": body}


def decode_details(entity: Entity) -> tuple[Details, str, int]:
    """The details, their salt and their sequence."""
    with decoding(entity):
        details = Details.model_validate_json(text(entity, "body"))
        return details, text(entity, "salt"), number(entity, "sequence")


def encode_entry(entry: Entry) -> Properties:
    """The entry's canonical bytes, cut into binaries. Raises LimitExceeded beyond eight."""
    data = entry.encode()
    if len(data) > CHUNK * CHUNKS:
        raise LimitExceeded(f"a ledger entry of {len(data)} bytes")
    chunks = {
        f"body{n}": data[start : start + CHUNK]
        for n, start in enumerate(range(0, len(data), CHUNK))
    }
    return {"v": VERSION, **chunks}


def decode_entry(entity: Entity) -> Entry:
    """The inverse of `encode_entry`."""
    with decoding(entity):
        names = [f"body{n}" for n in range(CHUNKS) if f"body{n}" in entity.properties]
        return Entry.decode(b"".join(binary(entity, name) for name in names))


def encode_projected(projected: Projected) -> Properties:
    """How far a tenant's followers were served."""
    return {"v": VERSION, "n": projected.sequence, "commands": " ".join(projected.commands)}


def decode_projected(entity: Entity) -> Projected:
    """The inverse of `encode_projected`."""
    with decoding(entity):
        return Projected(number(entity, "n"), tuple(text(entity, "commands").split()))


def encode_remembered(remembered: Remembered) -> Properties:
    """A queue message that took effect."""
    return {
        "v": VERSION,
        "source": remembered.source,
        "messageId": remembered.message_id,
        "resource": remembered.resource,
        "at": rfc3339(remembered.at),
        "fingerprint": remembered.fingerprint,
    }


def decode_remembered(entity: Entity) -> Remembered:
    """The inverse of `encode_remembered`."""
    with decoding(entity):
        return Remembered(
            source=text(entity, "source"),
            message_id=text(entity, "messageId"),
            resource=text(entity, "resource"),
            at=moment(text(entity, "at")),
            fingerprint=text(entity, "fingerprint"),
        )
