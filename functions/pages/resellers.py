"""Links between the own partner and its resellers, or its providers."""

from typing import Final

from functions.me import me_get
from functions.pages.area import Area
from functions.pages.trials import trial
from functions.resellers import (
    resellers_accept,
    resellers_delete,
    resellers_get,
    resellers_list,
    resellers_put,
)
from shared import bootstrap
from shared.http.shapes.policy import Evaluated
from shared.web.engine.page import Page, Question
from shared.web.forms.form import Field, Form
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "resellers/{partnerId}/{resellerId}"
_LINK: Final = {"link": Question(resellers_get)}

area.add(
    Page(
        name="page_resellers",
        route="resellers",
        title=text("Resellers and providers"),
        template="resellers/list.html",
        asks={
            "links": Question(resellers_list, query={"maxpagesize": "25"}, passes=("skiptoken",)),
            "me": Question(me_get),
        },
        offers={"ask": resellers_put, "accept": resellers_accept, "end": resellers_delete},
    )
)

area.add(
    Page(
        name="page_reseller_ask",
        route="resellers/ask",
        title=text("Ask a reseller to link"),
        template="resellers/ask.html",
        asks={"links": Question(resellers_list, query={"maxpagesize": "1"})},
        form=Form(
            endpoint=resellers_put,
            trial=trial(Evaluated.REQUEST_RESELLER_LINK),
            adds=True,
            button=text("Ask the reseller"),
            after="/resellers",
            fields=(Field(name="resellerId", label=text("The reseller's organization")),),
        ),
    )
)

area.add(
    Page(
        name="page_reseller_accept",
        route=f"{_ROUTE}/accept",
        title=text("Accept the link"),
        template="resellers/accept.html",
        asks=_LINK,
        form=Form(
            endpoint=resellers_accept,
            trial=trial(Evaluated.ACCEPT_RESELLER_LINK, at_once=True),
            decides=True,
            button=text("Record acceptance"),
            after="/resellers",
            done=lambda link: link["status"] == "active",
        ),
    )
)

area.add(
    Page(
        name="page_reseller_end",
        route=f"{_ROUTE}/end",
        title=text("End the link"),
        template="resellers/end.html",
        asks=_LINK,
        form=Form(
            endpoint=resellers_delete,
            trial=trial(Evaluated.END_RESELLER_LINK, at_once=True),
            decides=True,
            button=text("Record the end of the link"),
            after="/resellers",
            done=lambda link: link["status"] == "ended",
        ),
    )
)
