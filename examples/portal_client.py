"""What a portal's HTTP client needs for this API: errors as values, patience, and ETags."""

import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import httpx

type Json = dict[str, Any]

API_VERSION = "2026-11-01"
ATTEMPTS = 5
LONGEST_WAIT = 30
"""Seconds. A portal's user is waiting; a nightly job may be more patient."""


class ApiError(Exception):
    """An answer that is not what was asked for. Branch on `code`, never on the message."""

    def __init__(self, answer: httpx.Response) -> None:
        """Any error of the API has this shape."""
        error = answer.json()["error"]
        self.status: int = answer.status_code
        self.code: str = error["code"]
        self.message: str = error["message"]
        self.details: list[Json] = error.get("details", [])
        told = [f"{each['target']}: {each['message']}" for each in self.details]
        super().__init__("\n  ".join([f"{self.status} {self.code}: {self.message}", *told]))

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

    def send(
        self, method: str, path: str, body: Json | None = None, **headers: str
    ) -> httpx.Response:
        """One call, repeated while the answer says that it is worth it.

        Every command names its resource, so it may be repeated even where the first one did
        happen and only its answer was lost. `if_match="…"` sends the header If-Match.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._http.request(
                    method,
                    path,
                    params=_versioned(path),
                    headers={"Authorization": f"Bearer {self._token}", **sent},
                    json=body,
                )
            except httpx.TransportError:
                if attempt == ATTEMPTS:
                    raise
                self._sleep(2 ** (attempt - 1))
                continue
            if answer.is_success:
                return answer
            wait = _worth_waiting(answer)
            if wait is None or attempt == ATTEMPTS:
                raise ApiError(answer)
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def get(self, path: str, **params: str | int) -> Json:
        """A resource, or the first page of a list."""
        return self.send("GET", str(httpx.URL(path, params=params))).json()

    def every(self, path: str, **params: str | int) -> Iterator[Json]:
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


def _versioned(path: str) -> Mapping[str, str]:
    """The API's version beside what the address asks already; a `nextLink` has it."""
    return {**httpx.URL(path).params, "api-version": API_VERSION}


def _worth_waiting(answer: httpx.Response) -> float | None:
    """Seconds to wait before the same call can come to something else; None if it cannot."""
    if answer.status_code not in {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }:
        return None
    return min(float(answer.headers.get("Retry-After", 1)), LONGEST_WAIT)
