"""Dead letters: messages that could not be processed, put back or closed by the operator."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, cast

from functions.dead_letters import (
    dead_letters_close,
    dead_letters_get,
    dead_letters_list,
    dead_letters_replay,
)
from functions.pages.area import Area
from shared import bootstrap
from shared.http.shapes.operations import DeadLetterShape
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.forms.form import Field, Form, Kind, Target
from shared.web.runbook import LETTERS, meanings
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_LIST: Final = "operations/dead-letters"
_ROUTE: Final = f"{_LIST}/{{deadLetterId}}"
_NARROWING: Final = ("queue", "reason", "tenantId")
_FILTERS: Final = ("status", *_NARROWING)
_AT_ONCE: Final = "50"
_LETTER: Final = Question(dead_letters_get)


def _choices(visit: Visit, _: Answers) -> Mapping[str, object]:
    queues = meanings(DeadLetterShape, "queue")
    narrowing = {name: visit.query[name] for name in _NARROWING if name in visit.query}
    return {
        "queues": [(each, each) for each in queues],
        "reasons": [(each, each) for each in LETTERS],
        "narrowing": narrowing,
        "filtered": any(name in visit.query for name in (*_FILTERS, "skiptoken")),
    }


def _one(_: Visit, found: Answers) -> Mapping[str, object]:
    """With what to do; `history`: how it was put back and closed, oldest first."""
    letter = cast("Any", found["letter"])
    reason = letter["reason"]
    return {
        "step": LETTERS[reason],
        "meaning": meanings(DeadLetterShape, "reason")[reason],
        "history": sorted((*letter["replays"], *letter["closings"]), key=itemgetter("at")),
    }


def _listed(found: Mapping[str, Any]) -> tuple[Target, ...]:
    """Each letter that is shown, in the version that is."""
    letters = (found["letters"] or {}).get("value", ())
    return tuple(Target({"deadLetterId": each["id"]}, each["etag"]) for each in letters)


area.add(
    Page(
        name="page_dead_letters",
        route=_LIST,
        title=text("Dead letters"),
        template="dead_letters/list.html",
        asks={
            "letters": Question(
                dead_letters_list,
                query={"status": "open", "maxpagesize": "25"},
                passes=(*_FILTERS, "skiptoken"),
            )
        },
        shows=_choices,
    )
)

area.add(
    Page(
        name="page_dead_letters_replay",
        route="operations/replay-dead-letters",
        title=text("Put messages back"),
        template="dead_letters/replay_many.html",
        asks={
            "letters": Question(
                dead_letters_list,
                query={"status": "open", "maxpagesize": _AT_ONCE},
                passes=(*_NARROWING, "skiptoken"),
            )
        },
        form=Form(
            endpoint=dead_letters_replay,
            button=text("Put all of these back"),
            after=f"/{_LIST}",
            each=_listed,
            at=f"/{_LIST}",
        ),
    )
)

area.add(
    Page(
        name="page_dead_letter",
        route=_ROUTE,
        title=text("Dead letter"),
        template="dead_letters/letter.html",
        asks={"letter": _LETTER},
        shows=_one,
    )
)

area.add(
    Page(
        name="page_dead_letter_replay",
        route=f"{_ROUTE}/replay",
        title=text("Put the message back"),
        template="dead_letters/replay.html",
        asks={"letter": _LETTER},
        shows=_one,
        form=Form(
            endpoint=dead_letters_replay,
            button=text("Put it back"),
            after=f"/{_ROUTE}",
            done=lambda letter: letter["status"] != "open",
        ),
    )
)

area.add(
    Page(
        name="page_dead_letter_close",
        route=f"{_ROUTE}/close",
        title=text("Close the dead letter"),
        template="dead_letters/close.html",
        asks={"letter": _LETTER},
        shows=_one,
        form=Form(
            endpoint=dead_letters_close,
            button=text("Close it"),
            after=f"/{_ROUTE}",
            done=lambda letter: letter["status"] == "closed",
            fields=(Field(name="reason", label=text("Reason"), kind=Kind.PROSE),),
        ),
    )
)
