"""Results of messages: each told once, at a time that readers have not passed yet.

A mark under the result's key goes with it in one transaction, so a second try finds the first. The
mark says when that was written, and when it took effect: see `lateness`.
"""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, cast

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.services.lateness import fresh, late
from shared.services.ports.operations import OperationsStore, Result
from shared.services.ports.values import GuardFailed, WriteUnknown

ERROR_UNITS: Final = 28_000
"""Of UTF-16, in which the storage counts: what a result keeps of an error lies in one value."""

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Results:
    """Tells results; `hold`: how long their feeds hold back what is new."""

    operations: OperationsStore
    clock: Clock
    hold: timedelta

    async def tell(self, result: Result) -> None:
        """Once, whoever tried before. Raises StorageError; repeating is safe."""
        at, etag = self.clock.now(), None
        for _ in range(_TRIES):
            told = replace(result, at=at, error=result.error and kept(result.error))
            try:
                landed = await self.operations.put_result(told, etag)
            except (GuardFailed, WriteUnknown):
                pass
            else:
                if not late(at, landed, self.hold):
                    return
            mark = await self.operations.result_mark(result.feed_id, result.key)
            if mark and not late(mark.value, mark.landed, self.hold):
                return
            # The time is of this try: it must not appear before a cursor that passed the first.
            at = fresh(self.clock.now(), mark and mark.value, mark and mark.landed)
            etag = mark and mark.etag
        raise WriteUnknown(f"result {result.feed_id} {result.key}")


def kept(error: JsonObject) -> JsonObject:
    """The error with as many of its details as a result has room for, the first ones."""
    details = error.get("details")
    if not isinstance(details, list):
        return error
    room = ERROR_UNITS - _length({**error, "details": []})
    some: list[object] = []
    for detail in cast("list[object]", details):
        room -= _length(detail) + 1
        if room < 0:
            break
        some.append(detail)
    return {**error, "details": some}


def _length(document: object) -> int:
    return len(json.dumps(document, ensure_ascii=False).encode("utf-16-le")) // 2
