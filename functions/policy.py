"""The rule book as data."""

from shared import bootstrap
from shared.domain.events import JsonObject
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.envelopes import ListShape
from shared.http.paging import PageQuery
from shared.http.shapes_explained import RuleShape
from shared.policy.catalogue import Locale, Rule, rules
from shared.services.ports import Page
from shared.services.services import Services

api = Api(bootstrap.app)


@api.endpoint(
    "GET",
    "api/policy/rules",
    "List the rules",
    operations=(),
    query=PageQuery,
    answers={200: ListShape[RuleShape]},
)
async def policy_rules_list(request: Request[NoBody, PageQuery], _: Services) -> Reply:
    """The whole catalogue, for anyone with a token."""
    found, first = list(rules().values()), request.number()
    last = first + request.limit
    shown = tuple(_shown(rule, request.locale) for rule in found[first:last])
    return listed(request, Page(shown, str(last) if last < len(found) else None))


def _shown(rule: Rule, locale: Locale) -> JsonObject:
    ours = {"messages", "retryable", "resolvable_by"}
    texts = {
        "title": rule.title.ko if locale == "ko" else rule.title.en,
        "description": rule.description.ko if locale == "ko" else rule.description.en,
    }
    return {**rule.model_dump(mode="json", exclude=ours), **texts}
