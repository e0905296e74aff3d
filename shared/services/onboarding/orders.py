"""From an onboarding message's data to the very command that HTTP would execute.

`data` is the body of the HTTP command, the ids that its path holds, and `actingPartnerId` where
a partner acts. The digests of bodies are those of HTTP, so both ways in know each other's work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, cast

from pydantic import Field

from shared.canonical import JsonObject, canonical
from shared.deciding.bodies import CustomerBody, ImportBody, InviteBody, PartnerBody
from shared.deciding.commands import Command
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.importing import ImportRelationship
from shared.deciding.inviting import Invite
from shared.deciding.profile import SetCustomerProfile
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.sales import MAX_SUBSCRIPTIONS, SubscriptionBody, SubscriptionPatch
from shared.deciding.selling import SetSubscriptionStatus, UpdateSubscription
from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.model.base import Actor, Model
from shared.model.models import SubscriptionStatus
from shared.policy.callers import CallerRole
from shared.policy.roles import Operation
from shared.services.documents import take
from shared.services.onboarding.pipelines import MessageType
from shared.text.identifiers import CODE, Guid
from shared.wording import Words


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name a pipeline's messages act."""

    pipeline_id: str
    operator_tenant_id: str

    def operator(self) -> Actor:
        """For what only the operator does."""
        return self._actor(self.operator_tenant_id, CallerRole.OPERATOR)

    def acting(self, partner_id: str) -> Actor:
        """For what a partner does."""
        return self._actor(partner_id, CallerRole.PIPELINE)

    def _actor(self, tenant_id: str, role: CallerRole) -> Actor:
        return Actor(tenant_id=tenant_id, object_id=self.pipeline_id, role=role.value)


@dataclass(frozen=True, slots=True)
class Order:
    """A command, the partners that it needs a right for, and the path of what it changes.

    `said` is the data in its one form, `operation` the row of the role table that HTTP asks for the
    same.
    """

    said: Model
    command: Command
    partner_ids: frozenset[str]
    resource: str
    operation: Operation

    def asked(self, kind: str) -> bytes:
        """What tells one message from another under the same id: what it asks for, however spelt.

        A field that came to be optional since, and was not sent, changes nothing about it.
        """
        patch = isinstance(self.said, SubscriptionPatch)
        said = self.said.model_dump(mode="json", exclude_unset=patch, exclude_defaults=not patch)
        return canonical([kind, said])


_ONCE: Final = Words(
    "A batch names each subscription once.", "일괄 처리에서는 각 구독을 한 번만 지정할 수 있습니다."
)


class _PartnerEnrolment(PartnerBody):
    partner_id: Guid


class _CustomerProfile(CustomerBody):
    customer_id: Guid


class _RelationshipImport(ImportBody):
    partner_id: Guid
    customer_id: Guid


class _InvitationRequest(InviteBody):
    acting_partner_id: Guid
    customer_id: Guid
    invitation_id: Guid


class _Sale(SubscriptionBody):
    subscription_id: Guid


class _Registration(_Sale):
    acting_partner_id: Guid
    customer_id: Guid


class _Registrations(Model):
    acting_partner_id: Guid
    customer_id: Guid
    subscriptions: Annotated[tuple[_Sale, ...], Field(min_length=1, max_length=MAX_SUBSCRIPTIONS)]


class _Sold(Model):
    acting_partner_id: Guid
    customer_id: Guid
    subscription_id: Guid


class _Update(_Sold, SubscriptionPatch):
    pass


class _Status(_Sold):
    status: Annotated[Literal["active", "suspended", "deleted"], CODE]


def order(kind: str, data: JsonObject, sender: Sender) -> Order | None:
    """None for a type that is not served. Raises BadRequest."""
    make = _ORDERS.get(kind)
    return make(data, sender) if make else None


def resources(data: JsonObject) -> int:
    """What an order that is well-formed costs: the resources that it may change."""
    several = data.get("subscriptions")
    return len(cast("list[object]", several)) if isinstance(several, list) else 1


def _enrol(data: JsonObject, sender: Sender) -> Order:
    said = take(_PartnerEnrolment, data)
    command = EnrolPartner(sender.operator(), said.partner_id, _body(PartnerBody, said))
    resource = f"/api/partners/{said.partner_id}"
    return Order(said, command, frozenset({said.partner_id}), resource, Operation.OPERATE)


