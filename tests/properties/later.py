"""What anybody might ask once partners are at work: links, ends, the life of subscriptions."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from shared.deciding.bodies import ReasonBody
from shared.deciding.commands import Command
from shared.deciding.ending import (
    RecordLapse,
    RemoveRelationship,
    RequestEnd,
    RevokeDelegatedAdmin,
    SetBlock,
)
from shared.deciding.erasing import ErasePersonalData
from shared.deciding.importing import ImportRelationship
from shared.deciding.issuing import IssueLink, RevokeLink
from shared.deciding.partner_status import SetPartnerStatus
from shared.deciding.redeeming import AcceptLink
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.model.base import SYSTEM
from shared.model.models import PartnerStatus, SubscriptionStatus
from shared.model.personal import AGREEMENT_DETAILS, relationship_details, subscription_details
from tests.cast.bodies import (
    accept_body,
    import_body,
    link_body,
    of_record_body,
    reason_body,
    sale,
    subscription_patch,
)
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    link_id,
)
from tests.properties.world import INVITATIONS, PARTNERS, SUBSCRIPTIONS, TENANTS, operator

_CUSTOMERS: Final = st.sampled_from((AGENCY, AGENCY, AGENCY, BUREAU, DIRECT))
_PARTNERS: Final = st.sampled_from((DIRECT, OTHER_DIRECT, PROVIDER, RESELLER))
_SUBSCRIPTIONS: Final = st.sampled_from(SUBSCRIPTIONS)
_LINKS: Final = st.sampled_from((link_id(1), link_id(2)))
_STRANGERS: Final = st.sampled_from(TENANTS).map(actor)


def _as_customer(make) -> SearchStrategy[Command]:
    """`make(caller, customer, partner)`: mostly by the own Global admin, sometimes by anybody."""
    own = st.builds(
        lambda customer, partner: make(actor(customer, "CG"), customer, partner),
        _CUSTOMERS,
        _PARTNERS,
    )
    return st.one_of(own, own, own, st.builds(make, _STRANGERS, _CUSTOMERS, _PARTNERS))


def _as_partner(make) -> SearchStrategy[Command]:
    """The same with the partner's own people."""
    own = st.builds(
        lambda customer, partner: make(actor(partner), customer, partner), _CUSTOMERS, _PARTNERS
    )
    return st.one_of(own, own, own, st.builds(make, _STRANGERS, _CUSTOMERS, _PARTNERS))


def _links() -> list[SearchStrategy[Command]]:
    bodies = st.sampled_from(
        (
            link_body(),
            link_body(expiresInDays=1),
            link_body(indirectResellerId=RESELLER),
            link_body(indirectResellerId=RESELLER, delegatedAdmin=False),
        )
    )
    issues = st.builds(
        lambda one, link, body: IssueLink(actor(one), one, link, body), _PARTNERS, _LINKS, bodies
    )
    accepts = _LINKS.flatmap(
        lambda link: _as_customer(
            lambda who, customer, one: AcceptLink(who, customer, one, link, accept_body())
        )
    )
    revokes = st.builds(lambda one, link: RevokeLink(actor(one), one, link), _PARTNERS, _LINKS)
    return [issues, issues, accepts, accepts, accepts, revokes]


def _ends() -> list[SearchStrategy[Command]]:
    block = st.booleans().flatmap(
        lambda blocked: _as_customer(
            lambda who, customer, one: SetBlock(who, customer, one, blocked=blocked)
        )
    )
    statuses = st.sampled_from((PartnerStatus.ACTIVE, PartnerStatus.SUSPENDED))
    return [
        block,
        _as_customer(RevokeDelegatedAdmin),
        _as_partner(RevokeDelegatedAdmin),
        st.builds(RecordLapse, st.just(SYSTEM), _CUSTOMERS, _PARTNERS),
        _reasons().flatmap(
            lambda said: _as_customer(
                lambda who, customer, one: RequestEnd(who, customer, one, said)
            )
        ),
        _imports(),
        _as_partner(RemoveRelationship),
        _as_partner(RemoveRelationship),
        st.builds(SetPartnerStatus, st.just(operator()), _PARTNERS, statuses),
        st.builds(_erase, _CUSTOMERS, st.sampled_from((None, *INVITATIONS))),
    ]


