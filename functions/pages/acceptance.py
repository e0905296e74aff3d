"""What an acceptance asks of the customer's Global admin, by invitation and by link alike."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from shared.canonical import JsonObject
from shared.web.forms.form import Field, Kind
from shared.web.texts import text

type _Known = Mapping[str, JsonObject | None]


def _requires(field: str) -> Callable[[_Known], bool]:
    """Whether an acceptance has to bring it, as the API says."""

    def requires(known: _Known) -> bool:
        impact = known["impact"]
        return impact is not None and field in cast("list[str]", impact["requires"])

    return requires


_unsigned: Final = _requires("customerAgreement")
_unplaced: Final = _requires("country")


def _unnamed(known: _Known) -> bool:
    customer = known["customer"]
    return not (customer and customer["name"])


_SIGNER: Final = (
    Field(
        name="customerAgreement.firstName",
        label=text("First name of who accepts the agreement"),
        purpose="given-name",
        shown=_unsigned,
    ),
    Field(
        name="customerAgreement.lastName",
        label=text("Last name of who accepts the agreement"),
        purpose="family-name",
        shown=_unsigned,
    ),
    Field(
        name="customerAgreement.email",
        label=text("E-mail address of who accepts the agreement"),
        kind=Kind.EMAIL,
        purpose="email",
        shown=_unsigned,
    ),
)

_ORGANIZATION: Final = (
    Field(
        name="name",
        label=text("Name of your organization"),
        hint=text("May stay empty."),
        purpose="organization",
        shown=_unnamed,
    ),
    Field(
        name="domain",
        label=text("Domain of your organization"),
        hint=text("Such as contoso.example; may stay empty."),
        shown=_unnamed,
    ),
    Field(
        name="country",
        label=text("Country or region of your organization"),
        hint=text("Two letters, such as US or KR."),
        purpose="country",
        shown=_unplaced,
    ),
)


def acceptance(subject: str) -> tuple[Field, ...]:
    """The fields of a page that knows its `subject`, an `impact` and the `customer`."""

    def asks_privileges(known: _Known) -> bool:
        asked = known[subject]
        return bool(asked and asked["delegatedAdmin"])

    until = Field(
        name="delegatedAdminUntil",
        label=text("Last day of the privileges"),
        kind=Kind.DATE,
        hint=text("May stay empty: then they have no end. The day ends in UTC."),
        shown=asks_privileges,
    )
    return (*_SIGNER, *_ORGANIZATION, until)