def _profile(data: JsonObject, sender: Sender) -> Order:
    said = take(_CustomerProfile, data)
    command = SetCustomerProfile(sender.operator(), said.customer_id, _body(CustomerBody, said))
    resource = f"/api/customers/{said.customer_id}"
    return Order(said, command, frozenset(), resource, Operation.OPERATE)


def _import(data: JsonObject, sender: Sender) -> Order:
    said = take(_RelationshipImport, data)
    partner_id, customer_id = said.partner_id, said.customer_id
    body = _body(ImportBody, said)
    command = ImportRelationship(sender.operator(), customer_id, partner_id, body)
    resource = f"/api/customers/{customer_id}/relationships/{partner_id}"
    # Nobody else is asked, so both sides of two tiers must be the pipeline's.
    sides = frozenset({partner_id, body.indirect_reseller_id or partner_id})
    return Order(said, command, sides, resource, Operation.OPERATE)


def _invite(data: JsonObject, sender: Sender) -> Order:
    said = take(_InvitationRequest, data)
    partner_id, customer_id = said.acting_partner_id, said.customer_id
    body = _body(InviteBody, said)
    command = Invite(sender.acting(partner_id), customer_id, said.invitation_id, body)
    resource = f"/api/customers/{customer_id}/invitations/{said.invitation_id}"
    return Order(said, command, frozenset({partner_id}), resource, Operation.INVITATION_WRITE)


def _register(data: JsonObject, sender: Sender) -> Order:
    batch = "subscriptions" in data
    said = take(_Registrations, data) if batch else take(_Registration, data)
    sold = said.subscriptions if isinstance(said, _Registrations) else (said,)
    sales = tuple((item.subscription_id, _body(SubscriptionBody, item)) for item in sold)
    if len({sale_id for sale_id, _ in sales}) < len(sales):
        detail = Detail(DetailCode.INVALID_FIELD, _ONCE, "subscriptions")
        raise BadRequest(_ONCE, details=[detail])
    customer_id, partner_id = said.customer_id, said.acting_partner_id
    command = RegisterSubscriptions(sender.acting(partner_id), customer_id, sales)
    resource = f"/api/customers/{customer_id}/subscriptions"
    resource = resource if batch else f"{resource}/{sales[0][0]}"
    return Order(said, command, frozenset({partner_id}), resource, Operation.SUBSCRIPTION_REGISTER)


def _update(data: JsonObject, sender: Sender) -> Order:
    said = take(_Update, data)
    acting, body = sender.acting(said.acting_partner_id), _body(SubscriptionPatch, said)
    command = UpdateSubscription(acting, said.customer_id, said.subscription_id, body)
    return _of(said, command, Operation.SUBSCRIPTION_REGISTER)


def _status(data: JsonObject, sender: Sender) -> Order:
    said = take(_Status, data)
    acting, status = sender.acting(said.acting_partner_id), SubscriptionStatus(said.status)
    command = SetSubscriptionStatus(acting, said.customer_id, said.subscription_id, status)
    reactivates = status is SubscriptionStatus.ACTIVE
    return _of(
        said,
        command,
        Operation.SUBSCRIPTION_REGISTER if reactivates else Operation.SUBSCRIPTION_END,
    )


def _of(said: _Sold, command: Command, operation: Operation) -> Order:
    place = f"/api/customers/{said.customer_id}/subscriptions/{said.subscription_id}"
    return Order(said, command, frozenset({said.acting_partner_id}), place, operation)


def _body[B: Model](model: type[B], said: B) -> B:
    """The body alone, with what was sent of it: nothing may depend on the way it came in."""
    sent = model.model_fields.keys() & said.model_fields_set
    return model(**{name: getattr(said, name) for name in sent})


_ORDERS: Final[Mapping[str, Callable[[JsonObject, Sender], Order]]] = {
    MessageType.PARTNER_ENROLMENT: _enrol,
    MessageType.CUSTOMER_PROFILE: _profile,
    MessageType.RELATIONSHIP_IMPORT: _import,
    MessageType.INVITATION_REQUEST: _invite,
    MessageType.SUBSCRIPTION_REGISTRATION: _register,
    MessageType.SUBSCRIPTION_UPDATE: _update,
    MessageType.SUBSCRIPTION_STATUS: _status,
}
