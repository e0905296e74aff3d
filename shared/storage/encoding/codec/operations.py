"""Entities of pipelines and results to domain values and back."""

from datetime import datetime
from typing import cast

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.services.ports.operations import Outcome, Pipeline, Result
from shared.storage.encoding.fields import VERSION, body, compact, decoding, moment, text
from shared.storage.engine.table import Entity, Properties


def encode_pipeline(pipeline: Pipeline) -> Properties:
    """A pipeline; its id stands in the key too."""
    document: JsonObject = {
        "id": pipeline.id,
        "source": pipeline.source,
        "partnerIds": list(pipeline.partner_ids),
        "types": list(pipeline.types),
        "deleted": pipeline.deleted,
    }
    return {"v": VERSION, "body": compact(document)}


def decode_pipeline(entity: Entity) -> Pipeline:
    """The inverse of `encode_pipeline`."""
    with decoding(entity):
        document = body(entity)
        return Pipeline(
            id=str(document["id"]),
            source=str(document["source"]),
            partner_ids=_strings(document["partnerIds"]),
            types=_strings(document["types"]),
            deleted=document["deleted"] is True,
        )


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(str(item) for item in cast("list[object]", value))


def encode_source(pipeline_id: str) -> Properties:
    """Which pipeline owns a source."""
    return {"v": VERSION, "pipelineId": pipeline_id}


def decode_source(entity: Entity) -> str:
    """The inverse of `encode_source`."""
    with decoding(entity):
        return text(entity, "pipelineId")


def encode_result(result: Result) -> Properties:
    """What became of a queue message; the feed's id stands in the key."""
    document: JsonObject = {
        "key": result.key,
        "messageId": result.message_id,
        "source": result.source,
        "type": result.type,
        "outcome": result.outcome.value,
        "at": rfc3339(result.at),
        "resource": result.resource,
        "error": result.error,
        "retryable": result.retryable,
    }
    return {"v": VERSION, "body": compact(document)}


def decode_result(entity: Entity, feed_id: str) -> Result:
    """The inverse of `encode_result`."""
    with decoding(entity):
        document = body(entity)
        resource, error = document["resource"], document["error"]
        retryable = document.get("retryable")
        return Result(
            key=str(document["key"]),
            feed_id=feed_id,
            message_id=str(document["messageId"]),
            source=str(document["source"]),
            type=str(document["type"]),
            outcome=Outcome(str(document["outcome"])),
            at=moment(document["at"]),
            resource=None if resource is None else str(resource),
            error=cast("JsonObject | None", error),
            retryable=None if retryable is None else str(retryable),
        )


def encode_mark(at: datetime) -> Properties:
    """The mark of a written result: the time under which it stands."""
    return {"v": VERSION, "at": rfc3339(at)}


def decode_mark(entity: Entity) -> datetime:
    """The inverse of `encode_mark`."""
    with decoding(entity):
        return moment(text(entity, "at"))
