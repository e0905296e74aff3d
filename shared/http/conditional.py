"""Conditional requests (RFC 9110, 13): If-Match on all that has a version, If-None-Match.

A write that carries `If-None-Match: *` never replaces: what is there already is 412.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.deciding.facts import Decided
from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest, ConditionNotMet, PreconditionRequired
from shared.model.state import Tenant
from shared.services.commands.execution import Precondition
from shared.wording import Words

_TAG = re.compile(r'\s*(?P<weak>W/)?(?P<tag>"[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|\Z)')

_MISPLACED: Final = Words(
    "If-None-Match belongs to a GET; on a PUT it is `*`.",
    "If-None-Match는 GET에 사용하며 PUT에서는 `*`만 사용할 수 있습니다.",
)
_NO_TAGS: Final = Words(
    '{name} is `*`, or a list of entity tags such as `"33a64df5"`.',
    '{name}의 값은 `*` 또는 `"33a64df5"`와 같은 엔터티 태그의 목록이어야 합니다.',
)


@dataclass(frozen=True, slots=True)
class IfMatch:
    """What the request's If-Match names; `tags` holds the strong ones, since weak never match."""

    any: bool = False
    tags: frozenset[str] = frozenset()

    def matches(self, etag: str | None) -> bool:
        """Whether the condition names a resource with `etag`; None is one that does not exist."""
        return etag is not None and (self.any or etag in self.tags)


@dataclass(frozen=True, slots=True)
class IfNoneMatch:
    """What the request's If-None-Match names; weak tags count as strong ones do."""

    any: bool = False
    tags: frozenset[str] = frozenset()

    def matches(self, etag: str | None) -> bool:
        """Whether the representation with `etag` is named; None is one without a tag."""
        return self.any or etag in self.tags


def if_match(header: str | None) -> IfMatch | None:
    """The condition of an If-Match header. Raises BadRequest for one that cannot be read."""
    tags = _tags("If-Match", header)
    if tags is None:
        return None
    return IfMatch(any="*" in tags, tags=frozenset(tag for tag in tags if tag.startswith('"')))


def if_none_match(header: str | None, method: str) -> IfNoneMatch | None:
    """The condition of an If-None-Match header.

    Raises BadRequest for one that cannot be read, and for one on a write that is not
    `If-None-Match: *` on a PUT: it would promise what no write here does.
    """
    tags = _tags("If-None-Match", header)
    if tags is None:
        return None
    if method != "GET" and (method != "PUT" or "*" not in tags):
        raise _unreadable("If-None-Match", _MISPLACED)
    return IfNoneMatch("*" in tags, frozenset(tag.removeprefix("W/") for tag in tags))


def not_modified(etag: str | None, match: IfMatch | None, none_match: IfNoneMatch | None) -> bool:
    """Whether the caller has this version, so that 304 is enough. Raises ConditionNotMet."""
    if match and not (match.any or match.matches(etag)):
        raise ConditionNotMet
    return none_match is not None and none_match.matches(etag)


def _tags(name: str, header: str | None) -> tuple[str, ...] | None:
    """The entity tags in a header, or `*` alone; None where there is no such header."""
    text = (header or "").strip()
    if text in {"", "*"}:
        return (text,) if text else None
    tags: list[str] = []
    at = 0
    while at < len(text):
        match = _TAG.match(text, at)
        if match is None:
            raise _unreadable(name, _NO_TAGS.filled(name=name))
        tags.append((match["weak"] or "") + match["tag"])
        at = match.end()
    return tuple(tags)


def _unreadable(name: str, words: Words) -> BadRequest:
    detail = Detail(DetailCode.INVALID_HEADER, words, name)
    return BadRequest(words, target=name, details=[detail])


def check(condition: IfMatch | None, etag: str | None, *, required: bool) -> None:
    """Holds a change of a resource with `etag` (None: absent) against the request's If-Match.

    `required`: replacing what exists needs a condition. Raises PreconditionRequired (428) or
    ConditionNotMet (412).
    """
    if condition is None:
        if required and etag is not None:
            raise PreconditionRequired
    elif not condition.matches(etag):
        raise ConditionNotMet


def required(condition: IfMatch | None) -> IfMatch:
    """For a PATCH. Raises PreconditionRequired (428) whatever there is, which reveals nothing."""
    if condition is None:
        raise PreconditionRequired
    return condition


def replacing(
    condition: IfMatch | None,
    etag: Callable[[Tenant], str | None],
    stated: Callable[[Tenant], bool],
) -> Precondition:
    """For a replaceable PUT: If-Match is required once somebody has stated the resource."""

    def precondition(tenant: Tenant, _: Decided) -> None:
        check(condition, etag(tenant), required=stated(tenant))

    return precondition


def acting(condition: IfMatch | None, etag: Callable[[Tenant], str | None]) -> Precondition:
    """For actions and create-only PUTs: If-Match counts when it is sent."""

    def precondition(tenant: Tenant, _: Decided) -> None:
        check(condition, etag(tenant), required=False)

    return precondition
