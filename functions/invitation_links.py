"""Invitation links: a partner hands one to many customers, each Global admin accepts (INV-5)."""

from typing import cast

from shared import bootstrap
from shared.deciding.bodies import AcceptBody, LinkBody
from shared.deciding.issuing import IssueLink, RevokeLink
from shared.deciding.redeeming import AcceptLink, invitation_id_of
from shared.errors import AlreadyExists
from shared.http.blueprint import Api
from shared.http.conditional import acting
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.impacts import impact_reply
from shared.http.paging import PageQuery
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.invitations import ImpactShape, InvitationShape, LinkShape, OfferShape
from shared.http.shapes.queries import SoldQuery
from shared.model.models import Invitation
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_LIST = "api/partners/{partnerId}/invitation-links"
_ROUTE = f"{_LIST}/{{linkId}}"
_OFFER = "api/invitation-links/{partnerId}/{linkId}"


def _issue(request: Request[LinkBody]) -> IssueLink:
    return IssueLink(request.actor, request.path["partnerId"], request.path["linkId"], request.body)


def _revoke(request: Request) -> RevokeLink:
    return RevokeLink(request.actor, request.path["partnerId"], request.path["linkId"])


def _accept(request: Request[AcceptBody]) -> AcceptLink:
    path = request.path
    customer_id = request.actor.tenant_id
    return AcceptLink(request.actor, customer_id, path["partnerId"], path["linkId"], request.body)


async def _offers_etag(command: AcceptLink, services: Services) -> str:
    """Of what the customer was shown."""
    shown = await services.links.offer(command.customer_id, command.partner_id, command.link_id)
    return str(shown["etag"])


@api.endpoint(
    "PUT",
    _ROUTE,
    "Issue an invitation link",
    operations=(Operation.INVITATION_WRITE,),
    partner_is=("partnerId",),
    body=LinkBody,
    command=_issue,
    represents=LinkShape,
    errors=(AlreadyExists,),
    answers={200: LinkShape, 201: LinkShape},
)
async def invitation_links_put(request: Request[LinkBody], services: Services) -> Reply:
    """Create-only: the same content again answers 200 with today's state, other content 409."""
    partner_id, link_id = request.path["partnerId"], request.path["linkId"]
    precondition = acting(request.if_match, lambda _: None)
    done = await services.executor.execute(_issue(request), precondition=precondition)
    kept = await services.links.acceptances(partner_id, link_id)
    return Reply(201 if done.events else 200, services.links.shown(done.after, link_id, kept))


@api.endpoint(
    "GET",
    _LIST,
    "List a partner's invitation links",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId",),
    query=PageQuery,
    answers={200: ListShape[LinkShape]},
)
async def invitation_links_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """By id, whatever their status."""
    page = await services.links.page(request.path["partnerId"], request.position(), request.limit)
    return listed(request, page)


@api.endpoint(
    "GET",
    _ROUTE,
    "Read an invitation link",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId",),
    answers={200: LinkShape},
)
async def invitation_links_get(request: Request, services: Services) -> Reply:
    """With how often it was accepted, those included that are accepting at this moment."""
    path = request.path
    return Reply(200, await services.links.link(path["partnerId"], path["linkId"]))


@api.endpoint(
    "POST",
    f"{_ROUTE}/revoke",
    "Revoke an invitation link",
    operations=(Operation.INVITATION_WRITE,),
    partner_is=("partnerId",),
    body=NoBody,
    command=_revoke,
    answers={200: LinkShape},
)
async def invitation_links_revoke(request: Request, services: Services) -> Reply:
    """Stops future use; what was accepted stays."""
    partner_id, link_id = request.path["partnerId"], request.path["linkId"]
    kept = await services.links.acceptances(partner_id, link_id)

    def etag(tenant: Tenant) -> str:
        return str(services.links.shown(tenant, link_id, kept)["etag"])

    precondition = acting(request.if_match, etag)
    done = await services.executor.execute(_revoke(request), precondition=precondition)
    return Reply(200, services.links.shown(done.after, link_id, kept))


@api.endpoint(
    "POST",
    f"{_OFFER}/accept",
    "Accept an invitation by its link",
    operations=(Operation.INVITATION_ANSWER,),
    body=AcceptBody,
    command=_accept,
    answers={200: InvitationShape},
)
async def invitation_links_accept(request: Request[AcceptBody], services: Services) -> Reply:
    """The customer is the token's tenant; answers the invitation so made, now or before."""
    command = _accept(request)
    # What of it can change meanwhile, the rules of accepting look at, too.
    etag = await _offers_etag(command, services) if request.if_match else None
    precondition = acting(request.if_match, lambda _: etag)
    done = await services.executor.execute(command, precondition=precondition)
    made = invitation_id_of(done.after, command)
    closing = await services.customers.closing(
        done.after, made, request.viewer, now=bool(done.events)
    )
    invitation = cast("Invitation", done.after.invitation(made))
    return Reply(200, services.views.invitation(invitation, None, services.clock.now(), closing))


@api.endpoint(
    "GET",
    _OFFER,
    "Read an invitation link that one may accept",
    operations=(Operation.CUSTOMER_READ,),
    answers={200: OfferShape},
)
async def invitation_offers_get(request: Request, services: Services) -> Reply:
    """Who offers what until when, for the people of any customer's own tenant."""
    path = request.path
    shown = await services.links.offer(request.actor.tenant_id, path["partnerId"], path["linkId"])
    return Reply(200, shown)


@api.endpoint(
    "GET",
    f"{_OFFER}/impact",
    "Show what accepting by an invitation link would and would not change",
    operations=(Operation.CUSTOMER_READ,),
    query=SoldQuery,
    answers={200: ImpactShape},
)
async def invitation_offers_impact(
    request: Request[NoBody, SoldQuery], services: Services
) -> Reply:
    """At the own tenant; subscriptions and others' rights stay as they are (NIF-1 to NIF-4)."""
    path = request.path
    impact = await services.impacts.of_link(
        request.actor, path["partnerId"], path["linkId"], request.position(), request.limit
    )
    return impact_reply(request, impact)
