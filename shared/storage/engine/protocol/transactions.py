"""A transaction's body, and what its answer says.

    batch                           202
      changeset                       batch
        POST, PUT, PATCH, DELETE        changeset
        …                                 204 a part, or the one that failed

https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Final
from uuid import uuid4

from azure.core.exceptions import DecodeError

from shared.storage.engine.protocol.messages import Answer, Refused, Request

_BOUNDARY: Final = re.compile(r'multipart/mixed\s*;.*?boundary="?([^";\r\n]+)', re.IGNORECASE)
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_LINE: Final = re.compile(rb"\r?\n")
_STATUS: Final = re.compile(rb"HTTP/\d\.\d (\d{3})")


def transaction(url: str, parts: Sequence[Request], headers: Mapping[str, str]) -> Request:
    """All parts in one request to `url`; each has its own address and headers."""
    name = str(uuid4())
    batch, changeset = f"batch_{name}", f"changeset_{name}"
    lines = [f"--{batch}", f"Content-Type: multipart/mixed; boundary={changeset}", ""]
    for number, part in enumerate(parts):
        lines += (
            f"--{changeset}",
            "Content-Type: application/http",
            "Content-Transfer-Encoding: binary",
            f"Content-ID: {number}",
            "",
            f"{part.method} {part.url} HTTP/1.1",
            *(f"{header}: {text}" for header, text in part.headers.items()),
            f"Content-Length: {len(part.body)}",
            "",
            part.body.decode(),
        )
    lines += (f"--{changeset}--", "", f"--{batch}--", "")
    said = {**headers, "Content-Type": f"multipart/mixed; boundary={batch}"}
    return Request("table", "POST", url, said, "\r\n".join(lines).encode())


def conclude(answer: Answer, count: int) -> None:
    """Returns when an answer says that all `count` parts took effect.

    Raises Refused with the first part that failed, or the whole answer where it has no parts;
    DecodeError for one that says neither.
    """
    if answer.status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
        raise Refused(answer)
    done = 0
    for http in _answers(answer):
        status = _STATUS.match(http)
        if status is None:
            raise DecodeError("a part of a transaction's answer without a status")
        if not HTTPStatus(int(status[1])).is_success:
            said, content = _headed(_LINE.split(http, maxsplit=1)[-1])
            raise Refused(Answer(int(status[1]), said, content))
        done += 1
    if done != count:
        raise DecodeError(f"{done} answers to {count} operations")


def _answers(answer: Answer) -> Iterator[bytes]:
    """What stands in the parts: an answer each, from its status on."""
    for outer in _split(answer.headers.get("Content-Type", ""), answer.body):
        headers, body = _headed(outer)
        for inner in _split(headers.get("content-type", ""), body):
            yield _BLANK.split(inner, maxsplit=1)[-1]


def _split(kind: str, body: bytes) -> list[bytes]:
    """The parts between the lines of the boundary that `kind` names; none without it.

    Raises DecodeError where the last of these lines is missing. Each answer has a boundary of its
    own: an expression made of it would cost more than all the rest of a transaction.
    """
    found = _BOUNDARY.search(kind)
    if found is None:
        return []
    _, *behind = (b"\n" + body).split(b"\n--" + found[1].strip().encode())
    lines = [part.partition(b"\n") for part in behind]
    if not lines or any(rest.strip() for rest, _, _ in lines[:-1]) or lines[-1][0][:2] != b"--":
        raise DecodeError("a transaction's answer that does not end")
    return [part.strip(b"\r\n") for _, _, part in lines[:-1]]


def _headed(part: bytes) -> tuple[Mapping[str, str], bytes]:
    head, *rest = _BLANK.split(part, maxsplit=1)
    lines = (line.decode("latin-1").partition(":") for line in _LINE.split(head))
    headers = {name.strip().lower(): text.strip() for name, _, text in lines}
    return headers, rest[0] if rest else b""
