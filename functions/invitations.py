"""Invitations: a partner invites and cancels, the customer's Global admin accepts or declines."""

from typing import cast

from pydantic import BaseModel

from shared import bootstrap
from shared.canonical import JsonObject
from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
from shared.deciding.bodies import AcceptBody, DeclineBody, InviteBody
from shared.deciding.inviting import CancelInvitation, Invite
from shared.errors import AlreadyExists
from shared.http.blueprint import Api
from shared.http.conditional import acting
from shared.http.endpoint import EML, NoBody, Reply, Request, listed
from shared.http.impacts import impact_reply
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.invitations import DraftShape, ImpactShape, InvitationShape
from shared.http.shapes.queries import DraftQuery, InvitationsQuery, SoldQuery
from shared.model.models import Invitation
from shared.model.personal import Contact, Details
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.ports.budgets import Spending
from shared.web.drafts import draft, eml
from shared.wording import Locale

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/invitations"
_ROUTE = f"{_LIST}/{{invitationId}}"
_READERS = (Operation.CUSTOMER_READ, Operation.PARTNER_READ)

type _Answer = AcceptInvitation | DeclineInvitation | CancelInvitation


def _invite(request: Request[InviteBody]) -> Invite:
    return Invite(request.actor, *_ids(request), request.body)


def _accept(request: Request[AcceptBody]) -> AcceptInvitation:
    return AcceptInvitation(request.actor, *_ids(request), request.body)


def _decline(request: Request[DeclineBody]) -> DeclineInvitation:
    return DeclineInvitation(request.actor, *_ids(request), request.body)


def _cancel(request: Request) -> CancelInvitation:
    return CancelInvitation(request.actor, *_ids(request))


def _ids[B: BaseModel, Q: BaseModel](request: Request[B, Q]) -> tuple[str, str]:
    return request.path["customerId"], request.path["invitationId"]


@api.endpoint(
    "PUT",
    _ROUTE,
    "Invite a customer",
    operations=(Operation.INVITATION_WRITE,),
    body=InviteBody,
    command=_invite,
    represents=InvitationShape,
    errors=(AlreadyExists,),
    spends=Spending.INVITATIONS,
    answers={200: InvitationShape, 201: InvitationShape},
)
async def invitations_put(request: Request[InviteBody], services: Services) -> Reply:
    """Create-only: the same content again is 200, until its personal data are erased; else 409."""
    command = _invite(request)
    invitation_id = command.invitation_id
    precondition = acting(request.if_match, lambda _: None)
    done = await services.executor.execute(command, precondition=precondition)
    kept = _details(request.body) if done.events else done.after.details[invitation_id]
    return Reply(201 if done.events else 200, _shown(done.after, invitation_id, kept, services))


@api.endpoint(
    "GET",
    _LIST,
    "List a customer's invitations",
    operations=_READERS,
    query=InvitationsQuery,
    answers={200: ListShape[InvitationShape]},
)
async def invitations_list(request: Request[NoBody, InvitationsQuery], services: Services) -> Reply:
    """Newest first; the customer sees all, a partner those that name it."""
    page = await services.customers.invitations(
        request.path["customerId"],
        request.viewer,
        request.query.status,
        request.position(),
        request.limit,
    )
    return listed(request, page)


@api.endpoint(
    "GET", _ROUTE, "Read an invitation", operations=_READERS, answers={200: InvitationShape}
)
async def invitations_get(request: Request, services: Services) -> Reply:
    """For the customer, and for the partners that it names."""
    shown = await services.customers.invitation(
        request.path["customerId"], request.path["invitationId"], request.viewer
    )
    return Reply(200, shown)


@api.endpoint(
    "GET",
    f"{_ROUTE}/email",
    "Draft the e-mail that goes with an invitation",
    operations=(Operation.INVITATION_WRITE,),
    query=DraftQuery,
    answers={200: DraftShape},
    renders={EML: eml},
)
async def invitations_email(request: Request[NoBody, DraftQuery], services: Services) -> Reply:
    """INV-8: for the inviting partner, which may edit the text; the link must stay."""
    path = request.path
    invitation, kept = await services.customers.sent(
        path["customerId"], path["invitationId"], request.actor.tenant_id
    )
    contact = kept.contact if kept else None
    locale = cast("Locale", request.query.locale or (contact.locale if contact else "en"))
    made = draft(invitation, services.views.invitation_url(invitation), kept, locale)
    return Reply(200, made.as_json())


@api.endpoint(
    "POST",
    f"{_ROUTE}/accept",
    "Accept an invitation",
    operations=(Operation.INVITATION_ANSWER,),
    body=AcceptBody,
    command=_accept,
    answers={200: InvitationShape},
)
async def invitations_accept(request: Request[AcceptBody], services: Services) -> Reply:
    """Makes or restores the relationship and the privileges asked for, all or nothing (ACC-2)."""
    return await _answer(_accept(request), request, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/decline",
    "Decline an invitation",
    operations=(Operation.INVITATION_ANSWER,),
    body=DeclineBody,
    command=_decline,
    answers={200: InvitationShape},
)
async def invitations_decline(request: Request[DeclineBody], services: Services) -> Reply:
    """With `block`, the partner cannot invite again until it is unblocked (INV-9).

    What is declined already stays as it is.
    """
    return await _answer(_decline(request), request, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/cancel",
    "Take an invitation back",
    operations=(Operation.INVITATION_WRITE,),
    body=NoBody,
    command=_cancel,
    answers={200: InvitationShape},
)
async def invitations_cancel(request: Request, services: Services) -> Reply:
    """The inviting partner's, while it is pending."""
    return await _answer(_cancel(request), request, services)


async def _answer[B: AcceptBody | DeclineBody | NoBody](
    command: _Answer, request: Request[B], services: Services
) -> Reply:
    """Details first: the version that If-Match names covers them."""
    kept = await services.customers.details(command.customer_id, command.invitation_id)

    def etag(tenant: Tenant) -> str:
        return str(_shown(tenant, command.invitation_id, kept, services)["etag"])

    precondition = acting(request.if_match, etag)
    done = await services.executor.execute(command, precondition=precondition)
    kept = done.after.details.get(command.invitation_id, kept)
    closing = await services.customers.closing(
        done.after, command.invitation_id, request.viewer, now=bool(done.events)
    )
    return Reply(200, _shown(done.after, command.invitation_id, kept, services, closing))


def _shown(
    tenant: Tenant,
    invitation_id: str,
    details: Details | None,
    services: Services,
    closing: JsonObject | None = None,
) -> JsonObject:
    invitation = cast("Invitation", tenant.invitation(invitation_id))
    return services.views.invitation(invitation, details, services.clock.now(), closing)


def _details(body: InviteBody) -> Details:
    contact = body.contact
    return Details(
        message=body.message,
        contact=Contact(email=contact.email, locale=contact.locale) if contact else None,
    )


@api.endpoint(
    "GET",
    "api/customers/{customerId}/invitations/{invitationId}/impact",
    "Show what accepting an invitation would and would not change",
    operations=(Operation.CUSTOMER_READ,),
    query=SoldQuery,
    answers={200: ImpactShape},
)
async def invitations_impact(request: Request[NoBody, SoldQuery], services: Services) -> Reply:
    """What it adds; subscriptions and others' rights stay as they are (NIF-1 to NIF-4)."""
    impact = await services.impacts.of_invitation(
        request.actor, *_ids(request), request.position(), request.limit
    )
    return impact_reply(request, impact)
