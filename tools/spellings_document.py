"""Writes docs/spellings.md from the tests' tables: `python -m tools.spellings_document`."""

import json
import re
from pathlib import Path
from typing import Final

from tests.senders.envelopes import WRITTEN, Written
from tests.senders.spellings import FIELDS, Field, Spelling

PATH: Final = Path(__file__).parents[1] / "docs" / "spellings.md"

_HEAD: Final = """# What we take and what we refuse

What senders write for one thing, and what becomes of it. Generated from `tests/senders` by
`make docs`; a test fails when it is behind, and each row is one. The same holds for requests,
batches and messages: what comes in gets its one form (`shared/text`) before anything is compared,
stored or digested.

What has one meaning beyond doubt is taken. What is refused is told its cause, in the language of
whoever asks, and nothing else that was sent is repeated. **Bold**: refused.

"""

_MESSAGES: Final = """## Messages of the queue

`result`: the pipeline finds `failed` in its results, beside the operator's dead letter. Without a
readable `id`, or a source that is registered, there is only the letter.

| a message | what becomes of it | written so by |
|---|---|---|
"""

_BODIES: Final = """## Bodies over HTTP

JSON in UTF-8, with or without a byte order mark, as `application/json` or any other `*/json` and
`*/*+json` but a patch's where none is asked for, also without a Content-Type. **415**: another
charset, a compressed body, a form. **411**: a body in chunks. [calling.md](calling.md) says how
clients come to send these.

"""


_JOINED: Final = re.compile(r"[\u0300-\u036f\u1100-\u11ff\u2800\u3164\ufe0f\U000e0100]")
"""What an editor would show as a part of its neighbour, or as nothing."""


def document() -> str:
    """The whole text."""
    fields = "".join(f"{_table(title, field)}\n" for title, field in FIELDS.items())
    return f"{_HEAD}{fields}{_MESSAGES}{''.join(map(_written, WRITTEN))}\n{_BODIES}".rstrip() + "\n"


def _table(title: str, field: Field) -> str:
    head = f"## {title}\n\n| sent | kept | written so by |\n|---|---|---|\n"
    return head + "".join(map(_spelling, field.spellings))


def _spelling(row: Spelling) -> str:
    kept = f"**{_cell(row.told)}**" if row.kept is None else _code(row.kept)
    return f"| {_code(row.sent)} | {kept} | {row.who} |\n"


def _written(row: Written) -> str:
    result = ", `result`" if row.result else ""
    told = f"**{_cell(row.told)}**{result}" if row.told else "taken"
    return f"| {row.how} | {told} | {row.who} |\n"


def _code(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    shown = "".join(_shown(character) for character in text)
    return f"`{_cell(shown)}`"


def _shown(character: str) -> str:
    """What nobody sees is written as an escape."""
    if character.isprintable() and not _JOINED.fullmatch(character):
        return character
    return json.dumps(character)[1:-1]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
