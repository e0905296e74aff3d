"""The roles of the role table, by the names that people know."""

from collections.abc import Mapping
from typing import Final

from shared.policy.callers import CallerRole
from shared.web.texts import text

ROLES: Final[Mapping[CallerRole, str]] = {
    CallerRole.CUSTOMER_GLOBAL_ADMIN: text("Global Administrator"),
    CallerRole.CUSTOMER_READER: text("Global Reader"),
    CallerRole.GLOBAL_ADMIN: text("Global admin of the partner"),
    CallerRole.USER_MANAGEMENT_ADMIN: text("User management admin of the partner"),
    CallerRole.SALES_AGENT: text("Sales agent of the partner"),
    CallerRole.ADMIN_AGENT: text("Admin agent of the partner"),
    CallerRole.HELPDESK_AGENT: text("Helpdesk agent of the partner"),
    CallerRole.OPERATOR: text("Platform operator"),
    CallerRole.PIPELINE: text("Onboarding pipeline"),
}
