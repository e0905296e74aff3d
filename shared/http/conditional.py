"""Conditional requests (RFC 9110, 13.1.1): If-Match on replacements and actions."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.facts import Decided
from shared.domain.state import Tenant
from shared.errors import BadRequest, ConditionNotMet, Detail, PreconditionRequired
from shared.services.execution import Precondition

_TAG = re.compile(r'\s*(?P<weak>W/)?(?P<tag>"[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|\Z)')


@dataclass(frozen=True, slots=True)
class IfMatch:
    """What the request's If-Match names; `tags` holds the strong ones, since weak never match."""

    any: bool = False
    tags: frozenset[str] = frozenset()

    def matches(self, etag: str | None) -> bool:
        """Whether a resource with `etag` is meant; None is one that does not exist."""
        return etag is not None and (self.any or etag in self.tags)


def if_match(header: str | None) -> IfMatch | None:
    """The condition of an If-Match header. Raises BadRequest for one that cannot be read."""
    text = (header or "").strip()
    if not text:
        return None
    if text == "*":
        return IfMatch(any=True)
    tags: set[str] = set()
    at = 0
    while at < len(text):
        match = _TAG.match(text, at)
        if match is None:
            message = 'If-Match is `*`, or a list of entity tags such as `"33a64df5"`.'
            detail = Detail("InvalidHeader", message, "If-Match")
            raise BadRequest(message, target="If-Match", details=[detail])
        if not match["weak"]:
            tags.add(match["tag"])
        at = match.end()
    return IfMatch(tags=frozenset(tags))


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
