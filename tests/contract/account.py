"""What an account is asked: the rules that Azurite does not hold, and what no document says.

Open questions come first; they have no right answer, only the one that is found.
"""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from shared.clock import SystemClock
from shared.services.ports.scanning import Partitions
from tests.strict.raw import Raw, Said
from tests.strict.rules import QUEUE, TABLE
from tests.strict.vectors import KINDER, typed

_ROW = "(PartitionKey='k',RowKey='{}')"
_WRITES = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """What was asked and found. `held`: whether a rule is kept; None for an open question."""

    name: str
    basis: str
    found: str
    held: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "open", True: "held", False: "NOT HELD"}[self.held]
        return f"{verdict:9} {self.name}: {self.found} ({self.basis})"


def _said(said: Said) -> str:
    part = f", part {said.part}" if said.part else ""
    return f"{said.status}{part}{f' {said.code}' if said.code else ''}"


def _taken(said: Said) -> bool:
    return said.status < 300 and (said.part is None or said.part < 300)


async def _cleared(raw: Raw) -> None:
    await raw.send("DELETE", raw.table + _ROW.format("k"), headers={"If-Match": "*"})


async def _etag(raw: Raw, row: str) -> str:
    answer = await raw.send("GET", raw.table + _ROW.format(row))
    return str(answer.headers["ETag"])


async def _empty_merge(raw: Raw) -> str:
    await raw.insert(("RowKey", "merge"))
    before = await _etag(raw, "merge")
    body = {"PartitionKey": "k", "RowKey": "merge"}
    path, guard = raw.table + _ROW.format("merge"), {"If-Match": before}
    said = await raw.send("PATCH", path, body, guard)
    moved = await _etag(raw, "merge") != before
    return f"{_said(said)}, the ETag {'moved' if moved else 'did not move'}"


async def _lateness(raw: Raw) -> str:
    longest = timedelta()
    for n in range(_WRITES):
        begun = SystemClock().now()
        await raw.insert(("RowKey", f"late{n}"))
        longest = max(longest, SystemClock().now() - begun)
    return f"the longest of {_WRITES} writes took {longest.total_seconds():.2f} s"


async def _text_bytes(raw: Raw) -> str:
    sizes = (32_000, 32_767, 32_768)
    answers = [await raw.insert(("RowKey", f"t{n}"), ("p", "x" * n)) for n in sizes]
    return ", ".join(f"{n} units {_said(a)}" for n, a in zip(sizes, answers, strict=True))


async def _binary_bytes(raw: Raw) -> str:
    sizes = (64_000, 65_535, 65_536)
    asks = [typed("p", "Edm.Binary", b64encode(b"x" * n).decode()) for n in sizes]
    found: list[str] = []
    for size, ask in zip(sizes, asks, strict=True):
        await _cleared(raw)
        found.append(f"{size} bytes {_said(await ask(raw))}")
    return ", ".join(found)


async def _non_characters(raw: Raw) -> str:
    text = "a\ufffe\uffffb"
    said = await raw.insert(("RowKey", "non"), ("p", text))
    if not _taken(said):
        return _said(said)
    stored = json.loads((await raw.send("GET", raw.table + _ROW.format("non"))).body)
    return f"{_said(said)}, {'the same' if stored['p'] == text else 'others'} came back"


async def _order(raw: Raw) -> str:
    for row in ("\uff5e", "\U0001f600"):
        await raw.insert(("PartitionKey", "order"), ("RowKey", row))
    pages = raw.clients.table("tenants").pages(Partitions.only("order"), 10)
    return " before ".join([ascii(entity.key.row) async for page in pages for entity in page])


OPEN: dict[str, Callable[[Raw], Awaitable[str]]] = {
    "an empty merge": _empty_merge,
    "late writes": _lateness,
    "64 KiB of text": _text_bytes,
    "64 KiB of bytes": _binary_bytes,
    "U+FFFE and U+FFFF in a value": _non_characters,
    "order of keys that are not ASCII": _order,
}


async def asked(raw: Raw) -> AsyncIterator[Finding]:
    """One finding a question, each as soon as it is there."""
    for name, ask in OPEN.items():
        yield Finding(name, "in no document", await ask(raw))
    for name, (within, beyond) in KINDER.items():
        rule = {**QUEUE, **TABLE}[name]
        await _cleared(raw)
        inside = await within(raw)
        await _cleared(raw)
        outside = await beyond(raw)
        held = _taken(inside) and not _taken(outside)
        yield Finding(name, rule.basis, f"{_said(inside)}, beyond it {_said(outside)}", held)
