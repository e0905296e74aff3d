"""A small world for property tests: who there is, and what anybody might ask at any time.

Only commands and time are made here, never carried out, so that the same strategies drive the pure
core and the services over storage. `founding()` says how the world begins.
"""

from datetime import timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
from shared.deciding.commands import Command
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.importing import ImportRelationship
from shared.deciding.inviting import CancelInvitation, Invite, RecordExpiry
from shared.deciding.linking import AcceptResellerLink, EndResellerLink, RequestResellerLink
from shared.deciding.profile import SetCustomerProfile
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.sales import SubscriptionBody
from shared.model.base import SYSTEM
from tests.cast import bodies
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    operator,
    subscription_id,
)

ABROAD: Final = "d3000000-0000-4000-8000-000000000006"
"""A direct-bill partner of another region."""
UNSIGNED: Final = "d4000000-0000-4000-8000-000000000007"
"""A direct-bill partner that has not signed the Microsoft Partner Agreement."""
NEWCOMER: Final = "c3000000-0000-4000-8000-000000000013"
"""A tenant that may turn out to be a customer or a partner."""

PARTNERS: Final = (DIRECT, OTHER_DIRECT, PROVIDER, RESELLER, ABROAD, UNSIGNED)
SELLERS: Final = (DIRECT, OTHER_DIRECT, PROVIDER, RESELLER)
CUSTOMERS: Final = (AGENCY, BUREAU, NEWCOMER)
TENANTS: Final = (*PARTNERS, *CUSTOMERS)
LINK: Final = (PROVIDER, RESELLER)
INVITATIONS: Final = tuple(invitation_id(number) for number in range(1, 6))
SUBSCRIPTIONS: Final = tuple(subscription_id(number) for number in range(1, 9))
_SPECIAL: Final[dict[str, dict[str, object]]] = {
    ABROAD: {"mpnId": "1003", "country": "KR", "mpnCountry": "KR"},
    UNSIGNED: {"mpnId": "1004", "partnerAgreementSignedAt": None},
    NEWCOMER: {"mpnId": "1005"},
}


def founding() -> list[Command]:
    """The partners, and a provider with its reseller; everything else is up to chance."""
    enrolments = [
        EnrolPartner(operator(), one, bodies.partner_body(one, **_SPECIAL.get(one, {})))
        for one in PARTNERS
    ]
    asking = RequestResellerLink(actor(PROVIDER), *LINK)
    return [*enrolments, asking, AcceptResellerLink(actor(RESELLER), *LINK)]


def steps() -> SearchStrategy[timedelta]:
    """How much later the next thing happens; now and then long enough for things to expire."""
    return st.sampled_from([0, 1, 1, 1, 60, 86_400, 40 * 86_400]).map(
        lambda seconds: timedelta(seconds=seconds)
    )


_people: Final = st.sampled_from(TENANTS).map(actor)
_sellers: Final = st.sampled_from(SELLERS * 3 + PARTNERS + (AGENCY,)).map(actor)
_customers: Final = st.sampled_from((*[AGENCY] * 6, BUREAU, BUREAU, NEWCOMER, DIRECT))
_invitations: Final = st.sampled_from(INVITATIONS)
_own_admins: Final = _customers.map(lambda one: (actor(one, "CG"), one))
_strangers: Final = st.tuples(_people, _customers)
_callers: Final = st.one_of(_own_admins, _own_admins, _own_admins, _strangers)
"""Mostly the customer's own Global admin; sometimes anybody who tries."""


def _bodies(make, **fields: SearchStrategy):
    """Bodies with any of the fields left out."""
    return st.fixed_dictionaries({}, optional=fields).map(lambda chosen: make(**chosen))


_invite_bodies: Final = st.one_of(
    st.just(bodies.invite_body()),
    st.just(bodies.invite_body(indirectResellerId=RESELLER)),
    st.just(bodies.invite_body(indirectProviderId=PROVIDER)),
    _bodies(
        bodies.invite_body,
        delegatedAdmin=st.booleans(),
        indirectResellerId=st.sampled_from((RESELLER, DIRECT)),
        country=st.sampled_from(("US", "KR", "KP")),
        expiresInDays=st.sampled_from((1, 30, 365)),
        message=st.sampled_from(("Good day", "see https://example.com/")),
    ),
)
_accept_bodies: Final = st.one_of(
    st.just(bodies.accept_body()),
    _bodies(
        bodies.accept_body,
        customerAgreement=st.none(),
        country=st.sampled_from((None, "US", "KR")),
        delegatedAdminUntil=st.sampled_from(("2026-12-01T00:00:00Z", "2099-01-01T00:00:00Z")),
    ),
)
_decline_bodies: Final = _bodies(
    bodies.decline_body, block=st.booleans(), reason=st.just("Not needed")
)


def _batches(*of_record: str) -> SearchStrategy[tuple[tuple[str, SubscriptionBody], ...]]:
    sale = _bodies(
        bodies.sale,
        quantity=st.integers(1, 3),
        productType=st.sampled_from(("azurePlan", "software")),
        **({"partnerOfRecord": st.sampled_from(of_record)} if of_record else {}),
    )
    return st.dictionaries(st.sampled_from(SUBSCRIPTIONS), sale, min_size=1, max_size=2).map(
        lambda chosen: tuple(chosen.items())
    )


