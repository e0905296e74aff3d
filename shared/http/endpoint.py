"""One record per operation of the API: it routes, authorises, validates, and will document.

functions/ declares the records; `shared/http/pipeline.py` serves requests by them.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Final, cast, get_args
from urllib.parse import urlencode

from pydantic import BaseModel

from shared.allowance import Allowance
from shared.auth.principal import Principal
from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.deciding.commands import Command
from shared.errors import AppError
from shared.http import paging
from shared.http.conditional import IfMatch
from shared.http.fixed_bodies import FixedBody
from shared.http.paging import FeedQuery, PageQuery, PageTokens
from shared.http.path_ids import read_path
from shared.model.base import Actor, Model
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.listing import Viewer
from shared.services.ports.budgets import Spending
from shared.services.ports.values import Page
from shared.wording import Locale

API_VERSION: Final = "2026-11-01"

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
EVENTS: Final = "application/cloudevents-batch+json"
CSV: Final = "text/csv"
JSON_LINES: Final = "application/jsonl"
EML: Final = "message/rfc822"

_PARAMETER = re.compile(r"\{(\w+)\}")


class NoQuery(Model):
    """No query parameters besides api-version."""


class NoBody(Model):
    """A body without fields: `{}`, or nothing."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers; a representation's `etag` becomes the header.

    `after`: where the list goes on behind this page. `fixed`: the body where it is the same for
    everybody. `allowances`: what is left of limits.
    """

    status: int
    body: JsonObject | None = None
    after: str | None = None
    fixed: FixedBody | None = None
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class Request[B: BaseModel = NoBody, Q: BaseModel = NoQuery]:
    """A request whose every part was checked.

    `own`: the path's customer is the caller's own tenant. `caller`: whoever asks, in all its roles;
    None where no token is asked for. `locale`: what the caller reads best. `scope` tells one list
    from another; `page_tokens` seals positions in it for the caller's tenant. `accept_encoding`:
    the header, for bodies that are compressed already.
    """

    path: Mapping[str, str]
    query: Q
    body: B
    actor: Actor
    viewer: Viewer
    own: bool
    caller: Principal | None
    if_match: IfMatch | None
    url: str
    locale: Locale
    page_tokens: PageTokens
    accept_encoding: str | None = None

    @property
    def limit(self) -> int:
        """How many items a page has at most."""
        return cast("PageQuery | FeedQuery", self.query).maxpagesize

    def position(self) -> str | None:
        """Where the page begins. Raises BadRequest for a page token of another list."""
        match self.query:
            case PageQuery(skiptoken=str(token)):
                return self.page_tokens.decode(token, self.scope, "skiptoken")
            case FeedQuery(after=str(token)):
                return self.page_tokens.decode(token, self.scope, "after")
            case _:
                return None

    def number(self) -> int:
        """Where the page begins, in a list whose positions are numbers from 1."""
        position = self.position() or "0"
        if not position.isdecimal():
            raise paging.foreign("after" if isinstance(self.query, FeedQuery) else "skiptoken")
        return int(position)

    @property
    def scope(self) -> str:
        """The list: its address and filters, whatever the page."""
        return f"{self.url}?{urlencode(self._filters())}"

    def link(self, position: str, parameter: str) -> str:
        """The absolute address of the page behind `position`."""
        query = {"api-version": API_VERSION, **self._filters()}
        if "maxpagesize" in self.query.model_fields_set:
            query["maxpagesize"] = str(self.limit)
        query[parameter] = self.page_tokens.encode(position, self.scope)
        return f"{self.url}?{urlencode(query)}"

    def of_pages(self, position: str | None) -> "Request[B, Q]":
        """The same list, from `position` where one is given, in pages as large as they may be."""
        page: dict[str, object] = {"maxpagesize": paging.MAX_SIZE}
        if position is not None:
            page["skiptoken"] = self.page_tokens.encode(position, self.scope)
        return replace(self, query=self.query.model_copy(update=page))

    def _filters(self) -> dict[str, str]:
        shown = self.query.model_dump(mode="json", exclude_defaults=True)
        return {
            name: str(value)
            for name, value in shown.items()
            if name not in {"maxpagesize", "skiptoken", "after"}
        }


def listed[B: BaseModel, Q: BaseModel](
    request: Request[B, Q], page: Page[JsonObject], as_of: datetime | None = None
) -> Reply:
    """`{value, nextLink?, asOf?}`."""
    body: JsonObject = {"value": list(page.items)}
    if as_of is not None:
        body["asOf"] = rfc3339(as_of)
    return continued(request, body, page.after)


def continued[B: BaseModel, Q: BaseModel](
    request: Request[B, Q], body: JsonObject, position: str | None
) -> Reply:
    """`body`, with a `nextLink` where it goes on behind `position`."""
    if position is not None:
        body = {**body, "nextLink": request.link(position, "skiptoken")}
    return Reply(200, body, position)


def fed[B: BaseModel, Q: BaseModel](
    request: Request[B, Q], page: Page[JsonObject], *, more: bool
) -> Reply:
    """The body of a feed's page: `{value, cursor, nextLink?}`; the cursor is always there."""
    position = cast("str", page.after)
    cursor = request.page_tokens.encode(position, request.scope)
    body: JsonObject = {"value": list(page.items), "cursor": cursor}
    if more:
        body["nextLink"] = request.link(position, "after")
    return Reply(200, body)


