"""Templates: one environment per language, made at the first page in it."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Final, Protocol, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from shared.http.openapi.sentences import Say, in_language
from shared.web.engine.moments import moment, place
from shared.web.engine.roles import ROLES
from shared.web.texts import translations
from shared.wording import Locale

_APIS_OWN: Final = frozenset({"api-version", "maxpagesize"})
_CODE: Final = re.compile(r"`([^`]+)`")
_HANGUL: Final = re.compile("[가-힣]")
_ALSO: Final = "(전역 관리자)"
"""What Microsoft calls the Global admin elsewhere: said once a page, where it is named first."""
_MAYBE: Final = "\ufdd0"
"""In its place until the page is whole: no character, so that nobody else can have written it."""
TEMPLATES: Final = Path(__file__).parents[1] / "templates"


class _Translating(Protocol):
    def install_gettext_callables(
        self,
        gettext: Callable[[str], str],
        ngettext: Callable[[str, str, int], str],
        newstyle: bool,  # noqa: FBT001 - Jinja's own
    ) -> None: ...


def render(template: str, locale: Locale, shown: Mapping[str, object]) -> str:
    """HTML. Raises UndefinedError for a name that is nowhere: no page shows an empty place."""
    page = environment(locale).get_template(template).render({**shown, "locale": locale})
    return page.replace(_MAYBE, _ALSO, 1).replace(_MAYBE, "")


@cache
def environment(locale: Locale) -> Environment:
    """Every value is escaped unless it is markup of ours."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    spoken = translations(locale)
    cast("_Translating", made).install_gettext_callables(
        lambda text: spoken.gettext(text).replace(_ALSO, _MAYBE),
        lambda one, many, n: spoken.ngettext(one, many, n).replace(_ALSO, _MAYBE),
        newstyle=True,
    )
    filters: dict[str, Callable[..., str]] = {
        "outside": outside,
        "time": _time,
        "place": partial(place, locale=locale),
        "number": partial(format_decimal, locale=locale),
        "position": _position,
        "told": partial(_told, say=in_language(locale)),
        "coded": coded,
        "language": language_of,
    }
    cast("dict[str, Callable[..., str]]", made.filters).update(filters)  # pyright: ignore[reportUnknownMemberType] - Jinja leaves it untyped
    cast("dict[str, object]", made.globals).update(role_names=ROLES)  # pyright: ignore[reportUnknownMemberType] - likewise
    return made


def outside(name: str) -> Markup:
    """A name or text that somebody else wrote: its direction ends with it."""
    return Markup("<bdi>{}</bdi>").format(name)


def language_of(text: str) -> Locale:
    """Which of its languages this system wrote a text in: in English there is no Hangul."""
    return "ko" if _HANGUL.search(text) else "en"


def position(next_link: str, kept: Iterable[tuple[str, str]] = ()) -> str:
    """A page's query for where a list goes on: what it is `kept` by, and the link's position.

    But for what is the API's own in the link.
    """
    pairs = parse_qsl(urlsplit(next_link).query, keep_blank_values=True)
    further = {name: value for name, value in pairs if name not in _APIS_OWN}
    return urlencode({**dict(kept), **further})


def _told(sentence: str, say: Say) -> Markup:
    """What the API says of a field, in the reader's language; its own names as code."""
    return coded(say(sentence))


def coded(sentence: str) -> Markup:
    """A sentence in which names of the API are marked."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped, but for our own marks


@pass_context
def _position(context: Context, next_link: str) -> str:
    return position(next_link, context["kept"])


@pass_context
def _time(context: Context, said: str) -> Markup:
    return moment(said, context["locale"], context["zone"])
