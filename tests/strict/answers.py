"""Answers as the service words them: its refusals, error codes, ETags and time stamps."""

import json
import re
from dataclasses import replace
from uuid import uuid4

from multidict import CIMultiDict

from .proxy import Answer, Asked
from .rules import Broken

_TABLE_LAYER = {400, 404, 409, 412}
"""Errors whose code stands in the body alone; the front end's, as 403, have the header too."""

_ETAG = re.compile(rb"(datetime'[\d-]{10}T\d\d%3A\d\d%3A\d\d)(?:\.(\d*))?Z'")
_STAMP = re.compile(rb'("Timestamp":"[\d-]{10}T[\d:]{8})\.(\d*?)0+Z"')
_DIGITS = 7
_CONTENT_ID = re.compile(rb"(HTTP/1\.1 [45]\d\d [^\r\n]*\r\n)Content-ID: \d+\r\n")
_JSON = {"Content-Type": "application/json;odata=minimalmetadata;charset=utf-8"}


def with_all_digits(asked: Asked) -> Asked:
    """The same with the ETags that Azurite gave: a service compares texts."""
    headers = CIMultiDict(asked.headers)
    if etag := headers.get("If-Match"):
        headers["If-Match"] = _ETAG.sub(_padded, etag.encode()).decode()
    body = _ETAG.sub(_padded, asked.body) if asked.target.endswith("/$batch") else asked.body
    return replace(asked, headers=headers, body=body)


def as_the_service(answer: Answer) -> Answer:
    """Without what Azurite alone says."""
    headers = CIMultiDict(answer.headers)
    if answer.status in _TABLE_LAYER:
        headers.pop("x-ms-error-code", None)
    if etag := headers.get("ETag"):
        headers["ETag"] = _ETAG.sub(_cut, etag.encode()).decode()
    body = _STAMP.sub(_cut_stamp, _ETAG.sub(_cut, answer.body))
    return replace(answer, headers=headers, body=_CONTENT_ID.sub(rb"\1", body))


def _padded(found: re.Match[bytes]) -> bytes:
    return found[1] + b"." + (found[2] or b"").ljust(_DIGITS, b"0") + b"Z'"


def _cut(found: re.Match[bytes]) -> bytes:
    digits = (found[2] or b"").rstrip(b"0")
    return found[1] + (b"." + digits if digits else b"") + b"Z'"


def _cut_stamp(found: re.Match[bytes]) -> bytes:
    return found[1] + (b"." + found[2] if found[2] else b"") + b'Z"'


def of_table(broken: Broken) -> Answer:
    """The refusal of a table request; of a transaction, in its one part."""
    rule = broken.rule
    where = "" if broken.operation is None else f"{broken.operation}:"
    message = {"lang": "en-US", "value": f"{where}{rule.name}: {rule.limit}"}
    body = json.dumps({"odata.error": {"code": rule.code, "message": message}})
    if broken.operation is None:
        front = {"x-ms-error-code": rule.code} if rule.status not in _TABLE_LAYER else {}
        return Answer(rule.status, {**_JSON, **front}, body.encode())
    status = rule.part or rule.status
    part = f"HTTP/1.1 {status} Bad Request\r\nContent-Type: application/json\r\n\r\n{body}"
    return Answer(202, *_multipart(part))


def _multipart(part: str) -> tuple[dict[str, str], bytes]:
    outer, inner = f"batchresponse_{uuid4()}", f"changesetresponse_{uuid4()}"
    body = (
        f"--{outer}\r\nContent-Type: multipart/mixed; boundary={inner}\r\n\r\n"
        f"--{inner}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"{part}\r\n--{inner}--\r\n--{outer}--\r\n"
    )
    return {"Content-Type": f"multipart/mixed; boundary={outer}"}, body.encode()


def of_queue(broken: Broken) -> Answer:
    """The refusal of a message."""
    rule = broken.rule
    body = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{rule.code}</Code></Error>'
    headers = {"Content-Type": "application/xml", "x-ms-error-code": rule.code}
    return Answer(rule.status, headers, body.encode())
