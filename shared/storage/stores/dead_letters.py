"""The `DeadLetterStore` port over a `Table`: a record, its text, and a mark at its tenant.

All of them lie in one partition, so that they come and go in one transaction. The text is apart
from the record, because it is large, may hold personal data and goes earlier.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import cast

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.model.base import Actor
from shared.services.ports.dead_letters import DeadLetter, LetterStatus, Replay, Sent
from shared.services.ports.values import GuardFailed, Page, Stored
from shared.storage.encoding.codec.tenants import CHUNK, CHUNKS
from shared.storage.encoding.fields import VERSION, binary, body, compact, decoding
from shared.storage.encoding.keys import dead_letters as keys
from shared.storage.engine.table import Delete, Entity, Insert, Operation, Properties, Table
from shared.storage.engine.table import Replace as Overwrite


class TableDeadLetterStore:
    """Messages that cannot be processed."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table

    async def add(self, letter: DeadLetter, text: str) -> bool:
        """See the port."""
        writes = [
            Insert(keys.letter(letter.id), _encode(letter)),
            Insert(keys.text(letter.id, letter.dead_at), _encode_text(text)),
            Insert(keys.about(letter.tenant_id, letter.id), {"v": VERSION}),
        ]
        try:
            await self._table.transact(writes)
        except GuardFailed:
            return False
        return True

    async def get(self, letter_id: str) -> Stored[DeadLetter] | None:
        """See the port."""
        entity = await self._table.get(keys.letter(letter_id))
        return entity and _stored(entity)

    async def text(self, letter: DeadLetter) -> str | None:
        """See the port."""
        entity = await self._table.get(keys.text(letter.id, letter.dead_at))
        return entity and _decode_text(entity)

    async def replace(self, letter: DeadLetter, etag: str) -> None:
        """See the port."""
        key = keys.letter(letter.id)
        await self._table.transact([Overwrite(key, _encode(letter), etag)])

    async def page(self, after: str | None, limit: int) -> Page[Stored[DeadLetter]]:
        """See the port."""
        page = await self._table.range(keys.PARTITION, keys.letters(after), limit)
        found = tuple(_stored(entity) for entity in page.entities)
        return Page(found, found[-1].value.id if page.more else None)

    async def older(self, than: datetime, limit: int) -> tuple[str, ...]:
        """See the port."""
        page = await self._table.range(keys.PARTITION, keys.texts(than), limit)
        return tuple(keys.id_of(entity.key) for entity in page.entities)

    async def of_tenant(self, tenant_id: str | None, after: str | None, limit: int) -> Page[str]:
        """See the port."""
        span = keys.texts_about(tenant_id, after)
        page = await self._table.range(keys.PARTITION, span, limit)
        found = tuple(keys.id_of(entity.key) for entity in page.entities)
        return Page(found, found[-1] if page.more else None)

    async def erase_text(self, letter: Stored[DeadLetter]) -> None:
        """See the port."""
        gone = replace(letter.value, excerpt=None, sent=None)
        places = [keys.text(gone.id, gone.dead_at), keys.about(gone.tenant_id, gone.id)]
        erased = [await self._table.get(place) for place in places]
        writes: list[Operation] = [
            Overwrite(keys.letter(gone.id), _encode(gone), letter.etag),
            *(Delete(entity.key, entity.etag) for entity in erased if entity),
        ]
        await self._table.transact(writes)


def _encode(letter: DeadLetter) -> Properties:
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
    }
    if letter.sent:
        document["sent"] = asdict(letter.sent)
    properties: Properties = {"v": VERSION, "body": compact(document)}
    if letter.excerpt is not None:
        # A binary: any text fits there, whatever its characters are.
        properties = {**properties, "excerpt": letter.excerpt.encode()}
    return properties


def _encode_replay(each: Replay) -> JsonObject:
    return {
        "at": rfc3339(each.at),
        "by": each.by.model_dump(mode="json"),
        "nonce": each.nonce,
        "outcome": each.outcome,
    }


def _stored(entity: Entity) -> Stored[DeadLetter]:
    with decoding(entity):
        document = body(entity)
        tenant_id = document["tenantId"]
        replays = cast("list[JsonObject]", document["replays"])
        sent = cast("dict[str, str] | None", document.get("sent"))
        letter = DeadLetter(
            id=str(document["id"]),
            queue=str(document["queue"]),
            reason=str(document["reason"]),
            error=cast("JsonObject", document["error"]),
            tenant_id=None if tenant_id is None else str(tenant_id),
            excerpt=binary(entity, "excerpt").decode() if "excerpt" in entity.properties else None,
            dequeue_count=cast("int", document["dequeueCount"]),
            dead_at=datetime.fromisoformat(str(document["deadAt"])),
            status=LetterStatus(str(document["status"])),
            replays=tuple(_replay(each) for each in replays),
            sent=Sent(**sent) if sent else None,
        )
        return Stored(letter, entity.etag)


def _replay(document: JsonObject) -> Replay:
    outcome = document["outcome"]
    return Replay(
        at=datetime.fromisoformat(str(document["at"])),
        by=Actor.model_validate(document["by"]),
        nonce=str(document["nonce"]),
        outcome=None if outcome is None else str(outcome),
    )


def _encode_text(text: str) -> Properties:
    """In binaries. A queue's 64 KiB fit even where each byte was replaced by U+FFFD."""
    data = text.encode()[: CHUNK * CHUNKS]
    chunks = {
        f"text{n}": data[start : start + CHUNK]
        for n, start in enumerate(range(0, len(data), CHUNK))
    }
    return {"v": VERSION, **chunks}


def _decode_text(entity: Entity) -> str:
    with decoding(entity):
        names = [f"text{n}" for n in range(CHUNKS) if f"text{n}" in entity.properties]
        return b"".join(binary(entity, name) for name in names).decode(errors="ignore")
