"""Who may act, in the words of the role table: the roles that a verified caller can hold."""

from enum import StrEnum
from typing import Final


class CallerRole(StrEnum):
    """A column of the role table; the value is its letter there."""

    GLOBAL_ADMIN = "G"
    """A partner's Global admin (app role `GlobalAdmin`)."""
    USER_MANAGEMENT_ADMIN = "U"
    """A partner's User management admin (app role `UserManagementAdmin`)."""
    SALES_AGENT = "S"
    """A partner's Sales agent (app role `SalesAgent`)."""
    ADMIN_AGENT = "A"
    """A partner's Admin agent (app role `AdminAgent`)."""
    HELPDESK_AGENT = "H"
    """A partner's Helpdesk agent (app role `HelpdeskAgent`)."""
    CUSTOMER_GLOBAL_ADMIN = "CG"
    """A customer's Global admin: a member of the tenant with that directory role (ACC-1)."""
    CUSTOMER_READER = "CR"
    """Who may read for the customer: its Global admin or Global Reader, by setting any other
    member.
    """
    OPERATOR = "OP"
    """The platform's operator (app role `PlatformOperator`, of the operator's own tenant)."""
    PIPELINE = "PL"
    """A partner's onboarding application (app role `OnboardingPipeline`), or a pipeline of the
    operator that acts for a partner.
    """


CUSTOMER_ROLES: Final = frozenset({CallerRole.CUSTOMER_GLOBAL_ADMIN, CallerRole.CUSTOMER_READER})
PARTNER_ROLES: Final = frozenset(CallerRole) - CUSTOMER_ROLES - {CallerRole.OPERATOR}
