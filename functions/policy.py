"""The rule book as data, and any command tried without doing it."""

from collections.abc import Mapping
from typing import Any, Final

from functions import (
    invitation_links,
    invitations,
    partners,
    relationships,
    resellers,
    subscriptions,
)
from shared import bootstrap
from shared.canonical import JsonObject
from shared.errors import AlreadyExists, Forbidden, NotFound
from shared.http.blueprint import Api
from shared.http.dry_runs import try_out
from shared.http.endpoint import Endpoint, NoBody, Reply, Request, listed
from shared.http.errors import explained
from shared.http.paging import PageQuery
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.policy import Evaluated, EvaluationBody, EvaluationShape, RuleShape
from shared.policy.catalogue import Rule, rules
from shared.services.application import Services
from shared.services.ports.values import Page
from shared.wording import Locale

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
    """The whole catalogue in its own order, for any token but a delegated partner's."""
    found, first = list(rules().values()), request.number()
    last = first + request.limit
    shown = tuple(_shown(rule, request.locale) for rule in found[first:last])
    return listed(request, Page(shown, str(last) if last < len(found) else None))


_COMMANDS: Final[Mapping[Evaluated, Endpoint[Any, Any]]] = {
    Evaluated.INVITE: invitations.invitations_put,
    Evaluated.ACCEPT: invitations.invitations_accept,
    Evaluated.ACCEPT_LINK: invitation_links.invitation_links_accept,
    Evaluated.DECLINE: invitations.invitations_decline,
    Evaluated.CANCEL: invitations.invitations_cancel,
    Evaluated.REGISTER: subscriptions.subscriptions_put,
    Evaluated.UPDATE: subscriptions.subscriptions_patch,
    Evaluated.SUSPEND: subscriptions.subscriptions_suspend,
    Evaluated.REACTIVATE: subscriptions.subscriptions_reactivate,
    Evaluated.DELETE: subscriptions.subscriptions_delete,
    Evaluated.SET_PARTNER_OF_RECORD: subscriptions.subscriptions_set_partner_of_record,
    Evaluated.REMOVE_RELATIONSHIP: relationships.relationships_remove,
    Evaluated.REVOKE_DELEGATED_ADMIN: relationships.relationships_revoke_delegated_admin,
    Evaluated.ISSUE_LINK: invitation_links.invitation_links_put,
    Evaluated.REVOKE_LINK: invitation_links.invitation_links_revoke,
    Evaluated.REQUEST_RESELLER_LINK: resellers.resellers_put,
    Evaluated.ACCEPT_RESELLER_LINK: resellers.resellers_accept,
    Evaluated.END_RESELLER_LINK: resellers.resellers_delete,
    Evaluated.ENROL_PARTNER: partners.partners_put,
}


@api.endpoint(
    "POST",
    "api/policy/evaluations",
    "Try a command without doing it",
    operations=(),
    body=EvaluationBody,
    errors=(Forbidden, NotFound, AlreadyExists),
    answers={200: EvaluationShape},
)
async def policy_evaluate(request: Request[EvaluationBody], services: Services) -> Reply:
    """For whoever may do the command; its 400, 403, 404, `AlreadyExists` are answered likewise."""
    found = await try_out(_COMMANDS[request.body.command], request, services)
    refusals = explained(found.refusals, request.locale)
    unchecked = explained(found.unchecked, request.locale)
    shown: JsonObject = {"allowed": not refusals, "refusals": refusals, "unchecked": unchecked}
    return Reply(200, shown)


def _shown(rule: Rule, locale: Locale) -> JsonObject:
    ours = {"messages", "retryable", "resolvable_by"}
    texts = {
        "title": rule.title.ko if locale == "ko" else rule.title.en,
        "description": rule.description.ko if locale == "ko" else rule.description.en,
    }
    return {**rule.model_dump(mode="json", exclude=ours), **texts}
