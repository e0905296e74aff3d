"""Marks put wherever a caller can write, and where they are looked for."""

import copy
import json
import logging
import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.running.app import Answer, LocalApp

MARK: Final = "zq7mark"
_TEXTS: Final = (f"{MARK} text", f"{MARK}@{MARK}.example", f"{MARK}.example", f"{MARK}-1")
_ADDRESS: Final = f"https://hooks.partner.example/{MARK}"
_HEADERS: Final = {
    name: f"{MARK}-{name}"
    for name in ("user-agent", "cookie", "x-functions-key", "x-forwarded-for", "referer", "from")
}
_TECHNICAL: Final = {"source", "type", "id", "status"}
"""What a message is understood by; of those that make no sense there are enough."""
_ID: Final = re.compile(r"[0-9a-f-]{36}")


def marked(model: type[BaseModel] | None, body: Any) -> Any:
    """`body` with a mark in every text that takes one: the model says which do."""
    if model is None or body is None:
        return body
    adapter = TypeAdapter[Any](model)
    for *path, name in list(_texts(body)):
        if name in _TECHNICAL or _ID.fullmatch(_at(body, [*path, name])):
            continue
        for text in (_ADDRESS,) if name == "url" else _TEXTS:
            tried = copy.deepcopy(body)
            _at(tried, path)[name] = text
            try:
                adapter.validate_python(tried, by_alias=True, by_name=False)
            except ValidationError:
                continue
            body = tried
            break
    return body


def _at(value: Any, path: list[Any]) -> Any:
    for step in path:
        value = value[step]
    return value


def _texts(value: Any) -> Iterator[tuple[Any, ...]]:
    """The places of texts in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in items:
        if isinstance(inner, str):
            yield (name,)
        elif isinstance(inner, dict | list):
            yield from ((name, *rest) for rest in _texts(inner))


class Marking(LocalApp):
    """An app whose callers write marks wherever they can; `secrets`: what it has told them."""

    secrets: set[str]

    async def call(
        self,
        method: str,
        url: str,
        caller: dict[str, Any] | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        found = self.routes.match(method, url.partition("?")[0])
        assert found, url
        claims = caller and {**caller, "name": MARK, "preferred_username": f"{MARK}@x.example"}
        body = marked(self.endpoints[found[0]].body, body)
        answer = await super().call(method, url, claims, body, {**_HEADERS, **(headers or {})})
        if isinstance(answer.body, dict) and isinstance(answer.body.get("secret"), str):
            self.secrets = {*getattr(self, "secrets", ()), answer.body["secret"]}
        return answer


def said(record: logging.LogRecord) -> str:
    """All that a log record holds, as a text."""
    return logging.Formatter().format(record) + json.dumps(vars(record), default=repr)
