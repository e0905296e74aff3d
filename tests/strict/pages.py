"""Pages as short as the service may cut them, and its continuation tokens.

A page ends after 1,000 rows, after 5 seconds or where a server's range of partitions does: so any
page may be short, or empty, and still be followed by another.

    Azurite            value: a b c d        next d
    the proxy          value: a b            next token of c
"""

import base64
import json
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from multidict import CIMultiDict

from .proxy import Answer, Asked

PARTITION, ROW = "NextPartitionKey", "NextRowKey"
_HEADER = "x-ms-continuation-"
_BETWEEN = "\0"
"""Of two keys in one token: no key has it."""

_EMPTY, _SHORT, _KEYLESS = 32, 80, 96
"""Of 256: pages that become empty; and, up to there, short; and tokens without a row's key."""


def token(text: str) -> str:
    """As the service writes it: `1!16!cGs4MDEwMTZlOA--`."""
    encoded = base64.b64encode(text.encode(), b"*_").decode().replace("=", "-")
    return f"1!{len(encoded)}!{encoded}"


def told(text: str) -> str:
    """The inverse. Raises ValueError for what no `token` gave."""
    _, length, encoded = text.split("!")
    if int(length) != len(encoded):
        raise ValueError(text)
    return base64.b64decode(encoded.replace("-", "="), b"*_", validate=True).decode()


def upstream(asked: Asked) -> Asked:
    """The same with the tokens that Azurite gave."""
    path, _, query = asked.target.partition("?")
    said = dict(parse_qsl(query, keep_blank_values=True))
    if PARTITION not in said:
        return asked
    partition, between, row = told(said[PARTITION]).partition(_BETWEEN)
    if not between:
        row = told(said[ROW])
    for name, key in ((PARTITION, partition), (ROW, row)):
        said[name] = base64.b64encode(key.encode()).decode()
    return replace(asked, target=f"{path}?{urlencode(said, quote_via=quote)}")


@dataclass(slots=True)
class Pages:
    """Cuts answers to queries. `whole` leaves them their rows, and changes their tokens alone."""

    seed: str
    figures: Counter[str]
    _times: Counter[str]

    def cut(self, asked: Asked, answer: Answer, request: str, *, whole: bool) -> Answer:
        """The answer to a query. `request` names it in every run alike."""
        self._times[asked.target] += 1
        chance = self._chance(f"{request} {self._times[asked.target]}")
        document: dict[str, Any] = json.loads(answer.body)
        rows: list[dict[str, Any]] = document["value"]
        headers = CIMultiDict(answer.headers)
        following = [headers.pop(_HEADER + name, None) for name in (PARTITION, ROW)]
        after = [base64.b64decode(key or "").decode() for key in following if key is not None]
        kept = len(rows) if whole else self._kept(chance, len(rows))
        if kept < len(rows):
            after = [rows[kept][name] for name in ("PartitionKey", "RowKey")]
            document["value"] = rows[:kept]
            answer = replace(answer, body=json.dumps(document).encode())
        if after:
            headers.update(self._tokens(after, keyless=not whole and chance[1] < _KEYLESS))
        self.figures[f"{_size(len(rows))} -> {_size(kept)}"] += 1
        return replace(answer, headers=headers)

    def _chance(self, text: str) -> bytes:
        return blake2b(f"{self.seed} {text}".encode(), digest_size=8).digest()

    @staticmethod
    def _kept(chance: bytes, rows: int) -> int:
        if not rows or chance[0] >= _SHORT:
            return rows
        return 0 if chance[0] < _EMPTY else int.from_bytes(chance[2:6]) % rows

    @staticmethod
    def _tokens(after: list[str], *, keyless: bool) -> dict[str, str]:
        if keyless:
            return {_HEADER + PARTITION: token(_BETWEEN.join(after))}
        partition, row = after
        return {_HEADER + PARTITION: token(partition), _HEADER + ROW: token(row)}


def _size(rows: int) -> str:
    """Its order of magnitude."""
    return next(name for most, name in _SIZES if rows <= most)


_SIZES = ((0, "0"), (1, "1"), (9, "2-9"), (99, "10-99"), (999, "100-999"), (1000, "1000"))
