"""Rights that were granted and would be refused today: rules that a change elsewhere broke.

A decision holds as of its reads: a partner's profile, a reseller's link. When these change later,
nothing that stands is taken away (PRT-1, REM-4); it is told, in the words of the same rules.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain

from shared.deciding.facts import Facts, Needs, ProviderReseller
from shared.model.models import (
    LinkStatus,
    Relationship,
    RelationshipStatus,
    ResellerLink,
    Subscription,
    SubscriptionStatus,
)
from shared.model.state import Tenant, key_of
from shared.policy import agreements, eligibility, invitations, relationships
from shared.policy import subscriptions as rules
from shared.policy.refusals import Refusal, broken
from shared.proving.problems import Problem, ProblemKind, row_place


def rests_on(tenant: Tenant) -> Needs:
    """The profiles and links that `lapsed` holds against what stands at `tenant`."""
    links = frozenset(_sales(tenant)) | {
        (standing.indirect_provider_id, standing.partner_id)
        for standing in _relationships(tenant)
        if standing.indirect_provider_id
    }
    partners = {
        *(standing.partner_id for standing in _relationships(tenant)),
        *(link.reseller_id for link in _reseller_links(tenant)),
        *(reseller_id for _, reseller_id in links),
    }
    return Needs(partners=frozenset(partners), links=links)


def lapsed(tenant: Tenant, facts: Facts) -> tuple[Problem, ...]:
    """One problem for each relationship, reseller's sales and reseller link with broken rules.

    `facts` is all that `rests_on` names, as it is now; a partner that it lacks is not judged.
    """
    judged = (_of_relationships(tenant, facts), _of_sales(tenant, facts), _of_links(tenant, facts))
    return tuple(
        Problem(
            ProblemKind.RIGHTS_LAPSED,
            tenant.id,
            place,
            {"rules": [{"rule": each.rule_id, **each.params} for each in refusals], **more},
        )
        for place, refusals, more in chain(*judged)
        if refusals
    )


type _Found = tuple[str, tuple[Refusal, ...], dict[str, object]]
"""What stands, which of its rules are broken, and what else to tell."""


def _of_relationships(tenant: Tenant, facts: Facts) -> Iterator[_Found]:
    """What an acceptance needed of the partner (ACC-2), and of its link in two tiers (INV-6)."""
    country = tenant.head.customer.country if tenant.head.customer else None
    for standing in _relationships(tenant):
        partner, provider_id = (
            facts.partners.get(standing.partner_id),
            standing.indirect_provider_id,
        )
        if partner is None:
            continue
        link = facts.links.get((provider_id, partner.id)) if provider_id else None
        refusals = broken(
            relationships.prt_1(partner),
            agreements.agr_1(partner, facts.at),
            eligibility.elg_4(partner, tenant.id),
            eligibility.elg_6(partner.country, country, "country"),
            invitations.inv_6(link, "indirectProviderId") if provider_id else None,
        )
        yield f"relationship|{partner.id}", refusals, {}


def _of_sales(tenant: Tenant, facts: Facts) -> Iterator[_Found]:
    """What a partner of record needed (POR-2, AGR-2), once for all that was sold through it."""
    for sale, mpn_ids in sorted(_sales(tenant).items()):
        reseller = facts.partners.get(sale[1])
        if reseller is None:
            continue
        refusals = broken(
            *(
                rules.por_2(mpn_id, reseller, facts.links.get(sale), "partnerOfRecord", taken=True)
                for mpn_id in sorted(mpn_ids)
            ),
            agreements.agr_2(reseller, facts.at, "partnerOfRecord"),
        )
        yield f"sales|{'|'.join(sale)}", refusals, {"subscriptions": mpn_ids.total()}


def _of_links(tenant: Tenant, facts: Facts) -> Iterator[_Found]:
    """What a link of provider and reseller needed (LNK-1, ELG-6)."""
    provider = tenant.head.partner
    for link in _reseller_links(tenant):
        reseller = facts.partners.get(link.reseller_id)
        if provider is None or reseller is None:
            continue
        refusals = broken(
            relationships.prt_1(reseller),
            invitations.lnk_1_sides(provider, reseller),
            eligibility.elg_6(provider.country, reseller.country, "resellerId"),
        )
        yield row_place(key_of(link)), refusals, {}


def _relationships(tenant: Tenant) -> list[Relationship]:
    known = (related.relationship for _, related in sorted(tenant.head.related.items()))
    return [one for one in known if one and one.status is RelationshipStatus.ACTIVE]


def _reseller_links(tenant: Tenant) -> list[ResellerLink]:
    rows = (row for _, row in sorted(tenant.rows.items()) if isinstance(row, ResellerLink))
    return [row for row in rows if row.status is LinkStatus.ACTIVE]


def _sales(tenant: Tenant) -> dict[ProviderReseller, Counter[str]]:
    """How many active subscriptions each provider sold through each reseller, by MPN id."""
    found: dict[ProviderReseller, Counter[str]] = defaultdict(Counter[str])
    for row in tenant.rows.values():
        if (
            isinstance(row, Subscription)
            and row.status is SubscriptionStatus.ACTIVE
            and row.indirect_reseller_id
        ):
            found[row.partner_id, row.indirect_reseller_id][row.partner_of_record or ""] += 1
    return found
