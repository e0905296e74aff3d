"""Files to records: CSV with the fields' names in its first line, JSONL, and Partner Center's own.

What is wrong with a file is told before anything is sent, and all of it at once.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from examples.client import Json
from examples.onboarding import partner_center
from examples.onboarding.faults import Faults
from examples.onboarding.fields import of_cells, of_object, wrong_names
from examples.onboarding.partner_center import COLUMNS, LEFT_OUT, Besides

_NOT_UTF_8: Final = "is not UTF-8; save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
_WORKBOOK: Final = b"PK\x03\x04"
_NO_COUNTRY: Final = "Partner Center's export has no countries; say theirs with --country"

type Row = tuple[int, str, Json]
"""The line on which it begins (of a collection, the item), the stage, and what it says."""


def rows(path: Path, stage: str, besides: Besides, faults: Faults) -> Iterator[Row]:
    """Everything in a file that can be sent; the rest is a fault."""
    text = _text(path, faults)
    if text is None:
        return
    read = {".csv": _csv, ".jsonl": _jsonl, ".json": _collection}[path.suffix.lower()]
    before = len(faults)
    found = list(read(path.name, text, stage, besides, faults))
    if not found and len(faults) == before and path.suffix.lower() != ".json":
        faults.add(str(path), "has no records")
    yield from found


def _text(path: Path, faults: Faults) -> str | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        return faults.add(str(path), error.strerror)
    if content.startswith(_WORKBOOK):
        return faults.add(path.name, "is a workbook, not CSV; save it as CSV UTF-8")
    # Spreadsheets put a mark before the first character: it says which encoding, and goes.
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return faults.add(path.name, _NOT_UTF_8, line)
    if "\x00" in text:
        return faults.add(path.name, _NOT_UTF_8)
    return text


def _jsonl(name: str, text: str, stage: str, _: Besides, faults: Faults) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = _parsed(line)
        except json.JSONDecodeError as error:
            what = f"{error.msg}, at character {error.colno}"
            if line.strip() == "[":
                what = "begins a JSON array over many lines; write each record on one line"
                return faults.add(name, what, number)
            faults.add(name, what, number)
            continue
        except (ValueError, RecursionError) as error:
            faults.add(name, error, number)
            continue
        if not isinstance(data, dict):
            faults.add(name, "is no JSON object", number)
            continue
        record = cast("Json", data)
        for what in of_object(stage, record):
            faults.add(name, what, number)
        yield number, stage, record


def _collection(
    name: str, text: str, stage: str, besides: Besides, faults: Faults
) -> Iterator[Row]:
    try:
        document = _parsed(text)
    except (ValueError, RecursionError) as error:
        return faults.add(name, f"is no JSON: {error}")
    items = cast("Json", document).get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        what = "is no collection of Partner Center: records go into .jsonl, each on one line"
        return faults.add(name, what)
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            faults.add(name, "is no JSON object", number)
        elif stage == "customers":
            yield from _record(name, number, stage, partner_center.customer(item, besides), faults)
        elif partner_center.stands(item):
            cells = partner_center.subscription(item, name, besides)
            yield from _record(name, number, stage, cells, faults)
            if partner_center.suspended(item):
                yield number, "statuses", _suspension(cells)


def _suspension(cells: dict[str, str]) -> Json:
    return of_cells("statuses", {**cells, "status": "suspended"})[0]


def _record(
    name: str, number: int, stage: str, cells: dict[str, str], faults: Faults
) -> Iterator[Row]:
    data, wrong = of_cells(stage, cells)
    for what in wrong:
        faults.add(name, what, number)
    yield number, stage, data


def _parsed(text: str) -> object:
    data: object = json.loads(text, object_pairs_hook=_object)
    _require_sendable(data)
    return data


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


def _csv(name: str, text: str, stage: str, besides: Besides, faults: Faults) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    names: list[str] = []
    while True:
        first = lines.line_num + 1
        try:
            row = [cell.strip() for cell in next(lines)]
        except StopIteration:
            return
        except csv.Error as error:
            what = f"{error}: is a quote left open, or not doubled within quotes?"
            return faults.add(name, what, first)
        if not any(row):
            continue
        if not names:
            names = [COLUMNS.get(each, each) for each in row]
            if not _are_names(name, first, names, stage, besides, faults):
                return
        elif len(row) != len(names):
            faults.add(name, f"has {len(row)} fields, and the first line {len(names)}", first)
        else:
            cells = dict(zip(names, row, strict=True))
            if stage == "customers" and besides.country:
                cells = {"country": besides.country, **cells}
            yield from _record(name, first, stage, cells, faults)


def _delimiter(text: str) -> str:
    """What is between the columns' names: in many countries spreadsheets write no comma there."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _are_names(
    name: str, line: int, names: list[str], stage: str, besides: Besides, faults: Faults
) -> bool:
    """Whether the columns are those of the stage; else nothing of the file can be read."""
    wrong: list[str] = []
    if "" in names:
        wrong.append(f"column {names.index('') + 1} has no name")
    if twice := _repeated([each for each in names if each]):
        wrong.append(f"the column {twice} stands twice")
    there = {*names} - {""}
    if stage == "customers" and LEFT_OUT & there:
        there -= LEFT_OUT
        if not besides.country:
            wrong.append(_NO_COUNTRY)
    if stage == "customers" and (besides.country or _NO_COUNTRY in wrong):
        there |= {"country"}
    wrong += wrong_names(stage, there)
    for what in wrong:
        faults.add(name, what, line)
    return not wrong


def _repeated(names: list[str]) -> str | None:
    return next((each for each in names if names.count(each) > 1), None)
