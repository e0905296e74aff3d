"""What a queue message looks like to a function, and what a function may put on a queue."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from devhost.refusals import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

type Datum = tuple[str, Any]
"""A kind (`string`, `bytes`, `json`, `http`) and a value, from which the worker makes its own."""

_FOREVER = '"9999-12-31T23:59:59.9999999+00:00"'
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
# What Newtonsoft may read as a date, or writes with an escape.
_REWRITTEN = re.compile(r"\d{4}-\d\d-\d\dT|/Date\(|[\x7f-\x9f\u2028\u2029]")
# What storage's XML cannot hold.
_UNSENDABLE = re.compile(r"[\x00-\x08\v\f\x0e-\x1f\ufffe\uffff]")


def metadata(text: str | None, host: Mapping[str, Datum], *, binary: bool) -> dict[str, Datum]:
    """Trigger metadata: the `host`'s, over which the members of a JSON text go.

    Not where the function takes bytes; `text` is None where those are no UTF-8.
    """
    found = dict(host) if text is None else {"QueueTrigger": ("string", text), **host}
    if text is None or binary:
        return found
    try:
        document = json.loads(text)
    except ValueError:
        return found
    names = {name.lower(): name for name in found}
    for given, value in document.items() if isinstance(document, dict) else ():
        if value is not None:
            found[names.setdefault(given.lower(), given)] = _member(value)
    return found


def by_hand(name: str, text: str, now: datetime) -> dict[str, Datum]:
    """Metadata of a message that no queue had; `name` is the parameter's."""
    host = {
        "DequeueCount": ("json", "0"),
        "InsertionTime": ("json", f'"{time_text(now)}"'),
        "ExpirationTime": ("json", _FOREVER),
        "NextVisibleTime": ("json", _FOREVER),
        name: ("string", text),
    }
    return metadata(text, host, binary=False)


def time_text(time: datetime) -> str:
    """ISO 8601 in UTC, without idle zeros, as Newtonsoft writes it."""
    whole, point, fraction = time.astimezone(UTC).replace(tzinfo=None).isoformat().partition(".")
    return f"{whole}{point}{fraction.rstrip('0')}+00:00"


def texts(value: Any) -> list[str]:
    """The messages of a queue output: an array becomes several, objects come out indented.

    Raises Refused for what storage cannot hold, and for JSON that nobody reads or that the real
    host would rewrite in ways of its own.
    """
    found = _texts(value)
    for text in found:
        if character := _UNSENDABLE.search(text):
            raise Refused(Refusal.OUTPUT, f"a queue output with {character[0]!r}")
    return found


def _texts(value: Any) -> list[str]:
    content = _content(value)
    if hasattr(value, "json"):
        document = _parsed(content)
        if not isinstance(document, str):
            return [] if document is None else _messages(document)
        content = document
    trimmed = content.strip(_BLANKS)
    if not hasattr(value, "bytes") and trimmed[:1] + trimmed[-1:] in {"{}", "[]"}:
        return _messages(_parsed(trimmed))
    return [content]


def _content(value: Any) -> str:
    ((kind, content),) = vars(value).items()
    if kind == "bytes":
        return content.decode(errors="replace")
    return f"{content:g}" if kind == "double" else str(content)


def _member(value: Any) -> Datum:
    if isinstance(value, dict | list):
        return "json", json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "string", str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _messages(document: Any) -> list[str]:
    return [_text(item) for item in (document if isinstance(document, list) else [document])]


def _text(item: Any) -> str:
    if isinstance(item, dict | list):
        return json.dumps(item, ensure_ascii=False, indent=2)
    return "" if item is None else str(item)


def _parsed(text: str) -> Any:
    """JSON whose numbers are whole and whose texts are no dates."""

    def refuse(what: object) -> Any:
        raise Refused(Refusal.OUTPUT, f"a queue output with {what}")

    if found := _REWRITTEN.search(text):
        refuse(ascii(found[0]))
    try:
        return json.loads(text, parse_float=refuse, parse_constant=refuse)
    except ValueError as error:
        return refuse(error)
