"""Messages and bodies by chance: those that the standard allows, however they are written, and any.

Deterministic by the given `Random`, so that a number says which one failed.
"""

import base64
import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from tests.cast.ids import AGENCY
from tests.cast.messages import SOURCE, profile

_ALLOWED: Final = [chr(each) for each in (0x20, 0x41, 0x7E, 0xA0, 0xAD, 0x301, 0x1100, 0x200B)]
_ALLOWED_TOO: Final = [chr(each) for each in (0x202E, 0x3042, 0xD55C, 0xFEFF, 0xFFFD, 0x1F600)]
_MEDIA: Final = ("application/json", "text/json", "application/vnd.x+json; charset=utf-8", None)
_TIMES: Final = ("2026-11-01T08:00:00Z", "1985-04-12T23:20:50.52+01:00", "1990-12-31T23:59:60Z")
_NAMES: Final = ("Agency", " Agency ", "Zu\u0308rich", "부산항만공사", 'O\'Brien "A/B"')
_WHOLE: Final = (5, -(2**31), False, None, 3.0)
_SLIPS: Final = ("", "\u200b", "\x07", "é", "\ud800", "'")
_JUNK: Final[list[Any]] = [
    *(None, True, 0, -1, 1.5, 10**30, "", " ", "\x00", "\u200b", "x" * 300, "1.0", [], {}),
    *([[]], {"a": {"b": []}}, "null", "{}", "2026-11-01", "\ud800", "9" * 20),
]


def _text(random: Random, most: int = 40) -> str:
    letters = random.choices(_ALLOWED + _ALLOWED_TOO, k=random.randint(1, most))
    return "a" + "".join(letters) + "z"


def _guid(random: Random) -> str:
    forms: list[Callable[[str], str]] = [
        *(str.upper, lambda each: f"{{{each}}}", lambda each: f"({each})"),
        *(lambda each: each.replace("-", ""), lambda each: f" {each}\n", str),
    ]
    return random.choice(forms)(AGENCY)


def _data(random: Random) -> dict[str, Any]:
    return profile(
        customerId=_guid(random),
        name=random.choice(
            ["Agency", " Agency ", "Zu\u0308rich", "부산항만공사", 'O\'Brien "A/B"']
        ),
        domain=random.choice(["agency.example", "AGENCY.example.", "münchen.example"]),
        country=random.choice(["US", "us", " US "]),
    )


def allowed(random: Random, number: int) -> str:
    """A message of CloudEvents 1.0 in the JSON format, with data as the type takes it."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{number} {_text(random)}",
        "source": SOURCE,
        "type": "customer-profile",
    }
    data = _data(random)
    if random.random() < 0.2:
        event["data_base64"] = base64.b64encode(_written(random, data).encode()).decode()
    else:
        event["data"] = data
    optional: dict[str, Any] = {
        "datacontenttype": random.choice(_MEDIA),
        "dataschema": random.choice(["https://s.example/1", None]),
        "subject": random.choice([_text(random), None]),
        "time": random.choice([*_TIMES, None]),
        "locale": random.choice(["en", "ko", "ko-KR", "fr", 7, True, None]),
        "traceparent": random.choice(["00-x", None]),
        f"ext{random.randint(0, 99)}": random.choice(
            [_text(random), 5, -(2**31), False, None, 3.0]
        ),
    }
    event |= dict(random.sample(sorted(optional.items()), random.randint(0, len(optional))))
    members = list(event.items())
    random.shuffle(members)
    return _encoded(random, _written(random, dict(members)).encode())


def _written(random: Random, document: Any) -> str:
    separators = random.choice([None, (",", ":"), (" ,\n", "\t: ")])
    indent = random.choice([None, 2, "\t"])
    return json.dumps(
        document, ensure_ascii=random.random() < 0.5, indent=indent, separators=separators
    )


def _encoded(random: Random, content: bytes) -> str:
    mark = random.choice([b"", b"", b"\xef\xbb\xbf"])
    text = base64.b64encode(mark + content).decode()
    width = random.choice([0, 0, 64, 76])
    if width:
        end = random.choice(["\n", "\r\n"])
        text = end.join(text[at : at + width] for at in range(0, len(text), width)) + end
    return text


def spoilt(random: Random, document: Any) -> Any:
    """With something else in it, somewhere."""
    if isinstance(document, dict) and document and random.random() < 0.9:
        name = random.choice(sorted(document))
        match random.randrange(5):
            case 0:
                return {each: value for each, value in document.items() if each != name}
            case 1:
                return {
                    **document,
                    random.choice([name.upper(), "x", "", "a b"]): random.choice(_JUNK),
                }
            case 2:
                return {**document, name: random.choice(_JUNK)}
            case _:
                return {**document, name: spoilt(random, document[name])}
    if isinstance(document, str) and document and random.random() < 0.5:
        at = random.randrange(len(document))
        return (
            document[:at]
            + random.choice(["", "\u200b", "\x07", "é", "\ud800", "'"])
            + document[at:]
        )
    return random.choice([*_JUNK, [document], [document, document]])


def any_message(random: Random, number: int) -> str:
    """A message in which something is wrong, or not."""
    document = json.loads(base64.b64decode(allowed(random, number)).removeprefix(b"\xef\xbb\xbf"))
    for _ in range(random.randint(0, 3)):
        document = spoilt(random, document)
    text = json.dumps(document, ensure_ascii=random.random() < 0.5)
    content = spoilt_bytes(random, text.encode(errors="surrogatepass"))
    match random.randrange(8):
        case 0:
            return content.decode(errors="replace").replace("\x00", "")
        case 1:
            return base64.b64encode(base64.b64encode(content)).decode()
        case 2:
            return base64.b64encode(content.decode(errors="replace").encode("utf-16")).decode()
        case 3:
            return _encoded(random, content)[random.randrange(4) :]
        case _:
            return _encoded(random, content)


def spoilt_bytes(random: Random, content: bytes) -> bytes:
    """Now and then cut, doubled, or with a byte that is none of UTF-8."""
    match random.randrange(12):
        case 0:
            return content[: random.randrange(len(content) + 1)]
        case 1:
            return content + content
        case 2:
            at = random.randrange(len(content) + 1)
            return content[:at] + bytes([random.randrange(256)]) + content[at:]
        case 3:
            return b"[" * random.choice([1, 5000]) + content
        case _:
            return content
