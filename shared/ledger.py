"""The ledger: canonical bytes, linking, and verification of a tenant's history.

An entry's hash is the lower-case hex SHA-256 of the RFC 8785 form of the entry without `hash`.
It shows accidents and partial edits always; a consistent rewrite by someone who can write the
whole account is visible only against a checkpoint kept outside the account.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, cast

import rfc8785

from shared.clock import rfc3339
from shared.domain.base import Actor
from shared.domain.events import Event, JsonObject
from shared.domain.state import GENESIS_HASH, Head

SCHEMA: Final = 1


def canonical(document: object) -> bytes:
    """`document` (plain JSON values, integers only) as RFC 8785 writes it, in UTF-8."""
    return rfc8785.dumps(document)  # pyright: ignore[reportArgumentType] - JSON is wider than its type


def digest(document: object) -> str:
    """Lower-case hex SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(document)).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit of one tenant.

    `document` stays exactly as it was written, so that its hash can be recomputed by a version
    that knows more fields: {schema, cloud, tenantId, sequence (from 1, no gaps), at, actor
    {tenantId, objectId, role}, commandId, command, policyVersion, events [{type, data}],
    previousHash, hash}.
    """

    document: JsonObject

    @property
    def sequence(self) -> int:
        """From 1, without gaps."""
        return cast("int", self.document["sequence"])

    @property
    def at(self) -> datetime:
        """When the command was decided; never before the entry that it follows."""
        return datetime.fromisoformat(str(self.document["at"]))

    @property
    def actor(self) -> Actor:
        """Who did it."""
        return Actor.model_validate(self.document["actor"])

    @property
    def command_id(self) -> str:
        """The id by which a command recognises its own commit."""
        return str(self.document["commandId"])

    @property
    def hash(self) -> str:
        """What the entry claims to hash to."""
        return str(self.document["hash"])

    @property
    def previous_hash(self) -> str:
        """The hash of the entry before, or 64 zeros."""
        return str(self.document["previousHash"])

    def events(self) -> tuple[Event, ...]:
        """The typed events. Raises ValueError for a type that this version does not know."""
        return tuple(Event.parse(event) for event in cast("list[object]", self.document["events"]))

    def computed_hash(self) -> str:
        """The hash of what is really there."""
        return digest({key: value for key, value in self.document.items() if key != "hash"})

    def encode(self) -> bytes:
        """The canonical bytes, `hash` included; what storage keeps."""
        return canonical(self.document)

    @staticmethod
    def decode(data: bytes) -> "Entry":
        """The inverse of `encode`. Raises ValueError for anything that is not an entry."""
        try:
            document: object = json.loads(data)
        except RecursionError:
            msg = "a ledger entry is not nested that deep"
            raise ValueError(msg) from None
        fields = cast("JsonObject", document) if isinstance(document, dict) else {}
        whole = (
            fields.keys() >= _ENTRY_KEYS
            and type(fields["sequence"]) is int
            and isinstance(fields["events"], list)
        )
        if not whole:
            msg = "this is no ledger entry"
            raise ValueError(msg)
        return Entry(fields)


_ENTRY_KEYS: Final = {
    "schema",
    "cloud",
    "tenantId",
    "sequence",
    "at",
    "actor",
    "commandId",
    "command",
    "policyVersion",
    "events",
    "previousHash",
    "hash",
}


@dataclass(frozen=True, slots=True)
class Commission:
    """What of an entry does not follow from the tenant: who, why, under which policy."""

    actor: Actor
    command_id: str
    command: str
    at: datetime
    cloud: str
    policy_version: str


def link(head: Head, commission: Commission, events: Iterable[Event]) -> Entry:
    """The entry that follows `head`."""
    document: JsonObject = {
        "schema": SCHEMA,
        "cloud": commission.cloud,
        "tenantId": head.id,
        "sequence": head.sequence + 1,
        "at": rfc3339(commission.at),
        "actor": commission.actor.model_dump(mode="json"),
        "commandId": commission.command_id,
        "command": commission.command,
        "policyVersion": commission.policy_version,
        "events": [event.as_json() for event in events],
        "previousHash": head.hash,
    }
    return Entry({**document, "hash": digest(document)})


@dataclass(frozen=True, slots=True)
class Break:
    """Where a history stops being what it claims."""

    sequence: int
    kind: Literal["gap", "foreign", "hash-mismatch", "link-mismatch", "head-mismatch"]
    detail: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A verification under way: valid so far exactly when `first_break` is None."""

    tenant_id: str
    entries: int = 0
    sequence: int = 0
    hash: str = GENESIS_HASH
    first_break: Break | None = None

    def follow(self, entry: Entry) -> "Chain":
        """The chain with `entry` checked. Entries come in order; only the first break is kept."""
        return replace(
            self,
            entries=self.entries + 1,
            sequence=entry.sequence,
            hash=entry.hash,
            first_break=self.first_break or self._break_at(entry),
        )

    def conclude(self, head: Head) -> "Chain":
        """The verdict: the last entry must be the one that the head names."""
        if self.first_break or (self.sequence, self.hash) == (head.sequence, head.hash):
            return self
        if self.sequence == head.sequence:
            at = self.sequence
            detail = "the head names another hash than the last entry has"
        else:
            at = min(self.sequence, head.sequence) + 1
            detail = f"the head is at {head.sequence}, the last entry is {self.sequence}"
        return replace(self, first_break=Break(at, "head-mismatch", detail))

    def _break_at(self, entry: Entry) -> Break | None:
        expected = self.sequence + 1
        if entry.sequence != expected:
            return Break(expected, "gap", f"entry {entry.sequence} follows {self.sequence}")
        if entry.document["tenantId"] != self.tenant_id:
            return Break(expected, "foreign", "the entry belongs to another tenant")
        if not _intact(entry):
            return Break(expected, "hash-mismatch", "the entry is not what its hash says")
        if entry.previous_hash != self.hash:
            return Break(expected, "link-mismatch", "previousHash is not the entry before")
        return None


def _intact(entry: Entry) -> bool:
    try:
        return entry.computed_hash() == entry.hash
    except (ValueError, RecursionError):
        return False  # it has no canonical form at all, so it is nothing that we wrote
