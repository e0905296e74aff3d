"""Lists as text: CSV (RFC 4180) and JSON Lines, made of the pages that the list itself answers.

So an export has the list's filters, its order, and what its caller may see. The host sends an
answer only as a whole; so that none grows without bound, a long export comes in parts, each with a
`Link` (RFC 8288) to the next. Parts put one behind another are the whole file.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType
from typing import Any, Final, TypeAliasType, cast, get_args

from pydantic import BaseModel

from shared.canonical import JsonObject, canonical
from shared.http.endpoint import CSV, JSON_LINES, Endpoint, Renders, Reply, Request
from shared.http.messages import Outgoing
from shared.http.paging import PageQuery
from shared.services.application import Services

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_SECONDS: Final = 20
"""A part ends with the page that reaches one of these; the host itself gives up after 230 s."""

_SIGNS: Final = (
    r"=+\-@\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62"
    r"\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
)
"""What begins a formula, in each form that some input setting takes for it (NFKC)."""
_UNSEEN: Final = (
    r"\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
)
_FORMULA: Final = re.compile(rf"(^|[;\t\r\n])([{_UNSEEN}]*)([{_SIGNS}])")
"""At the beginning of a cell, or of what is one where `;` or a tab separates them."""
_BREAKS: Final = ("\t", "\r", "\n")


async def export(
    endpoint: Endpoint[Any, Any],
    request: Request[Any, PageQuery],
    services: Services,
    media_type: str,
) -> Outgoing:
    """The list in that type: all of it, or the part that `maxpagesize` or the bounds allow."""
    first = request.query.skiptoken is None
    one_page = "maxpagesize" in request.query.model_fields_set
    write = _writer(endpoint, media_type)
    until = services.clock.monotonic() + MAX_SECONDS
    text = bytearray(_csv([columns(endpoint.item)]) if first and media_type == CSV else b"")
    page = request if one_page else request.of_pages(None)
    while True:
        reply = await endpoint.handler(page, services)
        text += write(cast("Sequence[JsonObject]", (reply.body or {})["value"]))
        full = len(text) >= MAX_BYTES or services.clock.monotonic() >= until
        if reply.after is None or one_page or full:
            break
        page = request.of_pages(reply.after)
    name = _file_name(endpoint, services, media_type)
    headers = {
        "Content-Type": _content_type(media_type, first=first),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if reply.after is not None:
        headers["Link"] = f'<{request.link(reply.after, "skiptoken")}>; rel="next"'
    return Outgoing(reply.status, headers, bytes(text))


def rendered(reply: Reply, media_type: str, render: Renders) -> Outgoing:
    """An answer in another media type than JSON."""
    return Outgoing(reply.status, {"Content-Type": media_type}, render(reply.body or {}))


def columns(shape: type[BaseModel]) -> list[str]:
    """The names of a model's fields as the API spells them, those of nested models dotted."""
    found: list[str] = []
    for name, field in shape.model_fields.items():
        spelt = field.alias or name
        model = nested(field.annotation)
        found += [f"{spelt}.{each}" for each in columns(model)] if model else [spelt]
    return found


def cell(value: object) -> object:
    """A value as a spreadsheet may open it, wherever it is set to separate: nothing is a formula.

    A text is marked with `'`; in JSON, where that would be another text, the sign is escaped.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            marked = _FORMULA.sub(r"\1'\2\3", value)
            return f"'{marked}" if marked.startswith(_BREAKS) else marked
        case list() | tuple() | dict():
            written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            return _FORMULA.sub(_escaped, written)
        case _:
            return value


def _escaped(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}\\u{ord(found[3]):04x}"


def _writer(
    endpoint: Endpoint[Any, Any], media_type: str
) -> Callable[[Sequence[JsonObject]], bytes]:
    if media_type == JSON_LINES:
        return lambda items: b"".join(canonical(item) + b"\n" for item in items)
    names = columns(endpoint.item)
    return lambda items: _csv([cell(_at(item, name)) for name in names] for item in items)


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def _at(item: JsonObject, name: str) -> object:
    """What lies at a dotted name; a nested object that is null has nothing in any column."""
    found: object = item
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = cast("Mapping[str, object]", found).get(part)
    return found


def nested(annotation: object) -> type[BaseModel] | None:
    """The model that a field holds, or may hold."""
    if isinstance(annotation, TypeAliasType):
        return nested(annotation.__value__)
    choices = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    models = [each for each in choices if isinstance(each, type) and issubclass(each, BaseModel)]
    return models[0] if models else None


def _content_type(media_type: str, *, first: bool) -> str:
    if media_type == CSV:
        return f"{CSV}; charset=utf-8; header={'present' if first else 'absent'}"
    return media_type


def _file_name(endpoint: Endpoint[Any, Any], services: Services, media_type: str) -> str:
    """From the operation and the time alone: nothing that anyone typed."""
    name = endpoint.name.removesuffix("_list").replace("_", "-")
    kind = "csv" if media_type == CSV else "jsonl"
    return f"{name}-{services.clock.now():%Y%m%dT%H%M%SZ}.{kind}"
