"""What pages of a partner's people know of their own company: its type, and with whom it works."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from shared.canonical import JsonObject

type _Known = Mapping[str, JsonObject | None]


def is_provider(known: _Known) -> bool:
    """Whether an indirect provider's person asks; `me` is a question of the page."""
    partner = cast("dict[str, Any] | None", (known["me"] or {}).get("partner"))
    return partner is not None and partner["type"] == "indirectProvider"


def linked_resellers(by: str) -> Callable[[_Known], Mapping[str, str]]:
    """The names of the resellers with an active link, by this field of theirs.

    `resellers` is a question of the page.
    """

    def options(known: _Known) -> Mapping[str, str]:
        links = cast("list[dict[str, str]]", (known["resellers"] or {"value": []})["value"])
        return {each[by]: each["resellerName"] for each in links if each["status"] == "active"}

    return options