type Renders = Callable[[JsonObject], bytes]

type Handler[B: BaseModel, Q: BaseModel] = Callable[[Request[B, Q], Services], Awaitable[Reply]]


@dataclass(frozen=True)
class Endpoint[B: BaseModel = NoBody, Q: BaseModel = NoQuery]:
    """One operation of the API.

    `operations`: rows of the role table, any of which gives the right; empty where any caller may.
    `fixed`: its body is the same for everybody and has a version.
    `public`: needs no token and no api-version. `while_suspended`: people of a suspended partner,
    or of none, may read it still (PRT-1). `partner_is`: path parameters of which one must be the
    caller's own tenant for its partner roles to count; none where any partner may ask. `answers`:
    the body's model by status. `represents`: the resource's representation, whose other fields are
    read-only in a body. `command`: what a request asks for; its handler executes it, a dry run
    evaluates it. `exports`: what a list is answered as besides JSON; `exporting`: the right which
    that needs on top. `renders`: how other media types are made of an answer's JSON. `errors`: what
    it can answer beyond what follows from the rest of the record.
    `unruled`: a write that no rule of the domain can refuse. `spends`: a budget of the partner's,
    of which each request takes one. `takes_if_match`: though its answer
    shows no version; its handler says which one that names. `anew`: what a request does, the same
    again does once more, so nobody may repeat it unasked. `stepwise`: it takes several writes, so
    an error may leave some of them done; the same again goes on.
    """

    method: str
    route: str
    summary: str
    operations: tuple[Operation, ...]
    answers: Mapping[int, type[BaseModel] | None]
    handler: Handler[B, Q]
    query: type[Q]
    body: type[B] | None = None
    represents: type[BaseModel] | None = None
    command: Callable[[Request[B, Q]], Command] | None = None
    partner_is: tuple[str, ...] = ()
    errors: tuple[type[AppError], ...] = ()
    unruled: bool = False
    spends: Spending | None = None
    public: bool = False
    fixed: bool = False
    while_suspended: bool = False
    exports: tuple[str, ...] = ()
    exporting: Operation | None = None
    renders: Mapping[str, Renders] = field(default_factory=dict[str, Renders])
    takes_if_match: bool = False
    anew: bool = False
    stepwise: bool = False

    @property
    def name(self) -> str:
        """The function's name, which is its handler's."""
        return self.handler.__name__

    @property
    def methods(self) -> tuple[str, ...]:
        """What its function takes: people and probes look before they read."""
        return (self.method, "HEAD") if self.public else (self.method,)

    @property
    def versioned(self) -> bool:
        """Whether a request must name the API's version."""
        return not self.public

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names in the route."""
        return tuple(_PARAMETER.findall(self.route))

    @property
    def media_types(self) -> tuple[str, ...]:
        """What a body may be sent as; a patch is a merge patch (RFC 7396) under either name."""
        if self.batch:
            return (EVENTS, JSON)
        return (JSON, MERGE_PATCH) if self.method == "PATCH" else (JSON,)

    @property
    def batch(self) -> bool:
        """Whether a body is a batch of CloudEvents: a JSON array, under either name."""
        return self.body is not None and self.body.__pydantic_root_model__

    @property
    def produces(self) -> tuple[str, ...]:
        """What a success is answered as, the usual first; nothing where there is no body."""
        return (JSON, *self.exports, *self.renders) if any(self.answers.values()) else ()

    @cached_property
    def item(self) -> type[BaseModel]:
        """The shape of what a list lists."""
        page = cast("type[BaseModel]", self.answers[200])
        return get_args(page.model_fields["value"].annotation)[0]

    @cached_property
    def read_only(self) -> frozenset[str]:
        """Fields of the representation that a body may repeat without effect."""
        if self.represents is None or self.body is None:
            return frozenset()
        return frozenset(field_names(self.represents) - field_names(self.body))

    def read_path(self, given: Mapping[str, str]) -> dict[str, str]:
        """The normalised path parameters. Raises BadRequest naming the malformed ones."""
        return read_path(self.parameters, given)

    def address(self, path: Mapping[str, str]) -> str:
        """The path of the resource, from the root."""
        return "/" + self.route.format_map(path)


def field_names(model: type[BaseModel]) -> set[str]:
    """The names of a model's fields, as the API spells them."""
    return {field.alias or name for name, field in model.model_fields.items()}
