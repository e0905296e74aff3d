"""What the service refuses of a request, by `data/storage-rules.json`.

Only what Azurite takes: its own refusals are the service's own. A rule is named here where it is
looked at; its limit and its answer stand in the file.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import unescape

from shared.clock import SystemClock

from .proxy import Asked

_FILE = Path(__file__).parent / "data" / "storage-rules.json"

_KEYS = re.compile(r"\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)$")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_COMPARISON = re.compile(r"\b(?:eq|ne|gt|ge|lt|le)\b")
_CHANGESET = re.compile(rb"boundary=(changeset\w*-?[^\s;]+)")
_OPERATION = re.compile(rb"\r\n\r\n(\w+) (\S+) HTTP/1\.1\r\n(.*?)\r\n\r\n(.*)", re.DOTALL)
_MESSAGE = re.compile(r"<MessageText>(.*)</MessageText>", re.DOTALL)
_REFERENCE = re.compile(r"&#(x?)([0-9A-Fa-f]+);")


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit, the answer to what is beyond it, and whether that is documented."""

    name: str
    basis: str
    limit: Any
    status: int
    code: str
    part: int | None


def _read(service: str) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for each in json.loads(_FILE.read_text("utf-8"))["rules"]:
        if each["service"] == service:
            said = each.get("answer", {})
            # Where it is not known what the service says, it is the most general.
            told = said.get("status", 400), said.get("code", "InvalidInput"), said.get("part")
            found[each["name"]] = Rule(each["name"], each["basis"], each["limit"], *told)
    return found


TABLE = _read("table")
QUEUE = _read("queue")


