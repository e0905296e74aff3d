"""A page's questions, put to the API inside the process as the person who is signed in.

Through the pipeline, from the role on: what the API refuses this person, no page shows.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

from shared.canonical import JsonObject
from shared.http.endpoint import JSON, Endpoint
from shared.http.messages import Incoming, Outgoing
from shared.http.openapi.words import IDS
from shared.http.pipeline import App, admit_verified, serve_verified
from shared.web.engine.page import Answers, Page, Question, Visit

_OWN: Final = frozenset({"customerId", "partnerId", "resellerId"})
"""Tenants: where the page names none, the person's own."""

_HIDDEN: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Told:
    """What the API answered."""

    status: int
    document: JsonObject
    headers: Mapping[str, str]

    @property
    def good(self) -> bool:
        """Whether it is what was asked for."""
        return self.status < HTTPStatus.BAD_REQUEST


class Unanswered(Exception):
    """The page cannot be shown: the API refuses its subject, or cannot answer now."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.status)
        self.told = told


async def put(
    app: App,
    visit: Visit,
    endpoint: Endpoint[Any, Any],
    ids: Mapping[str, str],
    *,
    query: Mapping[str, str] | None = None,
    body: JsonObject | None = None,
    if_match: str | None = None,
) -> Told:
    """One request to an endpoint, in the person's language."""
    headers = {"accept-language": visit.preferences.locale}
    content = b""
    if body is not None:
        content = json.dumps(body, ensure_ascii=False).encode()
        headers |= {"content-type": JSON, "content-length": str(len(content))}
    if if_match is not None:
        headers["if-match"] = if_match
    incoming = Incoming(headers, _path(visit, endpoint, ids), query or {}, content)
    return _told(await serve_verified(endpoint, incoming, visit.session.principal, app))


async def file(app: App, visit: Visit, question: Question, media_type: str) -> Outgoing:
    """What an endpoint answers as a file, as it is. Raises Unanswered."""
    headers = {"accept-language": visit.preferences.locale, "accept": media_type}
    path = _path(visit, question.endpoint, question.ids(visit, {}) or {})
    incoming = Incoming(headers, path, _query(visit, question))
    answer = await serve_verified(question.endpoint, incoming, visit.session.principal, app)
    if answer.status != HTTPStatus.OK:
        raise Unanswered(_told(answer))
    return answer


async def require_form(app: App, visit: Visit, page: Page) -> None:
    """Raises Unanswered where the API would not let this person use the page's form, or gate."""
    endpoint = page.form.endpoint if page.form else page.gate
    if endpoint is None:
        return
    told = await _admitted(app, visit, endpoint)
    if not told.good:
        raise Unanswered(told)


async def offered(app: App, visit: Visit, page: Page) -> Mapping[str, bool]:
    """Where the API would let this person in, of what the page leads to."""
    told = await asyncio.gather(*(_admitted(app, visit, each) for each in page.offers.values()))
    return {name: each.good for name, each in zip(page.offers, told, strict=True)}


async def _admitted(app: App, visit: Visit, endpoint: Endpoint[Any, Any]) -> Told:
    """What the API says to the person alone: nothing is asked of storage.

    The id of what is new, or of one of several, says nothing about who may: any will do.
    """
    headers = {"accept-language": visit.preferences.locale}
    named = {*visit.path, *visit.query, *_OWN}
    unnamed = {each: IDS[each] for each in endpoint.parameters if each not in named}
    incoming = Incoming(headers, _path(visit, endpoint, unnamed))
    return _told(await admit_verified(endpoint, incoming, visit.session.principal, app))


def _path(visit: Visit, endpoint: Endpoint[Any, Any], ids: Mapping[str, str]) -> dict[str, str]:
    return {
        name: ids[name] if name in ids else path_id(visit, name) for name in endpoint.parameters
    }


def _told(answer: Outgoing) -> Told:
    document = cast("JsonObject", json.loads(answer.body)) if answer.body else {}
    return Told(answer.status, document, answer.headers)


def path_id(visit: Visit, name: str) -> str:
    """A parameter of an endpoint's path: the page's, else the person's own tenant."""
    return visit.path.get(name) or visit.query.get(name, visit.tenant_id)


async def answers(app: App, visit: Visit, page: Page) -> Answers:
    """What the API says to a page's questions: the subject first, then the others at once.

    Raises Unanswered.
    """
    if not page.asks:
        return {}
    (first, subject), *others = page.asks.items()
    told = await _asked(app, visit, subject, {})
    if told is None or not (told.good or _lacks(subject, told)):
        raise Unanswered(told or Told(HTTPStatus.NOT_FOUND, {"error": {}}, {}))
    document = told.document if told.good else None
    found = await asyncio.gather(
        *(_asked(app, visit, question, document or {}) for _, question in others)
    )
    sections = zip(others, found, strict=True)
    return {first: document} | {name: _section(each, told) for (name, each), told in sections}


async def _asked(app: App, visit: Visit, question: Question, subject: JsonObject) -> Told | None:
    ids = question.ids(visit, subject)
    if ids is None:
        return None
    return await put(app, visit, question.endpoint, ids, query=_query(visit, question))


def _query(visit: Visit, question: Question) -> dict[str, str]:
    passed = {name: visit.query[name] for name in question.passes if name in visit.query}
    about = {name: visit.path[name] for name in question.about}
    return {**question.query, **passed, **about}


def _lacks(subject: Question, told: Told) -> bool:
    """Whether it is no refusal that the subject is not there."""
    return subject.absent and told.status == HTTPStatus.NOT_FOUND


def _section(question: Question, told: Told | None) -> JsonObject | None:
    """What another question is answered; None: nothing of it is shown."""
    if told is None or told.status in _HIDDEN:
        return None
    if not told.good and not (question.outage and told.status == HTTPStatus.SERVICE_UNAVAILABLE):
        raise Unanswered(told)
    return told.document
