"""Files to objects, each with its line: CSV with the fields' names in its first line, or JSONL."""

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from examples.client import Json, Unable

_NOT_UTF_8: Final = "is not UTF-8; save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
_WORKBOOK: Final = b"PK\x03\x04"

type Row = tuple[int, Json]
"""The line on which it begins, and what it says."""


class BadRecord(Unable):
    """What is wrong with a file, and on which line."""

    def __init__(self, name: str, what: object, line: int | None = None) -> None:
        """`what` is as much of a sentence as follows the place."""
        super().__init__(f"{name}, line {line}: {what}" if line else f"{name}: {what}")


def rows(path: Path) -> list[Row]:
    """Everything in a file. Raises BadRecord."""
    read = _csv if path.suffix.lower() == ".csv" else _jsonl
    found = list(read(path.name, _text(path)))
    if not found:
        raise BadRecord(str(path), "has no records")
    return found


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadRecord(str(path), error.strerror) from None
    if content.startswith(_WORKBOOK):
        raise BadRecord(path.name, "is a workbook, not CSV; save it as CSV UTF-8")
    # Spreadsheets put a mark before the first character: it says which encoding, and goes.
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadRecord(path.name, _NOT_UTF_8, line) from None
    if "\x00" in text:
        raise BadRecord(path.name, _NOT_UTF_8)
    return text


def _jsonl(name: str, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line, object_pairs_hook=_object)
            _require_sendable(data)
        except json.JSONDecodeError as error:
            what = f"{error.msg}, at character {error.colno}"
            if line.strip() == "[":
                what = "begins a JSON array over many lines; write each record on one line"
            raise BadRecord(name, what, number) from None
        except (ValueError, RecursionError) as error:
            raise BadRecord(name, error, number) from None
        if not isinstance(data, dict):
            raise BadRecord(name, "is no JSON object", number)
        yield number, data


def _object(pairs: list[tuple[str, Any]]) -> Json:
    if twice := _repeated([name for name, _ in pairs]):
        raise ValueError(f"the field {twice} stands twice in an object")
    return dict(pairs)


def _require_sendable(data: object) -> None:
    """What Python reads, and nobody else, would become a dead letter without a result."""
    try:
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        raise ValueError("NaN, Infinity and halves of characters are no JSON") from None


def _csv(name: str, text: str) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    names: list[str] = []
    while True:
        first = lines.line_num + 1
        try:
            row = next(lines)
            if not any(cell.strip() for cell in row):
                continue
            if names:
                yield first, _nested(names, row)
            else:
                names = _names(row)
        except StopIteration:
            return
        except csv.Error as error:
            what = f"{error}: is a quote left open, or not doubled within quotes?"
            raise BadRecord(name, what, first) from None
        except ValueError as error:
            raise BadRecord(name, error, first) from None


def _delimiter(text: str) -> str:
    """What is between the columns' names: in many countries spreadsheets write no comma there."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _names(row: list[str]) -> list[str]:
    """The names of the columns."""
    if "" in row:
        raise ValueError(f"column {row.index('') + 1} has no name")
    if twice := _repeated(row):
        raise ValueError(f"the column {twice} stands twice")
    for name in row:
        if inner := next((each for each in row if each.startswith(f"{name}.")), None):
            raise ValueError(f"the columns {name} and {inner} exclude each other")
    return row


def _repeated(names: list[str]) -> str | None:
    return next((each for each in names if names.count(each) > 1), None)


def _nested(names: list[str], row: list[str]) -> Json:
    """`term.endsAt` is a field within a field; what is empty is not sent."""
    if len(row) != len(names):
        raise ValueError(f"has {len(row)} fields, and the first line {len(names)}")
    data: Json = {}
    for name, text in zip(names, row, strict=True):
        if text == "":
            continue
        *parents, last = name.split(".")
        place = data
        for parent in parents:
            place = place.setdefault(parent, {})
        try:
            place[last] = _VALUES.get(name, str)(text)
        except ValueError as wanted:
            raise ValueError(f"{name} must be {wanted}, is {text!r}") from None
    return data


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("true or false")
    return text.lower() == "true"


def _number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError("a whole number in digits alone")
    return int(text)


_VALUES: Final[dict[str, Callable[[str], Any]]] = {
    "affiliatedTenantIds": str.split,
    "autoRenew": _truth,
    "delegatedAdmin": _truth,
    "expiresInDays": _number,
    "quantity": _number,
}
"""Fields that are no text."""
