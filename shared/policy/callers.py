"""Who may act, in the words of the role table: the roles that a verified caller can hold."""

from enum import StrEnum
from typing import Final


class CallerRole(StrEnum):
    """One column of the role table; the value is the table's letter."""

    GLOBAL_ADMIN = "G"
    USER_MANAGEMENT_ADMIN = "U"
    SALES_AGENT = "S"
    ADMIN_AGENT = "A"
    HELPDESK_AGENT = "H"
    CUSTOMER_GLOBAL_ADMIN = "CG"
    CUSTOMER_READER = "CR"
    OPERATOR = "OP"
    PIPELINE = "PL"


CUSTOMER_ROLES: Final = frozenset({CallerRole.CUSTOMER_GLOBAL_ADMIN, CallerRole.CUSTOMER_READER})
PARTNER_ROLES: Final = frozenset(CallerRole) - CUSTOMER_ROLES - {CallerRole.OPERATOR}
