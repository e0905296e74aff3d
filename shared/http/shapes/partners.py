"""Partners, their reseller links, and their customers as they list them."""

from datetime import datetime
from typing import Literal

from shared.model.base import Model
from shared.model.models import DelegatedAdmin, LinkStatus, OtherSide, PartnerStatus, PartnerType


class PartnerShape(Model):
    """A partner: a tenant that is used for CSP transactions."""

    id: str
    name: str
    type: PartnerType
    mpn_id: str
    mpn_country: str
    country: str
    region: str | None
    cloud: str
    partner_agreement_signed_at: datetime | None
    affiliated_tenant_ids: tuple[str, ...]
    resources_per_second: int | None
    status: PartnerStatus
    etag: str


class ResellerShape(Model):
    """A link between an indirect provider and its reseller; `since` is when `status` began."""

    provider_id: str
    provider_name: str
    provider_mpn_id: str
    reseller_id: str
    reseller_name: str
    reseller_mpn_id: str
    status: LinkStatus
    since: datetime
    etag: str


class PartnersCustomerShape(Model):
    """A customer as its partner lists it; before a relationship without name and domain."""

    customer_id: str
    name: str | None
    domain: str | None
    status: Literal["invited", "active", "removed"]
    delegated_admin: DelegatedAdmin
    delegated_admin_until: datetime | None
    indirect_reseller_id: str | None
    other_side: OtherSide | None
    since: datetime
    updated_at: datetime
