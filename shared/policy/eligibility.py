"""Who may sell to whom: ELG, GOV and MUL. Each rule is one function that says what is broken."""

from collections.abc import Collection, Iterable

from shared.model.customers import TenantKind
from shared.model.models import LinkStatus, Partner, RelationshipStatus, ResellerLink
from shared.model.state import Head
from shared.policy.clouds import CloudProfile
from shared.policy.refusals import Refusal, refuse
from shared.policy.regions import region_of


def elg_1(customer: Head) -> Refusal | None:
    """A tenant used for CSP transactions buys from no other partner; ELG-2: any other may."""
    return refuse("ELG-1", "customerId") if customer.kind is TenantKind.PARTNER else None


def elg_3_enrolment(tenant: Head) -> Refusal | None:
    """A customer tenant never becomes a partner, nor one that an import says is a customer."""
    known = (related.relationship for related in tenant.related.values())
    buys = any(one and one.status is RelationshipStatus.ACTIVE for one in known)
    return refuse("ELG-3", "partnerId") if buys or tenant.kind is TenantKind.CUSTOMER else None


def elg_3_profile(tenant: Head) -> Refusal | None:
    """A partner tenant never becomes a customer."""
    if tenant.kind is TenantKind.PARTNER:
        return refuse("ELG-3", "customerId", variant="partner")
    return None


def elg_3_own_statement(tenant: Head) -> Refusal | None:
    """What a customer said about itself, nobody else overwrites."""
    if tenant.kind is TenantKind.CUSTOMER:
        return refuse("ELG-3", "customerId", variant="ownStatement")
    return None


def elg_4(seller: Partner, customer_id: str, target: str = "customerId") -> Refusal | None:
    """No sale to oneself, nor to a tenant recorded as affiliated."""
    if customer_id == seller.id or customer_id in seller.affiliated_tenant_ids:
        return refuse("ELG-4", target)
    return None


def elg_5(link: ResellerLink | None) -> Refusal | None:
    """A reseller is no end customer of a provider that it is linked to."""
    if link and link.status is LinkStatus.ACTIVE:
        return refuse("ELG-5", "customerId")
    return None


def elg_6(one: str | None, other: str | None, target: str) -> Refusal | None:
    """Both countries lie in the same CSP region. An unknown country is not checked yet."""
    if one is None or other is None or (region_of(one) and region_of(one) == region_of(other)):
        return None
    return refuse("ELG-6", target, one=one, other=other)


def elg_6_stated(country: str | None, target: str) -> Refusal | None:
    """Without a country an invitation's region cannot be looked at: the acceptance will."""
    return refuse("ELG-6", target, variant="unstated") if country is None else None


def elg_6_known(country: str | None, target: str) -> Refusal | None:
    """For what no acceptance follows, at which the country would have to be stated."""
    return refuse("ELG-6", target, variant="unknown") if country is None else None


def elg_6_offered(country: str, target: str) -> Refusal | None:
    """CSP is offered in the country at all."""
    if region_of(country):
        return None
    return refuse("ELG-6", target, variant="notOffered", country=country)


def elg_7(mpn_country: str, country: str) -> Refusal | None:
    """The MPN id is from the country of the CSP account."""
    if mpn_country == country:
        return None
    return refuse("ELG-7", "mpnCountry", mpnCountry=mpn_country, country=country)


def elg_8(target: str) -> Refusal:
    """The MPN id or tenant belongs to another partner account; which one, nobody is told."""
    return refuse("ELG-8", target)


def elg_8_unclaimed(new: Collection[str], target: str) -> Refusal | None:
    """What a partner account has not yet, another may have: only claiming it shows that."""
    return refuse("ELG-8", target, variant="unclaimed") if new else None


def gov_1(cloud: CloudProfile, *, delegated_admin: bool) -> Refusal | None:
    """Where the cloud knows no relationship without DAP, every invitation asks for it."""
    if cloud.delegated_admin_required and not delegated_admin:
        return refuse("GOV-1", "delegatedAdmin")
    return None


def gov_3(cloud: CloudProfile, country: str) -> Refusal | None:
    """A government partner's company address is in the US."""
    if cloud.partner_countries is None or country in cloud.partner_countries:
        return None
    return refuse("GOV-3", "country", country=country)


def multi_partner(
    cloud: CloudProfile, customer: Head, partner_ids: Iterable[str]
) -> Refusal | None:
    """MUL-1 says that another partner is no reason to refuse; a cloud's profile may say it is.

    `partner_ids` are the sides of one two-tier sale, which count as one.
    """
    sides = frozenset(partner_ids)
    if cloud.multi_partner:
        return None
    others = (related for other, related in customer.related.items() if other not in sides)
    for relationship in (related.relationship for related in others):
        if relationship and relationship.status is RelationshipStatus.ACTIVE:
            return refuse("MultiPartnerNotAvailable", "customerId")
    return None