_plain_batches: Final = _batches()
_provider_batches: Final = _batches(MPN[RESELLER], MPN[RESELLER], MPN[PROVIDER], "424242")


def _linking() -> SearchStrategy[Command]:
    kinds = st.sampled_from((RequestResellerLink, AcceptResellerLink, EndResellerLink))
    pairs = st.sampled_from((LINK, LINK, (PROVIDER, DIRECT), (DIRECT, RESELLER)))
    return st.builds(
        lambda kind, pair, side: kind(
            # Only the provider's own people reach the request: its path names their tenant.
            actor(pair[0] if kind is RequestResellerLink else side),
            *pair,
        ),
        kinds,
        pairs,
        st.sampled_from((*LINK, DIRECT)),
    )


def _enrolments() -> SearchStrategy[Command]:
    changes = st.fixed_dictionaries(
        {},
        optional={
            "name": st.just("Renamed"),
            "mpnId": st.sampled_from(("1001", "7777")),
            "country": st.sampled_from(("US", "KR")),
            "affiliatedTenantIds": st.sampled_from(([BUREAU], [AGENCY, DIRECT])),
        },
    )
    return st.builds(
        lambda one, chosen: EnrolPartner(
            operator(), one, bodies.partner_body(one, **(_SPECIAL.get(one, {}) | chosen))
        ),
        st.sampled_from((*PARTNERS, NEWCOMER, AGENCY)),
        changes,
    )


def _profiles() -> SearchStrategy[Command]:
    profiles = _bodies(
        bodies.customer_body,
        name=st.just("Renamed"),
        country=st.sampled_from(("US", "KR", "KP")),
    )
    pipelines = _customers.map(lambda one: (operator(), one))
    return st.builds(
        lambda caller, body: SetCustomerProfile(*caller, body),
        st.one_of(_own_admins, pipelines),
        profiles,
    )


def commands() -> SearchStrategy[Command]:
    """Anything anybody might send; what the story is about comes more often."""
    invites = st.builds(Invite, _sellers, _customers, _invitations, _invite_bodies)
    accepts = st.builds(
        lambda caller, one, body: AcceptInvitation(*caller, one, body),
        _callers,
        _invitations,
        _accept_bodies,
    )
    batches = st.one_of(_plain_batches, _provider_batches)
    registers = st.builds(RegisterSubscriptions, _sellers, _customers, batches)
    declines = st.builds(
        lambda caller, one, body: DeclineInvitation(*caller, one, body),
        _callers,
        _invitations,
        _decline_bodies,
    )
    rest = (
        declines,
        st.builds(CancelInvitation, _sellers, _customers, _invitations),
        st.builds(RecordExpiry, st.just(SYSTEM), _customers, _invitations),
        _linking(),
        _enrolments(),
        _profiles(),
    )
    return st.one_of(*[invites, accepts, registers] * 4, *rest)


def sales() -> SearchStrategy[list[Command]]:
    """The main job in one go: a partner invites, the customer accepts, sellers register.

    Now and then the operator imports the relationship instead.
    """
    return st.sampled_from(SELLERS).flatmap(
        lambda inviter: st.builds(
            _sale,
            st.just(inviter),
            st.sampled_from((AGENCY, AGENCY, AGENCY, BUREAU, NEWCOMER)),
            _invitations,
            st.one_of(st.just(bodies.accept_body()), _accept_bodies),
            st.lists(
                st.tuples(
                    st.sampled_from((inviter, inviter, PROVIDER, DIRECT)),
                    _provider_batches if inviter == PROVIDER else _plain_batches,
                ),
                max_size=3,
            ),
            st.sampled_from((False, False, True)),
        )
    )


def _sale(inviter, customer, one, accepted, sold, imported) -> list[Command]:
    beginning = _import(inviter, customer) if imported else _asked(inviter, customer, one, accepted)
    return [
        *beginning,
        *(RegisterSubscriptions(actor(seller), customer, batch) for seller, batch in sold),
    ]


def _import(partner, customer) -> list[Command]:
    """In two tiers the provider names its reseller."""
    said = {"customerAgreementAcceptedAt": "2020-01-01T00:00:00Z"}
    if partner in LINK:
        partner, said["indirectResellerId"] = LINK
    return [
        SetCustomerProfile(operator(), customer, bodies.customer_body()),
        ImportRelationship(operator(), customer, partner, bodies.import_body(**said)),
    ]


def _asked(inviter, customer, one, accepted) -> list[Command]:
    two_tier = {
        PROVIDER: bodies.invite_body(indirectResellerId=RESELLER),
        RESELLER: bodies.invite_body(indirectProviderId=PROVIDER),
    }
    asked = two_tier.get(inviter, bodies.invite_body())
    return [
        Invite(actor(inviter), customer, one, asked),
        AcceptInvitation(actor(customer, "CG"), customer, one, accepted),
    ]
