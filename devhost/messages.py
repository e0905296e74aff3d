"""What a queue message looks like to a function, and what a function may put on a queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from devhost.worker import datum, string

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def metadata(
    text: str,
    *,
    id: str,  # noqa: A002 - the metadata's own name
    dequeue_count: int,
    pop_receipt: str,
    times: Mapping[str, datetime | None],
) -> dict[str, Any]:
    """Trigger metadata in the worker's terms.

    `times` holds InsertionTime, ExpirationTime and NextVisibleTime.
    """
    return {
        "QueueTrigger": string(text),
        "DequeueCount": datum(str(dequeue_count), "json"),
        "Id": string(id),
        "PopReceipt": string(pop_receipt),
        **{name: string(time.isoformat()) for name, time in times.items() if time},
    }


def texts(value: Any) -> list[str]:
    """The messages of a queue output: a JSON array becomes several.

    A JSON object is re-serialised, as by the real host, so never depend on its exact text.
    """
    content = value.value
    if isinstance(content, bytes):
        return [content.decode()]
    if isinstance(content, str):
        try:
            document = json.loads(content)
        except ValueError:
            return [content]
    else:
        document = content
    if isinstance(document, list):
        return [item if isinstance(item, str) else _json(item) for item in document]
    return [_json(document)] if isinstance(document, dict) else [str(content)]


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)
