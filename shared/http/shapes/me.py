"""What the caller is here: its tenant, its roles, and what it lacks."""

from enum import StrEnum

from shared.model.base import Model
from shared.model.models import PartnerStatus, PartnerType
from shared.policy.callers import CallerRole


class Lack(StrEnum):
    """What a caller lacks, for which its administrators or the operator can do something."""

    DIRECTORY_ROLES = "directoryRoles"
    """The token does not say what decides about customers' roles: the application's registration
    lacks the claim `wids` or `acct`, or the token would have been too long with `wids`.
    """
    CUSTOMER_ROLE = "customerRole"
    """The person is no member of this tenant with the directory role Global Administrator or Global
    Reader; where the deployment allows any member to read, no member at all.
    """
    GLOBAL_ADMINISTRATOR = "globalAdministrator"
    """The person may read, as Global Reader or, where the deployment allows that, as any member;
    deciding takes Global Administrator.
    """
    ENROLMENT = "enrolment"
    """The token has a partner's role, and the tenant is no enrolled partner here."""
    PARTNER_ROLE = "partnerRole"
    """The tenant is an enrolled partner, and the token has none of its roles."""
    RESUMPTION = "resumption"
    """The operator has suspended this partner (PRT-1)."""
    OPERATOR_ROLE = "operatorRole"
    """The tenant is the operator's, and the token lacks the role `PlatformOperator`."""


class LackShape(Model):
    """One thing that the caller lacks."""

    code: Lack
    message: str
    """What is lacking and who can mend it, in English or, where `Accept-Language` prefers it, in
    Korean.
    """


class OwnPartnerShape(Model):
    """The caller's own tenant as an enrolled partner."""

    name: str
    """What the operator calls the partner now."""
    type: PartnerType
    mpn_id: str
    """The partner's id in the Microsoft Partner Network, as it is recorded now."""
    status: PartnerStatus


class CallerType(StrEnum):
    """Whether a token is a person's or an application's."""

    USER = "user"
    """A person signed in."""
    APPLICATION = "application"
    """An application signed in as itself, with application roles alone."""


class CallerTenantKind(StrEnum):
    """What the caller's own tenant is here."""

    OPERATOR = "operator"
    """The tenant of the platform's operator."""
    PARTNER = "partner"
    """The operator enrolled it as a partner (ELG-3)."""
    CUSTOMER = "customer"
    """It is a customer by its own act: an acceptance, or its Global admin's profile (ELG-3)."""
    UNKNOWN = "unknown"
    """Neither: being invited, or described by the operator's pipeline, makes it no customer
    (ELG-3).
    """


class MeShape(Model):
    """Who the caller is here, as its token and the record say."""

    tenant_id: str
    """The tenant that the token is of: its claim `tid`."""
    object_id: str
    """The person or application in the directory of `tenantId`: the token's claim `oid`. A guest
    has another one at home.
    """
    type: CallerType
    tenant_kind: CallerTenantKind
    partner: OwnPartnerShape | None
    """The tenant as a partner; null where it is none."""
    roles: tuple[CallerRole, ...]
    """Columns of the role table that the token grants; a partner's count once the tenant is
    enrolled and, while it is suspended, for reading itself alone.
    """
    missing: tuple[LackShape, ...]
    """What keeps the caller from more. It is not told which further roles of a partner it lacks,
    nor anything to a customer's application, or to one of an unknown tenant without such a role.
    """
