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


type Shows = Callable[[Visit, Answers], Mapping[str, object]]


def _nothing(_: Visit, __: Answers) -> Mapping[str, object]:
    return {}


type Ids = Callable[[Visit, JsonObject], Mapping[str, str] | None]


def _none(_: Visit, __: JsonObject) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Question:
    """One endpoint that a page asks.

    Its path parameters are the page's of the same name, in its path or its query; one that the
    page has not is the person's own tenant. `ids` names others, from the visit and the subject's
    answer, and answers None where nothing is to be asked. `query` goes along, of the page's query
    what `passes` names, and of the page's path what `about` names. `absent`: of the subject, that a
    404 is an answer too: what the page is about is not there yet, or no more. `outage`: of another,
    that a 503 is one: what does not answer is what is asked for.
    """

    endpoint: Endpoint[Any, Any]
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    passes: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    ids: Ids = _none
    absent: bool = False
    outage: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """That a page is its subject's answer, as a file of `media_type`.

    `name` is the file's, with the time behind it, where the API names none.
    """

    media_type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address that people visit.

    `name` is its function's; `route` as the host reads it. `title` is a text of the catalog.
    `asks` by the names that the template uses, the first is the subject; with none, everybody who
    is signed in sees the page. `leads`: the address to go to instead, where there is one. `shows`:
    the answers in the order and portion in which the template has them; `reads` names what of the
    page's query it goes by. `offers`: what else the page leads to, by the names under which its
    template asks `may` whether the API would let this person in there. `refreshes`: whether the
    answers are of something that goes on, so that a browser asks again by itself. `gate`: what
    one must be let use to see the page, where its subject is for more people than it. `download`:
    it is no page to be read, and has no template.
    """

    name: str
    route: str
    title: str
    template: str = ""
    asks: Mapping[str, Question] = field(default_factory=dict[str, Question])
    form: Form | None = None
    leads: Callable[[Visit, Answers], str | None] | None = None
    shows: Shows = _nothing
    reads: tuple[str, ...] = ()
    offers: Mapping[str, Endpoint[Any, Any]] = field(default_factory=dict[str, Endpoint[Any, Any]])
    refreshes: Callable[[Answers], bool] | None = None
    gate: Endpoint[Any, Any] | None = None
    download: Download | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """What its function takes."""
        return ("GET", "HEAD", "POST") if self.form else ("GET", "HEAD")

    @property
    def query(self) -> frozenset[str]:
        """The query parameters that it reads; all others say nothing here."""
        passed = (name for each in self.asks.values() for name in each.passes)
        refreshing = (REFRESH,) if self.refreshes else ()
        return frozenset((*self.reads, *refreshing, *passed))

    def roles(self, preset: str) -> frozenset[CallerRole]:
        """Who may do what the page is for, by the role table: its form, else its subject."""
        subject = next(iter(self.asks.values()), None)
        asked = subject.endpoint if subject else None
        endpoint = self.form.endpoint if self.form else self.gate or asked
        operations = endpoint.operations if endpoint else ()
        return frozenset(role for each in operations for role in allowed(preset, each))

    def address(self, path: Mapping[str, str]) -> str:
        """Where it is, from the root."""
        return "/" if self.route == ROOT else "/" + self.route.format_map(path)


REFRESH: Final = "refresh"
"""The query parameter by which a person has a page not refresh itself: `off`."""

ROOT: Final = "{ignored:maxlength(0)?}"
"""The host's only way to name `/`: an empty route would be the function's name."""