@dataclass(frozen=True, slots=True)
class Broken:
    """The rule that a request breaks; of a transaction, with which operation."""

    rule: Rule
    operation: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One request, or one part of a transaction."""

    method: str
    path: str
    headers: str
    body: bytes

    @property
    def keys(self) -> tuple[str, str] | None:
        """Partition and row that the address names."""
        found = _KEYS.search(unquote(self.path))
        return found and (found[1].replace("''", "'"), found[2].replace("''", "'"))


def broken_by_table_request(asked: Asked) -> Broken | None:
    """The first rule that it breaks."""
    path, _, query = asked.target.partition("?")
    if date := asked.headers.get("x-ms-date"):
        away = SystemClock().now() - parsedate_to_datetime(date)
        if abs(away.total_seconds()) > TABLE["clock_skew_seconds"].limit:
            return Broken(TABLE["clock_skew_seconds"])
    if path.endswith("/$batch"):
        return _transaction(asked.body)
    headers = "\r\n".join(f"{name}: {text}" for name, text in asked.headers.items())
    names = [*_query(query), *_operation(Operation(asked.method, path, headers, asked.body))]
    return Broken(TABLE[names[0]]) if names else None


def _query(query: str) -> Iterator[str]:
    said = parse_qs(query)
    if int(said.get("$top", ["1"])[0]) > TABLE["top"].limit:
        yield "top"
    compared = _COMPARISON.findall(_QUOTED.sub("''", said.get("$filter", [""])[0]))
    if len(compared) > TABLE["filter_comparisons"].limit:
        yield "filter_comparisons"


def operations(body: bytes) -> list[Operation]:
    """The parts of a transaction."""
    boundary = _CHANGESET.search(body)
    parts = body.split(b"--" + boundary[1])[1:-1] if boundary else []
    found = [part for each in parts if (part := _OPERATION.search(each))]
    return [Operation(m[1].decode(), m[2].decode(), m[3].decode(), m[4].strip()) for m in found]


def _transaction(body: bytes) -> Broken | None:
    partitions: set[str] = set()
    for number, operation in enumerate(operations(body)):
        names = [*_operation(operation)]
        partitions.add(_partition(operation))
        if len(partitions) > TABLE["transaction_partitions"].limit:
            names.append("transaction_partitions")
        if operation.method == "DELETE" and "if-match:" not in operation.headers.lower():
            names.append("delete_needs_if_match")
        if names:
            return Broken(TABLE[names[0]], number)
    return None


def _partition(operation: Operation) -> str:
    keys = operation.keys
    return keys[0] if keys else str(json.loads(operation.body)["PartitionKey"])


def _operation(operation: Operation) -> Iterator[str]:
    if operation.method == "PUT" and "if-none-match:" in operation.headers.lower():
        yield "if_none_match_on_put"
    for key in operation.keys or ():
        yield from _key(key)
    if operation.method in {"POST", "PUT", "PATCH", "MERGE"} and not operation.path.endswith(
        ("/Tables", "/Tables()")
    ):
        merge = operation.method in {"PATCH", "MERGE"}
        yield from _entity(json.loads(operation.body, object_pairs_hook=list), merge=merge)


def _key(text: str) -> Iterator[str]:
    if len(text.encode("utf-16-le", "surrogatepass")) > TABLE["key_bytes"].limit:
        yield "key_bytes"
    if re.search(TABLE["key_forbidden"].limit, text):
        yield "key_forbidden"


def _entity(pairs: list[tuple[str, Any]], *, merge: bool) -> Iterator[str]:
    names = [name for name, _ in pairs]
    if len(names) > len(set(names)):
        yield "property_twice"
    said = dict(pairs)
    keys = [str(said.pop(name, "")) for name in ("PartitionKey", "RowKey")]
    for key in keys:
        yield from _key(key)
    own = [name for name in said if not name.endswith("@odata.type") and "odata." not in name]
    if "Timestamp" in own:
        yield "property_names_reserved"
    if merge and len(own) < TABLE["merge_without_properties"].limit:
        yield "merge_without_properties"
    if len(own) > TABLE["own_properties"].limit:
        yield "own_properties"
    stored = 4 + 2 * sum(map(len, keys))
    for name in own:
        size, broken = _property(name, said[name], said.get(f"{name}@odata.type"))
        yield from broken
        stored += 8 + 2 * len(name) + size
    if stored > TABLE["entity_bytes"].limit:
        yield "entity_bytes"


def _property(name: str, value: Any, kind: str | None) -> tuple[int, list[str]]:
    """The bytes that are stored, and the rules that are broken."""
    broken: list[str] = []
    if len(name) > TABLE["property_name_length"].limit:
        broken.append("property_name_length")
    elif not re.fullmatch(TABLE["property_name"].limit, name):
        broken.append("property_name")
    size = 8
    match value, kind:
        case _, "Edm.Binary":
            size = len(base64.b64decode(value)) + 4
            broken += _over("binary_bytes", size - 4)
        case _, "Edm.Int64":
            broken += _outside("int64", int(value))
        case _, "Edm.DateTime":
            broken += _outside("datetime", value, digits=True)
        case str(), _:
            size = len(value.encode("utf-16-le", "surrogatepass")) + 4
            broken += _over("string_bytes", size - 4)
        case int(), _ if not isinstance(value, bool):
            size = 4
            broken += _outside("int32", value)
        case _:
            pass
    return size, broken


def _over(name: str, size: int) -> list[str]:
    return [name] if size > TABLE[name].limit else []


def _outside(name: str, value: Any, *, digits: bool = False) -> list[str]:
    low, high = TABLE[name].limit
    long = digits and len(value.rstrip("Z").partition(".")[2]) > 7
    return [name] if long or not low <= value <= high else []


def broken_by_queue_request(asked: Asked) -> Broken | None:
    """The first rule that a message's text breaks."""
    text = (
        _MESSAGE.search(asked.body.decode("utf-8", "replace")) if asked.method == "POST" else None
    )
    rule = QUEUE["message_characters"]
    if text and re.search(rule.limit, _text(text[1])):
        return Broken(rule)
    return None


def _text(xml: str) -> str:
    def character(found: re.Match[str]) -> str:
        return chr(int(found[2], 16 if found[1] else 10))

    return unescape(_REFERENCE.sub(character, xml), {"&quot;": '"', "&apos;": "'"})
