"""The lines of the visibility table, each as the request that it is about."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from shared.http.endpoint import CSV, JSON, Endpoint
from tests.running.app import Answer, LocalApp, endpoints
from tests.unit.http.visibility import ABOUT, BODIES, CONDITIONAL, PARTNERS, TABLE
from tests.unit.http.visibility_story import CALLERS, INVITING

NO_IDS: Final[Mapping[str, str]] = {}
ENDPOINTS: Final = endpoints()


class Row(NamedTuple):
    """One line of the table."""

    name: str
    about: str
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.name} {self.about}".rstrip()

    @property
    def endpoint(self) -> Endpoint[Any, Any]:
        return ENDPOINTS[self.name]

    async def ask(self, local: LocalApp, who: str, ids: Mapping[str, str] = NO_IDS) -> Answer:
        """The answer to this request, about the row's things unless `ids` name others."""
        path = self.endpoint.address({**PARTNERS, **ABOUT[self.about], **ids})
        headers = {"accept": CSV if self.about == "csv" else JSON}
        if self.name in CONDITIONAL:
            headers["if-match"] = "*"
        body = BODIES.get(self.name)
        if self.name == "invitations_put" and who in "GUSAHL":
            body = INVITING  # A provider names its reseller.
        return await local.call(self.endpoint.method, path, CALLERS[who], body, headers)


def rows() -> list[Row]:
    """The table's lines."""
    found: list[Row] = []
    for line in TABLE.splitlines():
        name, *rest = line.split()[: -len(CALLERS)] or [""]
        if name in ENDPOINTS:
            cells = dict(zip(CALLERS, line.split()[-len(CALLERS) :], strict=True))
            found.append(Row(name, "".join(rest), cells))
    return found


ROWS: Final = rows()
