"""Partners: enrolled, replaced, suspended and resumed by the operator."""

from collections.abc import Mapping
from typing import Final

from functions.pages.area import Area
from functions.pages.recorded import recorded
from functions.pages.trials import trial
from functions.partners import (
    partners_get,
    partners_list,
    partners_put,
    partners_resume,
    partners_suspend,
)
from shared import bootstrap
from shared.canonical import JsonObject
from shared.http.shapes.policy import Evaluated
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "operations/partners/{partnerId}"
_PARTNER: Final = Question(partners_get)
_DAY: Final = len("2026-11-01")

TYPES: Final = {
    "directBill": text("Direct-bill partner"),
    "indirectProvider": text("Indirect provider"),
    "indirectReseller": text("Indirect reseller"),
}


def _typed(_: Visit, __: Answers) -> Mapping[str, object]:
    """With the names of types of partners."""
    return {"types": TYPES}


def _signed(known: Mapping[str, JsonObject | None]) -> str:
    """The day, or the whole time where it is not the day's beginning: it stays as it was told."""
    at = recorded("partner", "partnerAgreementSignedAt")(known)
    return at[:_DAY] if at[_DAY:].strip("T:.0Z") == "" else at


_FIELDS: Final = (
    Field(name="name", label=text("Name of the partner"), filled=recorded("partner", "name")),
    Field(
        name="type",
        label=text("How it sells"),
        kind=Kind.CHOICE,
        choices=TYPES,
        filled=recorded("partner", "type"),
    ),
    Field(
        name="mpnId",
        label=text("Partner ID at Microsoft (MPN ID)"),
        filled=recorded("partner", "mpnId"),
    ),
    Field(
        name="mpnCountry",
        label=text("Country of the MPN ID"),
        filled=recorded("partner", "mpnCountry"),
    ),
    Field(
        name="country",
        label=text("Country of the CSP account"),
        filled=recorded("partner", "country"),
    ),
    Field(
        name="partnerAgreementSignedAt",
        label=text("Day on which it signed the Microsoft Partner Agreement"),
        kind=Kind.MIDNIGHT,
        filled=_signed,
    ),
    Field(
        name="affiliatedTenantIds",
        label=text("Further organizations of the same company"),
        kind=Kind.LINES,
        filled=recorded("partner", "affiliatedTenantIds"),
    ),
    Field(
        name="resourcesPerSecond",
        label=text("Resources a second by message"),
        kind=Kind.NUMBER,
        filled=recorded("partner", "resourcesPerSecond"),
    ),
)

area.add(
    Page(
        name="page_partners",
        route="operations/partners",
        title=text("Partners"),
        gate=partners_put,  # A partner's people may ask for their own record, which is not here.
        template="partners/list.html",
        asks={
            "partners": Question(
                partners_list,
                query={"maxpagesize": "25"},
                passes=("search", "status", "skiptoken"),
            )
        },
        shows=lambda visit, _: {"filtered": bool(visit.query), "types": TYPES},
    )
)

area.add(
    Page(
        name="page_partner",
        route=_ROUTE,
        title=text("Partner"),
        gate=partners_put,
        template="partners/partner.html",
        asks={"partner": _PARTNER},
        shows=_typed,
    )
)

area.add(
    Page(
        name="page_partner_enrol",
        route="operations/enrol-partner",
        title=text("Enrol a partner"),
        template="partners/enrol.html",
        form=Form(
            endpoint=partners_put,
            trial=trial(Evaluated.ENROL_PARTNER),
            decides=True,
            button=text("Record the enrolment"),
            after=f"/{_ROUTE}",
            fields=(
                Field(
                    name="partnerId",
                    label=text("Organization of the partner, by its id"),
                ),
                *_FIELDS,
            ),
        ),
    )
)

area.add(
    Page(
        name="page_partner_update",
        route=f"{_ROUTE}/update",
        title=text("Change what is recorded of the partner"),
        template="partners/update.html",
        asks={"partner": _PARTNER},
        shows=_typed,
        form=Form(
            endpoint=partners_put,
            trial=trial(Evaluated.ENROL_PARTNER),
            decides=True,
            button=text("Record the change"),
            after=f"/{_ROUTE}",
            fields=_FIELDS,
        ),
    )
)

area.add(
    Page(
        name="page_partner_suspend",
        route=f"{_ROUTE}/suspend",
        title=text("Suspend the partner"),
        template="partners/suspend.html",
        asks={"partner": _PARTNER},
        shows=_typed,
        form=Form(
            endpoint=partners_suspend,
            decides=True,
            button=text("Record the suspension"),
            after=f"/{_ROUTE}",
            done=lambda partner: partner["status"] == "suspended",
        ),
    )
)

area.add(
    Page(
        name="page_partner_resume",
        route=f"{_ROUTE}/resume",
        title=text("Let the partner go on"),
        template="partners/resume.html",
        asks={"partner": _PARTNER},
        shows=_typed,
        form=Form(
            endpoint=partners_resume,
            decides=True,
            button=text("Record that it goes on"),
            after=f"/{_ROUTE}",
            done=lambda partner: partner["status"] == "active",
        ),
    )
)
