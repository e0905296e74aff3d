"""Who may act, in the words of the role table: the roles that a verified caller can hold."""

from enum import StrEnum


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
