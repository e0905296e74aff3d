"""What a program needs that calls this API: errors as values, patience, ETags, pages."""

import os
import re
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final

import httpx

type Json = dict[str, Any]

API_VERSION: Final = "2026-11-01"
ATTEMPTS: Final = 5
LONGEST_WAIT: Final = 30
"""Seconds. A portal's user is waiting; a nightly job may be more patient."""
TIMEOUT: Final = httpx.Timeout(60, connect=5)

_ANEW: Final = re.compile(r"/webhooks/[^/]+/(?:rotate-secret|test)$")
"""What each request does once more: after a lost answer, look before you ask again."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]+")


class Unable(Exception):
    """Why a program cannot do its work, in a sentence for whoever runs it."""


class NoAnswer(Unable):
    """Nobody answered, at any attempt."""


class ApiError(Unable):
    """An answer that is not what was asked for. Branch on `code`, never on the message."""

    def __init__(self, answer: httpx.Response) -> None:
        """Any error of the API has this shape; what stands before the API may answer otherwise."""
        self.status: int = answer.status_code
        try:
            error = answer.json()["error"]
            self.code, self.message = str(error["code"]), str(error["message"])
        except (ValueError, LookupError, TypeError):
            error = {}
            self.code = answer.reason_phrase
            self.message = f"this is no answer of this API: {answer.url.copy_with(query=None)}"
        self.details: list[Json] = error.get("details", [])
        told = [f"{each.get('target')}: {each['message']}" for each in self.details]
        super().__init__("; ".join([f"{self.status} {self.code}: {self.message}", *told]))

    @property
    def rules(self) -> list[str]:
        """Every rule that the request breaks, where it was refused by policy."""
        return [each["code"] for each in self.details] if self.code == "PolicyRefused" else []


class Client:
    """One person's or application's calls."""

    def __init__(
        self, http: httpx.Client, token: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """`http` knows the address; `token` is from the issuer."""
        self._http = http
        self._token = token
        self._sleep = sleep

    @property
    def url(self) -> str:
        """Where the backend is."""
        return str(self._http.base_url).rstrip("/")

    def send(
        self, method: str, path: str, body: Json | list[Json] | None = None, **headers: str
    ) -> httpx.Response:
        """One call, repeated while the answer says that it is worth it. Raises Unable.

        Every command names its resource, so it may be repeated even where the first one did
        happen and only its answer was lost; what is done anew each time is asked for once.
        `if_match="…"` sends the header If-Match.
        """
        attempts = 1 if _ANEW.search(httpx.URL(path).path) else ATTEMPTS
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        for attempt in range(1, attempts + 1):
            try:
                answer = self._http.request(
                    method,
                    path,
                    # Beside what the address asks already; a `nextLink` has the version.
                    params={**httpx.URL(path).params, "api-version": API_VERSION},
                    headers={"Authorization": f"Bearer {self._token}", **sent},
                    json=body,
                )
            except httpx.TransportError as error:
                if attempt == attempts:
                    raise NoAnswer(f"{self.url} does not answer: {error}") from error
                self._sleep(2 ** (attempt - 1))
                continue
            if answer.is_success and "text/html" not in answer.headers.get("Content-Type", ""):
                return answer
            wait = _worth_waiting(answer)
            if wait is None or attempt == attempts:
                raise ApiError(answer)
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def get(self, path: str, **params: str | int | None) -> Json:
        """A resource, or the first page of a list; what is None is not asked."""
        asked = {name: value for name, value in params.items() if value is not None}
        return self.send("GET", str(httpx.URL(path, params=asked))).json()

    def every(self, path: str, **params: str | int | None) -> Iterator[Json]:
        """Each item of a list, page by page: `nextLink` keeps the filters."""
        page = self.get(path, **params)
        yield from page["value"]
        while "nextLink" in page:
            page = self.send("GET", page["nextLink"]).json()
            yield from page["value"]

    def change(self, path: str, known: Json, changed: Callable[[Json], Json]) -> Json:
        """PATCHes what `changed` makes of the resource, `known` being the last that was seen of it.

        412 says that somebody changed it meanwhile: then it is read again, and decided again on
        what is there now. Sending the old decision with a new ETag would undo the other's work.
        """
        while True:
            try:
                return self.send("PATCH", path, changed(known), if_match=known["etag"]).json()
            except ApiError as error:
                if error.status != HTTPStatus.PRECONDITION_FAILED:
                    raise
                known = self.get(path)

    def export(self, path: str) -> Iterator[bytes]:
        """A list as CSV. A long one comes in parts, which belong one behind another."""
        answer = self.send("GET", path, accept="text/csv")
        yield answer.content
        while "next" in answer.links:
            answer = self.send("GET", answer.links["next"]["url"], accept="text/csv")
            yield answer.content


def client_at(url: str, token: str) -> Client:
    """A client with a connection of its own."""
    return Client(httpx.Client(base_url=url, timeout=TIMEOUT), token)


def setting(name: str) -> str:
    """What the environment says. Raises Unable; nothing here repeats a value: it may be secret."""
    value = os.environ.get(name, "")
    if not value.strip():
        raise Unable(f"{name} is not set")
    return value


def url_setting(name: str) -> str:
    """An address from the environment."""
    try:
        url = httpx.URL(setting(name).rstrip("/"))
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise Unable(f"{name} must be an address such as https://app.example")
    return str(url)


def token_setting(name: str) -> str:
    """An access token from the environment."""
    token = setting(name)
    if not _TOKEN.fullmatch(token):
        raise Unable(f"{name} must be an access token alone: no space, line break or quote in it")
    return token


def _worth_waiting(answer: httpx.Response) -> float | None:
    """Seconds to wait before the same call can come to something else; None if it cannot."""
    if answer.status_code not in {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }:
        return None
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked) if asked.isdecimal() else 1, LONGEST_WAIT)
