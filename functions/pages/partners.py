"""What pages of a partner's people know of their own company: its type, and with whom it works."""

from collections.abc import Mapping
from typing import Any, Final, cast

from functions.resellers import resellers_list
from shared.canonical import JsonObject
from shared.model.models import LinkStatus, PartnerType
from shared.web.engine.page import Question
from shared.web.forms.form import Options, Shown

LINKED: Final = Question(resellers_list, query={"maxpagesize": "50"})
"""As many as a page has room for, however long their names are."""

type _Known = Mapping[str, JsonObject | None]


def own_type_is(kind: PartnerType) -> Shown:
    """Whether the person's own partner is one of this kind; `me` is a question of the page."""

    def is_it(known: _Known) -> bool:
        partner = cast("dict[str, Any] | None", (known["me"] or {}).get("partner"))
        return partner is not None and partner["type"] == kind

    return is_it


def linked(side: str, by: str = "Id") -> Options:
    """The other partners with which a link is active, by that of theirs.

    `side`: reseller or provider. `resellers` is the page's question `LINKED`.
    """

    def options(known: _Known) -> Mapping[str, str]:
        links = cast("list[dict[str, str]]", (known["resellers"] or {}).get("value", []))
        active = (each for each in links if each["status"] == LinkStatus.ACTIVE)
        return {each[f"{side}{by}"]: each[f"{side}Name"] for each in active}

    return options


def linked_beyond(known: _Known) -> bool:
    """Whether there are links that the page has no room for."""
    return bool((known["resellers"] or {}).get("nextLink"))
