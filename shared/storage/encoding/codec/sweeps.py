"""Entities of sweeps, shards, findings and checkpoints to domain values and back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.proving.checkpoints import Checkpoint
from shared.proving.history import Leaf
from shared.services.ports.findings import Finding, FindingStatus
from shared.services.ports.scanning import Partitions
from shared.services.ports.sweeps import Part, Shard, Subtree, Sweep, SweepStatus, Tally
from shared.storage.encoding.fields import VERSION, binary, body, compact, decoding, moment, text
from shared.storage.encoding.keys import sweeps as keys
from shared.storage.engine.table import Entity, Properties

_CHUNK: Final = 64_000
_CHUNKS: Final = 14
"""Together they stay under the 1 MiB of an entity."""


def encode_sweep(sweep: Sweep) -> Properties:
    """A sweep."""
    return _document(
        {
            "id": sweep.id,
            "customerId": sweep.customer_id,
            "status": sweep.status.value,
            "startedAt": rfc3339(sweep.started_at),
            "shards": sweep.shards,
            "previousCheckpointId": sweep.previous_checkpoint_id,
            "comparing": sweep.comparing,
            "finishedAt": sweep.finished_at and rfc3339(sweep.finished_at),
            "checkpointId": sweep.checkpoint_id,
            "done": sweep.done,
            "tally": _tally(sweep.tally),
        }
    )


def decode_sweep(entity: Entity) -> Sweep:
    """The inverse of `encode_sweep`."""
    with decoding(entity):
        found = body(entity)
        return Sweep(
            id=str(found["id"]),
            customer_id=_optional(found["customerId"]),
            status=SweepStatus(str(found["status"])),
            started_at=_time(found["startedAt"]),
            shards=_int(found["shards"]),
            previous_checkpoint_id=_optional(found["previousCheckpointId"]),
            comparing=bool(found["comparing"]),
            finished_at=_time(found["finishedAt"]) if found["finishedAt"] else None,
            checkpoint_id=_optional(found["checkpointId"]),
            done=_int(found["done"]),
            tally=_tally_of(found["tally"]),
        )


def encode_shard(shard: Shard) -> Properties:
    """A shard; its sweep and number stand in the key too."""
    document = _document(
        {
            "sweepId": shard.sweep_id,
            "n": shard.n,
            "part": shard.part.value,
            "low": shard.partitions.low,
            "high": shard.partitions.high,
            "closed": shard.partitions.closed,
            "updatedAt": rfc3339(shard.updated_at),
            "position": shard.position,
            "done": shard.done,
            "failed": shard.failed,
            "tally": _tally(shard.tally),
        }
    )
    opaque = {"sums": shard.sums, "wanted": shard.wanted, "state": shard.state}
    for name, data in opaque.items():
        document = {**document, **_cut(name, data)}
    return document


def decode_shard(entity: Entity) -> Shard:
    """The inverse of `encode_shard`."""
    with decoding(entity):
        found = body(entity)
        return Shard(
            sweep_id=str(found["sweepId"]),
            n=_int(found["n"]),
            part=Part(str(found["part"])),
            partitions=Partitions(
                str(found["low"]), _optional(found["high"]), bool(found["closed"])
            ),
            updated_at=_time(found["updatedAt"]),
            position=str(found["position"]),
            done=bool(found["done"]),
            failed=bool(found["failed"]),
            tally=_tally_of(found["tally"]),
            sums=_joined(entity, "sums"),
            wanted=_joined(entity, "wanted"),
            state=_joined(entity, "state"),
        )


def encode_sums(sums: bytes) -> Properties:
    """What a shard that is done has added up; opaque here."""
    return {"v": VERSION, **_cut("sums", sums)}


def decode_sums(entity: Entity) -> bytes:
    """The inverse of `encode_sums`."""
    with decoding(entity):
        return _joined(entity, "sums")


def encode_subtree(subtree: Subtree) -> Properties:
    """The root of some leaves, and whose is the last."""
    return {"v": VERSION, "root": subtree.root, "last": subtree.last}


def decode_subtree(entity: Entity) -> Subtree:
    """The inverse of `encode_subtree`."""
    with decoding(entity):
        return Subtree(binary(entity, "root"), text(entity, "last"))


def encode_leaves(leaves: Sequence[Leaf]) -> Properties:
    """One line for each: tenant, sequence, hash."""
    lines = "".join(f"{leaf.tenant_id} {leaf.sequence} {leaf.hash}\n" for leaf in leaves)
    return {"v": VERSION, **_cut("body", lines.encode())}


def decode_leaves(entity: Entity) -> tuple[Leaf, ...]:
    """The inverse of `encode_leaves`."""
    with decoding(entity):
        lines = (line.split(" ") for line in _joined(entity, "body").decode().splitlines())
        return tuple(Leaf(tenant_id, int(sequence), hash_) for tenant_id, sequence, hash_ in lines)


def encode_finding(finding: Finding) -> Properties:
    """A finding."""
    return _document(
        {
            "id": finding.id,
            "kind": finding.kind,
            "severity": finding.severity,
            "tenantId": finding.tenant_id,
            "key": finding.key,
            "detail": finding.detail,
            "repaired": finding.repaired,
            "firstSeenAt": rfc3339(finding.first_seen_at),
            "lastSeenAt": rfc3339(finding.last_seen_at),
            "status": finding.status.value,
        }
    )


def decode_finding(entity: Entity) -> Finding:
    """The inverse of `encode_finding`."""
    with decoding(entity):
        found = body(entity)
        return Finding(
            id=str(found["id"]),
            kind=str(found["kind"]),
            severity=str(found["severity"]),
            tenant_id=str(found["tenantId"]),
            key=str(found["key"]),
            detail=_object(found["detail"]),
            repaired=bool(found["repaired"]),
            first_seen_at=_time(found["firstSeenAt"]),
            last_seen_at=_time(found["lastSeenAt"]),
            status=FindingStatus(str(found["status"])),
        )


def encode_checkpoint(checkpoint: Checkpoint) -> Properties:
    """A checkpoint, as people keep it elsewhere."""
    return _document(checkpoint.document())


def decode_checkpoint(entity: Entity) -> Checkpoint:
    """The inverse of `encode_checkpoint`: what is not as its hash says is no checkpoint."""
    with decoding(entity):
        found = body(entity)
        checkpoint = Checkpoint(
            id=str(found["id"]),
            cloud=str(found["cloud"]),
            at=_time(found["at"]),
            size=_int(found["size"]),
            root=str(found["root"]),
            previous=str(found["previous"]),
        )
        if checkpoint.document() != found or keys.checkpoint(checkpoint.id) != entity.key:
            raise ValueError("hash")
        return checkpoint


def _document(document: JsonObject) -> Properties:
    return {"v": VERSION, "body": compact(document)}


def _tally(tally: Tally) -> JsonObject:
    return {
        "tenants": tally.tenants,
        "rows": tally.rows,
        "busy": tally.busy,
        "repaired": tally.repaired,
        "problems": dict(tally.problems),
    }


def _tally_of(value: object) -> Tally:
    found = _object(value)
    return Tally(
        tenants=_int(found["tenants"]),
        rows=_int(found["rows"]),
        busy=_int(found["busy"]),
        repaired=_int(found["repaired"]),
        problems={kind: _int(count) for kind, count in _object(found["problems"]).items()},
    )


def _cut(name: str, data: bytes) -> Mapping[str, bytes]:
    if len(data) > _CHUNK * _CHUNKS:
        msg = f"{name} of {len(data)} bytes"
        raise ValueError(msg)
    starts = range(0, len(data), _CHUNK)
    return {f"{name}{n:02d}": data[start : start + _CHUNK] for n, start in enumerate(starts)}


def _joined(entity: Entity, name: str) -> bytes:
    names = (f"{name}{n:02d}" for n in range(_CHUNKS))
    return b"".join(binary(entity, each) for each in names if each in entity.properties)


def _object(value: object) -> JsonObject:
    if not isinstance(value, dict):
        raise TypeError
    return cast("JsonObject", value)


def _int(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _time(value: object) -> datetime:
    return moment(value)
