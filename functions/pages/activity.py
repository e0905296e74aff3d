"""The ledger, in sentences; verified, proven and taken away."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import urlencode

from functions.ledger import ledger_get, ledger_list, ledger_proof, ledger_verification
from functions.me import me_get
from functions.pages.area import Area
from functions.relationships import relationships_list
from functions.sweeps import checkpoints_list
from shared import bootstrap
from shared.canonical import JsonObject
from shared.http.endpoint import CSV, JSON, JSON_LINES
from shared.http.exports import columns
from shared.http.openapi.sentences import of_path
from shared.web.activity.breaks import BREAKS
from shared.web.activity.entries import entry_view, names, read
from shared.web.engine.page import Answers, Download, Page, Question, Visit
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "activity"
_WHOSE: Final = "customerId"
"""What the operator names in the query; everybody else reads of the own organization."""

_PART: Final = {"maxpagesize": "1000"}


_MOST: Final = 5
"""Events of an entry that the list tells; its own page tells all."""

_LONGEST: Final = 16 * 1024
"""Bytes of an entry that a page shows as it was written; one of fifty subscriptions has more."""


def _whose(visit: Visit) -> dict[str, str]:
    return {_WHOSE: visit.query[_WHOSE]} if _WHOSE in visit.query else {}


def _listed(visit: Visit, found: Answers) -> Mapping[str, object]:
    entries = [read(each) for each in cast("list[JsonObject]", (found["entries"] or {})["value"])]
    known = names(entries, found["relationships"])
    views = [entry_view(each, known, visit.preferences, _MOST) for each in entries]
    return {"views": views, "known": known, "whose": _whose(visit)}


def _one(visit: Visit, found: Answers) -> Mapping[str, object]:
    document = found["entry"] or {}
    entry = read(document)
    view = entry_view(entry, names([entry]), visit.preferences)
    written = json.dumps(document, ensure_ascii=False, indent=2)
    short = written if len(written.encode()) <= _LONGEST else None
    return {"view": view, "written": short, "whose": _whose(visit)}


def _as_it_was(visit: Visit, found: Answers) -> Mapping[str, object]:
    """Whether the entry that the checkpoint holds is still the one that the ledger has there."""
    then, now = found["proof"], found["entry"]
    same = then and now and now["hash"] == cast("JsonObject", then["leaf"])["hash"]
    return {"same": bool(same), "whose": _whose(visit)}


def _proven_entry(_: Visit, proof: JsonObject) -> Mapping[str, str] | None:
    return {"sequence": str(cast("Any", proof)["leaf"]["sequence"])} if proof else None


def _verified(visit: Visit, _: Answers) -> Mapping[str, object]:
    return {"breaks": BREAKS, "whose": _whose(visit)}


def _parts(visit: Visit, _: Answers) -> Mapping[str, object]:
    """`part`: the query of this page's files. `columns`: what they have, and what that is."""
    passed = {name: visit.query[name] for name in ("skiptoken",) if name in visit.query}
    meanings = {name: of_path(ledger_list.item, name) for name in columns(ledger_list.item)}
    part = urlencode({**_whose(visit), **passed})
    return {"whose": _whose(visit), "part": part, "columns": meanings}


area.add(
    Page(
        name="page_activity",
        route=_ROUTE,
        title=text("Activity log"),
        template="activity/activity.html",
        asks={
            "entries": Question(
                ledger_list,
                query={"order": "desc", "maxpagesize": "25"},
                passes=("skiptoken", "partnerId", "subscriptionId"),
            ),
            "relationships": Question(relationships_list, query=_PART),
        },
        reads=(_WHOSE,),
        shows=_listed,
    )
)

area.add(
    Page(
        name="page_activity_entry",
        route=f"{_ROUTE}/entries/{{sequence}}",
        title=text("An entry of the ledger"),
        template="activity/entry.html",
        asks={"entry": Question(ledger_get)},
        reads=(_WHOSE,),
        shows=_one,
    )
)

area.add(
    Page(
        name="page_activity_verification",
        route=f"{_ROUTE}/verification",
        title=text("Verify the ledger"),
        template="activity/verification.html",
        asks={
            "verification": Question(ledger_verification, passes=("skiptoken",)),
            "proof": Question(
                ledger_proof, ids=lambda _, reached: {} if reached["complete"] else None
            ),
        },
        reads=(_WHOSE,),
        shows=_verified,
    )
)

area.add(
    Page(
        name="page_activity_checkpoints",
        route=f"{_ROUTE}/checkpoints",
        title=text("Checkpoints"),
        template="activity/checkpoints.html",
        asks={
            "checkpoints": Question(
                checkpoints_list, query={"maxpagesize": "25"}, passes=("skiptoken",)
            ),
            "me": Question(me_get),  # Everybody comes here, each with a menu of their own.
        },
        reads=(_WHOSE,),
        shows=lambda visit, _: {"whose": _whose(visit)},
    )
)

area.add(
    Page(
        name="page_activity_checkpoint",
        route=f"{_ROUTE}/checkpoints/{{checkpointId}}",
        title=text("The ledger in a checkpoint"),
        template="activity/checkpoint.html",
        asks={
            "proof": Question(ledger_proof, about=("checkpointId",), absent=True),
            "entry": Question(ledger_get, ids=_proven_entry),
        },
        reads=(_WHOSE,),
        shows=_as_it_was,
    )
)

area.add(
    Page(
        name="page_activity_downloads",
        route=f"{_ROUTE}/downloads",
        title=text("Take the ledger away"),
        template="activity/downloads.html",
        asks={
            "entries": Question(ledger_list, query=_PART, passes=("skiptoken",)),
            "proof": Question(ledger_proof),
        },
        reads=(_WHOSE,),
        shows=_parts,
    )
)

for name, media_type in (("csv", CSV), ("json_lines", JSON_LINES)):
    area.add(
        Page(
            name=f"page_activity_{name}",
            route=f"{_ROUTE}/downloads/{name.replace('_', '-')}",
            title=text("Take the ledger away"),
            asks={"entries": Question(ledger_list, query=_PART, passes=("skiptoken",))},
            reads=(_WHOSE,),
            download=Download(media_type, "ledger"),
        )
    )

area.add(
    Page(
        name="page_activity_proof",
        route=f"{_ROUTE}/downloads/proof",
        title=text("Take the ledger away"),
        asks={"proof": Question(ledger_proof, passes=("checkpointId",))},
        reads=(_WHOSE,),
        download=Download(JSON, "ledger-proof"),
    )
)
