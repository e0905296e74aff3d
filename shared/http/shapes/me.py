"""What the caller is here: its tenant, its roles, and what it lacks."""

from enum import StrEnum
from typing import Literal

from shared.model.base import Model
from shared.model.models import PartnerStatus, PartnerType
from shared.policy.callers import CallerRole


class Lack(StrEnum):
    """What a caller lacks, for which its administrators or the operator can do something."""

    DIRECTORY_ROLES = "directoryRoles"
    CUSTOMER_ROLE = "customerRole"
    GLOBAL_ADMINISTRATOR = "globalAdministrator"
    ENROLMENT = "enrolment"
    PARTNER_ROLE = "partnerRole"
    RESUMPTION = "resumption"
    OPERATOR_ROLE = "operatorRole"


class LackShape(Model):
    """One thing that the caller lacks, in the language that it prefers."""

    code: Lack
    message: str


class OwnPartnerShape(Model):
    """The caller's own tenant as an enrolled partner."""

    name: str
    type: PartnerType
    mpn_id: str
    status: PartnerStatus


class MeShape(Model):
    """The caller: `roles` are letters of the role table, as far as the token grants them."""

    tenant_id: str
    object_id: str
    type: Literal["user", "application"]
    tenant_kind: Literal["operator", "partner", "customer", "unknown"]
    partner: OwnPartnerShape | None
    roles: tuple[CallerRole, ...]
    missing: tuple[LackShape, ...]