def _reasons() -> SearchStrategy[ReasonBody]:
    return st.sampled_from((None, "Too dear", "Not ours")).map(reason_body)


def _imports() -> SearchStrategy[Command]:
    agreed = {"customerAgreementAcceptedAt": "2020-01-01T00:00:00Z"}
    bodies = st.sampled_from(
        (import_body(), import_body(**agreed), import_body(indirectResellerId=RESELLER))
    )
    return st.builds(ImportRelationship, st.just(operator()), _CUSTOMERS, _PARTNERS, bodies)


def _erase(customer: str, one: str | None) -> Command:
    reasons = (*map(subscription_details, SUBSCRIPTIONS), *map(relationship_details, PARTNERS))
    ids = (one,) if one else (*INVITATIONS, AGREEMENT_DETAILS, *reasons)
    return ErasePersonalData(actor(customer, "CG"), customer, one, ids)


def _sold() -> list[SearchStrategy[Command]]:
    sellers = _PARTNERS.map(actor)
    patches = st.fixed_dictionaries(
        {},
        optional={
            "quantity": st.integers(1, 3),
            "friendlyName": st.sampled_from((None, "Mail")),
            "autoRenew": st.booleans(),
            "term": st.sampled_from(("2027-06-01T00:00:00Z", "2028-11-01T00:00:00Z")).map(
                lambda ends_at: {"endsAt": ends_at}
            ),
        },
    ).map(lambda chosen: subscription_patch(**chosen))
    statuses = st.sampled_from(
        (SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED, SubscriptionStatus.DELETED)
    )
    holders = st.sampled_from((MPN[RESELLER], MPN[RESELLER], MPN[PROVIDER], "424242"))
    sold = (_CUSTOMERS, _SUBSCRIPTIONS)
    return [
        st.builds(UpdateSubscription, sellers, *sold, patches),
        st.builds(UpdateSubscription, sellers, *sold, patches),
        *[st.builds(SetSubscriptionStatus, sellers, *sold, statuses)] * 3,
        *[st.builds(SetPartnerOfRecord, sellers, *sold, holders.map(of_record_body))] * 2,
        st.builds(
            lambda customer, one, said: DisputeSubscription(
                actor(customer, "CG"), customer, one, said
            ),
            *sold,
            _reasons(),
        ),
        st.builds(AnnulSubscription, st.just(operator()), *sold, _reasons()),
    ]


def commands() -> SearchStrategy[Command]:
    """Anything beyond the main job."""
    return st.one_of(*_links(), *_ends(), *_sold())


def lives() -> SearchStrategy[list[Command]]:
    """What becomes of one thing sold, in one go: its seller, its customer and the operator act."""
    return st.sampled_from((DIRECT, PROVIDER)).flatmap(
        lambda seller: st.lists(_moments(seller), min_size=3, max_size=8)
    )


def _moments(seller: str) -> SearchStrategy[Command]:
    sold, own, hers = (AGENCY, SUBSCRIPTIONS[0]), actor(seller), actor(AGENCY, "CG")
    statuses = [
        SetSubscriptionStatus(own, *sold, status)
        for status in SubscriptionStatus
        if status is not SubscriptionStatus.ANNULLED
    ]
    return st.sampled_from(
        [
            *statuses,
            *[RegisterSubscriptions(own, AGENCY, ((SUBSCRIPTIONS[0], sale()),))] * 2,
            UpdateSubscription(own, *sold, subscription_patch(quantity=2, friendlyName="Mail")),
            UpdateSubscription(own, *sold, subscription_patch(quantity=3)),
            SetPartnerOfRecord(own, *sold, of_record_body()),
            DisputeSubscription(hers, *sold, reason_body("Not ours")),
            DisputeSubscription(hers, *sold, reason_body()),
            AnnulSubscription(operator(), *sold, reason_body("Agreed")),
            RevokeDelegatedAdmin(hers, AGENCY, seller),
            RequestEnd(hers, AGENCY, seller, reason_body()),
            RequestEnd(hers, AGENCY, seller, reason_body("Too dear")),
            RemoveRelationship(own, AGENCY, seller),
            SetBlock(hers, AGENCY, seller, blocked=True),
            SetBlock(hers, AGENCY, seller, blocked=False),
            IssueLink(own, seller, link_id(1), link_body()),
            AcceptLink(hers, AGENCY, seller, link_id(1), accept_body()),
        ]
    )
