"""The records of pages. functions/pages/ declares them; `serving` serves requests by them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.canonical import JsonObject
from shared.http.endpoint import Endpoint
from shared.policy.callers import CallerRole
from shared.policy.roles import allowed
from shared.web.engine.preferences import Preferences
from shared.web.forms.form import Form
from shared.web.session import Session

type Answers = Mapping[str, JsonObject | None]
"""What the API answered, by the question's name; None: not for this person, or not there."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person at a page's address; `query` holds what the page declares, no more."""

    session: Session
    path: Mapping[str, str]
    query: Mapping[str, str]
    preferences: Preferences

    @property
    def tenant_id(self) -> str:
        """The person's own organisation."""
        return self.session.principal.tenant_id


type Ids = Callable[[Visit, JsonObject], Mapping[str, str] | None]


def _none(_: Visit, __: JsonObject) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Question:
    """One endpoint that a page asks.

    Its path parameters are the page's of the same name; one that the page's path has not is the
    person's own tenant. `ids` names others, from the visit and the subject's answer, and answers
    None where nothing is to be asked. `query` goes along, and of the page's query what `passes`
    names.
    """

    endpoint: Endpoint[Any, Any]
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    passes: tuple[str, ...] = ()
    ids: Ids = _none


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address that people visit.

    `name` is its function's; `route` as the host reads it. `title` is a text of the catalog.
    `asks` by the names that the template uses, the first is the subject; with none, everybody who
    is signed in sees the page. `leads`: the address to go to instead, where there is one.
    """

    name: str
    route: str
    title: str
    template: str
    asks: Mapping[str, Question] = field(default_factory=dict[str, Question])
    form: Form | None = None
    leads: Callable[[Visit, Answers], str | None] | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """What its function takes."""
        return ("GET", "HEAD", "POST") if self.form else ("GET", "HEAD")

    @property
    def query(self) -> frozenset[str]:
        """The query parameters that it reads; all others say nothing here."""
        return frozenset(name for each in self.asks.values() for name in each.passes)

    def roles(self, preset: str) -> frozenset[CallerRole]:
        """Who may do what the page is for, by the role table: its form, else its subject."""
        subject = next(iter(self.asks.values()), None)
        endpoint = self.form.endpoint if self.form else subject.endpoint if subject else None
        operations = endpoint.operations if endpoint else ()
        return frozenset(role for each in operations for role in allowed(preset, each))

    def address(self, path: Mapping[str, str]) -> str:
        """Where it is, from the root."""
        return "/" if self.route == ROOT else "/" + self.route.format_map(path)


ROOT: Final = "{ignored:maxlength(0)?}"
"""The host's only way to name `/`: an empty route would be the function's name."""
