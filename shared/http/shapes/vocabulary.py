"""Words that several resources share: what a field of that type is, said once.

A field whose type is one of these and that has no sentence of its own means what stands here.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.model.models import OtherSide

type CustomerId = str
"""The customer: the id of its tenant in Microsoft Entra ID, a GUID in lower case."""

type PartnerId = str
"""The partner: the id of its tenant in Microsoft Entra ID, a GUID in lower case."""

type RelatedName = str
"""What the partner was called when the relationship was put on record or, after a removal, made
anew.
"""

type RelatedMpnId = str
"""The partner's MPN id when the relationship was put on record or, after a removal, made anew."""

type CloudName = str
"""The cloud that this deployment serves: `public`, or `usGovernment` for tenants that sign in at
the .us authority (GOV-2).
"""

type RegionId = str | None
"""The CSP region that the country is in, such as `united-states` (ELG-6); follows from the country.
Null while that is unknown, or CSP is not offered there.
"""

type IndirectResellerId = str | None
"""The indirect reseller beside this provider in the two-tier model, by its tenant id (INV-1); null
where none is named.
"""

type IndirectProviderId = str | None
"""The indirect provider above this reseller in the two-tier model, by its tenant id (INV-1); null
where none is named.
"""

type OtherPartner = OtherSide | None
"""The partner that the reseller or provider id beside this names, as it was called when this was
recorded; null where none is named.
"""

type ExternalReference = str | None
"""The partner's own reference, such as the number of its order or CRM record; null where it gave
none. It is kept and searched, and means nothing here.
"""

type MicrosoftRequestUrl = str | None
"""Where the customer accepts the partner's request at Microsoft itself, which this record does not
do for it. Null where the partner gave none, and here until the customer has accepted: that comes
first. It is no secret before, and events have it from the start.
"""

type DelegatedAdminUntil = datetime | None
"""When delegated admin privileges lapse by themselves, as the customer's Global admin chose when
granting them (ACC-2); kept where they end before. Null where they have no end, before there was a
relationship, and where none were granted since it began.
"""

type Enforcement = Literal["recorded"]
"""Always `recorded`: a decision is on record here, and nothing at Microsoft was changed by it."""

type UpdatedAt = datetime
"""When the ledger recorded a change of it last: what passes by time alone, such as an expiry,
counts once it is recorded, an erasure of personal data never.
"""

type ETag = str
"""The version of this representation, quotes included: a hash of what it shows, which changes
exactly when that does. For `If-Match` and `If-None-Match`.
"""

type NextLink = str | None
"""The absolute address of the next page; absent on the last one. Follow it as it is: it is good for
callers of the same tenant, and for the same filters.
"""

type TypeOfMessage = str
"""What the message asks for: the CloudEvent's `type`, such as `invitation-request`; empty where it
has none that can be read.
"""

type Language = Annotated[str, StringConstraints(pattern=r"^(en|ko)$")]
"""`en` for English or `ko` for Korean."""
