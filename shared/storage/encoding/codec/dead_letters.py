"""Dead letters: the record, and its whole text."""

import json
from dataclasses import asdict
from typing import cast

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.model.base import Actor
from shared.services.ports.dead_letters import Closing, DeadLetter, LetterStatus, Replay, Sent
from shared.storage.encoding.codec.tenants import CHUNK, CHUNKS
from shared.storage.encoding.fields import VERSION, binary, body, compact, decoding, moment
from shared.storage.engine.table import Entity, Properties


def encode_letter(letter: DeadLetter) -> Properties:
    """A letter; what may hold personal data beside it: its text's excerpt, reasons for closings."""
    document: JsonObject = {
        "id": letter.id,
        "queue": letter.queue,
        "reason": letter.reason,
        "error": letter.error,
        "tenantId": letter.tenant_id,
        "dequeueCount": letter.dequeue_count,
        "deadAt": rfc3339(letter.dead_at),
        "status": letter.status.value,
        "replays": [_encode_replay(each) for each in letter.replays],
        "closings": [
            {"at": rfc3339(each.at), "by": each.by.model_dump(mode="json")}
            for each in letter.closings
        ],
    }
    if letter.sent:
        document["sent"] = asdict(letter.sent)
    properties: Properties = {"v": VERSION, "body": compact(document)}
    if letter.excerpt is not None:
        # A binary: any text fits there, whatever its characters are.
        properties = {**properties, "excerpt": letter.excerpt.encode()}
    if letter.reasons:
        reasons = [each.reason for each in letter.closings]
        said = json.dumps(reasons, ensure_ascii=False).encode()
        properties = {**properties, **_cut("reasons", said)}
    return properties


def _encode_replay(each: Replay) -> JsonObject:
    return {
        "at": rfc3339(each.at),
        "by": each.by.model_dump(mode="json"),
        "nonce": each.nonce,
        "outcome": each.outcome,
    }


def decode_letter(entity: Entity) -> DeadLetter:
    """The inverse of `encode_letter`."""
    with decoding(entity):
        document = body(entity)
        tenant_id = document["tenantId"]
        replays = cast("list[JsonObject]", document["replays"])
        sent = cast("dict[str, str] | None", document.get("sent"))
        return DeadLetter(
            id=str(document["id"]),
            queue=str(document["queue"]),
            reason=str(document["reason"]),
            error=cast("JsonObject", document["error"]),
            tenant_id=None if tenant_id is None else str(tenant_id),
            excerpt=binary(entity, "excerpt").decode() if "excerpt" in entity.properties else None,
            dequeue_count=cast("int", document["dequeueCount"]),
            dead_at=moment(document["deadAt"]),
            status=LetterStatus(str(document["status"])),
            replays=tuple(_replay(each) for each in replays),
            sent=Sent(**sent) if sent else None,
            closings=_closings(entity, cast("list[JsonObject]", document["closings"])),
        )


def _closings(entity: Entity, documents: list[JsonObject]) -> tuple[Closing, ...]:
    reasons: list[str | None] = [None] * len(documents)
    if said := _joined(entity, "reasons"):
        reasons = json.loads(said)
    return tuple(
        Closing(
            at=moment(document["at"]),
            by=Actor.model_validate(document["by"]),
            reason=None if reason is None else str(reason),
        )
        for document, reason in zip(documents, reasons, strict=True)
    )


def _replay(document: JsonObject) -> Replay:
    outcome = document["outcome"]
    return Replay(
        at=moment(document["at"]),
        by=Actor.model_validate(document["by"]),
        nonce=str(document["nonce"]),
        outcome=None if outcome is None else str(outcome),
    )


def encode_text(text: str) -> Properties:
    """In binaries. A queue's 64 KiB fit even where each byte was replaced by U+FFFD."""
    return {"v": VERSION, **_cut("text", text.encode()[: CHUNK * CHUNKS])}


def decode_text(entity: Entity) -> str:
    """The inverse of `encode_text`."""
    with decoding(entity):
        return _joined(entity, "text").decode(errors="ignore")


def _cut(name: str, data: bytes) -> Properties:
    """In as many binaries as it takes."""
    starts = range(0, len(data), CHUNK)
    return {f"{name}{n}": data[start : start + CHUNK] for n, start in enumerate(starts)}


def _joined(entity: Entity, name: str) -> bytes:
    """The inverse of `_cut`."""
    names = [f"{name}{n}" for n in range(CHUNKS) if f"{name}{n}" in entity.properties]
    return b"".join(binary(entity, each) for each in names)
