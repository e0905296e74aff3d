"""The ledger: canonical bytes, linking, and verification of a tenant's history.

An entry's hash is the lower-case hex SHA-256 of the RFC 8785 form of the entry without `hash`.
It shows accidents and partial edits always; a consistent rewrite by someone who can write the
whole account is visible only against a checkpoint kept outside the account.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, cast

from pydantic import TypeAdapter

from shared.canonical import JsonObject, canonical, digest, parsed
from shared.clock import rfc3339
from shared.model.base import Actor
from shared.model.events import Event
from shared.model.state import GENESIS_HASH, Head

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit of one tenant.

    `document` stays exactly as it was written, so that its hash can be recomputed by a version
    that knows more fields: {schema, cloud, tenantId, sequence (from 1, no gaps), at, actor
    {tenantId, objectId, role}, commandId, command, policyVersion, events [{type, data}],
    previousHash, hash}; traceparent where it is known which request it goes back to; and details
    where it wrote or erased personal data.
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
    def command(self) -> str:
        """The command's name."""
        return str(self.document["command"])

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

    def details(self) -> dict[str, str | None]:
        """By the id of personal data: the commitment to what was kept, None where it was erased.

        Raises ValueError for anything else.
        """
        return _DETAILS.validate_python(self.document.get("details", {}), strict=True)

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
            document = parsed(data)
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


_DETAILS: Final = TypeAdapter(dict[str, str | None])

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
    """What of an entry does not follow from the tenant: who, why, under which policy, whence.

    `details` are commitments to personal data, None for what is erased.
    """

    actor: Actor
    command_id: str
    command: str
    at: datetime
    cloud: str
    policy_version: str
    traceparent: str | None = None
    details: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


def next_entry(head: Head, commission: Commission, events: Iterable[Event]) -> Entry:
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
    if commission.traceparent is not None:
        document["traceparent"] = commission.traceparent
    if commission.details:
        document["details"] = dict(commission.details)
    return Entry({**document, "hash": digest(document)})


type BreakKind = Literal[
    "gap",
    "misplaced",
    "foreign",
    "hash-mismatch",
    "link-mismatch",
    "schema",
    "time",
    "head-mismatch",
]


@dataclass(frozen=True, slots=True)
class Break:
    """Where a history stops being what it claims, and both values where they say more."""

    sequence: int
    kind: BreakKind
    detail: str
    expected: object = None
    found: object = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A verification under way: valid so far exactly when `first_break` is None.

    `hash` is None behind an entry that could not be read: what follows is not checked against it.
    """

    tenant_id: str
    sequence: int = 0
    hash: str | None = GENESIS_HASH
    at: datetime | None = None
    first_break: Break | None = None

    def follow(self, entry: Entry) -> "Chain":
        """The chain with `entry` checked. Entries come in order; only the first break is kept."""
        found = self.first_break or next(self.breaks(entry, entry.sequence), None)
        return replace(self.behind(entry, entry.sequence), first_break=found)

    def behind(self, entry: Entry, sequence: int) -> "Chain":
        """The chain with `entry`, which was checked already."""
        at = _time_of(entry) or self.at
        return Chain(self.tenant_id, sequence, entry.hash, at, self.first_break)

    def unreadable(self, sequence: int) -> "Chain":
        """The chain with an entry that was found there and does not decode."""
        return replace(self, sequence=sequence, hash=None)

    def conclude(self, head: Head) -> "Chain":
        """Ends the chain: its last entry must be the one that the head names."""
        return replace(self, first_break=self.first_break or self.ends_elsewhere(head))

    def ends_elsewhere(self, head: Head) -> Break | None:
        """The break between the last entry and `head`, if the head names another one."""
        if self.sequence != head.sequence:
            at = min(self.sequence, head.sequence) + 1
            detail = f"the head is at {head.sequence}, the last entry is {self.sequence}"
            return Break(at, "head-mismatch", detail, self.sequence, head.sequence)
        if self.hash in {None, head.hash}:
            return None
        detail = "the head names another hash than the last entry has"
        return Break(self.sequence, "head-mismatch", detail, self.hash, head.hash)

    def breaks(self, entry: Entry, sequence: int) -> Iterator[Break]:
        """The breaks at `entry`, found at `sequence`: entries missing before it, and its own."""
        expected = self.sequence + 1
        if sequence != expected:
            detail = f"entry {sequence} follows {self.sequence}"
            yield Break(expected, "gap", detail, expected, sequence)
        if found := next(self._flaws(entry, sequence), None):
            yield found

    def _flaws(self, entry: Entry, sequence: int) -> Iterator[Break]:
        """The gravest first; a lesser one behind it may only follow from it."""
        document, at = entry.document, _time_of(entry)
        if document["tenantId"] != self.tenant_id:
            detail = "the entry belongs to another tenant"
            yield Break(sequence, "foreign", detail, self.tenant_id, document["tenantId"])
        if not _intact(entry):
            detail = "the entry is not what its hash says"
            yield Break(sequence, "hash-mismatch", detail, found=entry.hash)
        if entry.sequence != sequence:
            detail = "the entry lies where another one belongs"
            yield Break(sequence, "misplaced", detail, sequence, entry.sequence)
        follows = sequence == self.sequence + 1 and self.hash is not None
        if follows and entry.previous_hash != self.hash:
            detail = "previousHash is not the entry before"
            yield Break(sequence, "link-mismatch", detail, self.hash, entry.previous_hash)
        if at is None or (self.at and at < self.at):
            was = rfc3339(self.at) if self.at else None
            yield Break(sequence, "time", "time goes back", was, document["at"])


def _time_of(entry: Entry) -> datetime | None:
    """When the entry was written, if it says so in a way that can be compared."""
    try:
        at = entry.at
    except ValueError:
        return None
    return at if at.tzinfo else None


def _intact(entry: Entry) -> bool:
    try:
        return entry.computed_hash() == entry.hash
    except (ValueError, RecursionError):
        return False  # it has no canonical form at all, so it is nothing that we wrote
