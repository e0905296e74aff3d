"""How senders write a message of the queue, and what becomes of it: the table that docs/ shows."""

import base64
import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tests.cast.messages import encoded, event, profile

PROFILE: Final = event("customer-profile", profile())


class Written(NamedTuple):
    """One way to write the same message. Without `told` it takes effect.

    `result`: its pipeline is told in its feed, beside the dead letter.
    """

    how: str
    text: str
    told: str = ""
    result: bool = True
    who: str = ""


def _but(**changes: Any) -> str:
    return encoded({**PROFILE, **changes})


def _without(*names: str) -> str:
    return encoded({name: value for name, value in PROFILE.items() if name not in names})


def _bytes(of: Callable[[bytes], bytes] = bytes) -> str:
    return base64.b64encode(of(json.dumps(PROFILE).encode())).decode()


def _in_lines(text: str) -> str:
    lines = [text[start : start + 76] for start in range(0, len(text), 76)]
    return "\r\n".join([*lines, ""])


_DATA: Final = base64.b64encode(json.dumps(PROFILE["data"]).encode()).decode()
_PASCAL: Final = {"SpecVersion": "1.0"} | {
    name.capitalize(): value for name, value in PROFILE.items() if name != "specversion"
}
_NOT_ENCODED: Final = "The message is JSON, but not in base64."
_TIMES: Final = "time: It must be a time such as 2026-11-01T08:00:00Z."
_EXTENSION: Final = "An extension has a name of lower-case letters and digits, and a plain value."

WRITTEN: Final = (
    Written("base64 of its JSON in UTF-8", _bytes()),
    Written("in lines of 76, with CRLF", _in_lines(_bytes()), who="coreutils, OpenSSL, certutil"),
    Written("with a blank and a line break around it", f" {_bytes()}\n", who="`echo`"),
    Written(
        "behind a byte order mark", _bytes(lambda data: b"\xef\xbb\xbf" + data), who=".NET, editors"
    ),
    Written(
        "`null` attributes and extensions",
        _but(
            **dict.fromkeys(("subject", "time", "datacontenttype", "dataschema", "traceparent")),
            myext=None,
        ),
        who="CloudEvents for JavaScript and Python",
    ),
    Written("`locale` is null", _but(locale=None)),
    Written(
        "`data_base64` in the place of `data`",
        encoded({**json.loads(base64.b64decode(_without("data"))), "data_base64": _DATA}),
        who="CloudEvents of bytes",
    ),
    Written("`data_base64` is null", _but(data_base64=None)),
    Written("`datacontenttype` `text/json`", _but(datacontenttype="text/json")),
    Written("a blank behind `datacontenttype`", _but(datacontenttype="application/json ")),
    Written(
        "`datacontenttype` `application/vnd.contoso.sale+json ; charset=UTF-8`",
        _but(datacontenttype="application/vnd.contoso.sale+json ; charset=UTF-8"),
    ),
    Written("blanks around `id`, `source`, `type`", _but(id=" e-1 ", type="customer-profile\n")),
    Written("`locale` `fr`, `ko_KR` or 5", _but(locale="fr"), who="a session's culture"),
    Written("a `time` of any year", _but(time="0001-01-01T00:00:00Z")),
    Written("a leap second", _but(time="2016-12-31T23:59:60Z")),
    Written("extensions: text, whole numbers, truths", _but(a="x", b=1, c=True, d=1.0)),
    Written("without base64", json.dumps(PROFILE), _NOT_ENCODED, who="Azure's SDKs"),
    Written("base64 twice", base64.b64encode(_bytes().encode()).decode(), "in base64 twice"),
    Written(
        "base64 in the alphabet of addresses",
        base64.urlsafe_b64encode(json.dumps({**PROFILE, "subject": "???"}).encode()).decode(),
        "The message is not UTF-8 text in base64.",
        result=False,
    ),
    Written(
        "UTF-16",
        _bytes(lambda data: data.decode().encode("utf-16")),
        "The message looks like UTF-16.",
        who="`[Text.Encoding]::Unicode`",
    ),
    Written("`specversion` 0.3", _but(specversion="0.3"), "Only version 1.0 of CloudEvents"),
    Written("`specversion` is a number", _but(specversion=1.0), "specversion: It must be one of"),
    Written(
        "names in capitals", encoded(_PASCAL), "It is there in other letters", who="C# classes"
    ),
    Written(
        "a name twice",
        base64.b64encode(
            json.dumps(PROFILE).replace('"data"', '"data": {}, "data"').encode()
        ).decode(),
        "names a field twice",
    ),
    Written("`datacontenttype` `text/xml`", _but(datacontenttype="text/xml"), "a type of JSON"),
    Written("an extension in capitals", _but(myExt="x"), _EXTENSION),
    Written("an extension that is an object", _but(myext={"a": 1}), _EXTENSION),
    Written("a `time` with a blank", _but(time="2026-11-29 10:00:00Z"), _TIMES),
    Written("`data` is text", _but(data=json.dumps(PROFILE["data"])), "It is text that holds JSON"),
    Written(
        "`data` is a `Buffer`",
        _but(data={"type": "Buffer", "data": [123, 125]}),
        "data: There is no such field.",
        who="`JSON.stringify` in Node.js",
    ),
    Written("no `data`", _without("data"), "data: The field is required."),
    Written("no `type`", _without("type"), "type: The field is required."),
    Written("`data` and `data_base64`", _but(data_base64=_DATA), "stand in the place of data"),
    Written("too many bytes", _but(data={"pad": "x" * 50_000}), "An event has at most 49152 bytes"),
    Written("no `id`", _without("id"), "id: The field is required.", result=False),
    Written("an `id` with a control character", _but(id="e\x07"), "U+0007", result=False),
    Written("several events in one message", encoded([PROFILE]), "A message is one event"),
    Written("no JSON", base64.b64encode(b"hello").decode(), "The body is not JSON.", result=False),
    Written(
        "of a source that nobody registered",
        _but(source="https://unknown.example"),
        "The source is no pipeline",
        result=False,
    ),
)
