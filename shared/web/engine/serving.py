"""How every request for a page is served, in one order.

origin (of a POST) → language or zone chosen? → set up? → session → form (of a POST)
→ the page's questions → template
"""

import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from shared.errors import AppError
from shared.http import errors
from shared.http.messages import Incoming, Outgoing
from shared.http.pipeline import App
from shared.settings import Settings
from shared.tracing import TRAFFIC, span
from shared.web.cookies import read_cookies
from shared.web.engine import downloads, frames, posting, preferences
from shared.web.engine.asking import Told, Unanswered, answers, offered, require_form
from shared.web.engine.frames import Frame
from shared.web.engine.page import REFRESH, Answers, Page, Visit
from shared.web.engine.refusals import TITLES, refusal
from shared.web.forms import submissions
from shared.web.forms.submissions import Turned
from shared.web.forms.tokens import FormTokens
from shared.web.sealing import Sealer
from shared.web.session import read_session, session_cookie
from shared.web.set_up import missing_setting
from shared.web.texts import text

traffic = logging.getLogger(TRAFFIC)

SIGNED_OUT: Final = text("Sign in")
NOT_SET_UP: Final = text("Signing in is not set up")
_UNEXPECTED: Final = HTTPStatus.INTERNAL_SERVER_ERROR


async def serve(page: Page, method: str, incoming: Incoming, app: Callable[[], App]) -> Outgoing:
    """The answer to a request for a page, whatever happens."""
    served = app()
    frame = _frame(page, incoming, served.services.settings)
    answering = _answer(page, method, incoming, served, frame)
    return await answered(page.name, incoming, frame, answering)


async def answered(
    name: str, incoming: Incoming, frame: Frame, answering: Coroutine[Any, Any, Outgoing]
) -> Outgoing:
    """What `answering` comes to, or a page that says why not; named and measured.

    Of the request only its name is told: an address may hold what is for one browser alone.
    """
    started = time.monotonic()
    with span(incoming.headers.get("traceparent")) as trace:
        request_id = str(uuid4())
        try:
            answer = await answering
        except Turned as turned:
            answer = _turned(frame, turned)
        except Exception as error:  # noqa: BLE001 - the last resort: no internal name gets out
            answer = _broken(frame, errors.app_error(error, request_id), request_id)
        seconds = time.monotonic() - started
        said = {"page": name, "status": answer.status, "request_id": request_id}
        traffic.debug("page.served", extra={**said, "seconds": seconds})
    named = {"x-ms-request-id": request_id, "traceparent": trace.traceparent}
    return replace(answer, headers={**named, **answer.headers})


def _broken(frame: Frame, told: AppError, request_id: str) -> Outgoing:
    shown: dict[str, object] = {
        "said": told.words.said(frame.preferences.locale),
        "details": (),
        "wait": told.retry_after,
        "request_id": request_id,
    }
    title = TITLES.get(told.status, TITLES[_UNEXPECTED])
    return frames.page(frame, told.status, "error.html", title, shown)


def sealer_of(app: App) -> Sealer | None:
    """What opens and seals here; None where nobody can sign in."""
    settings = app.services.settings
    if missing_setting(settings):
        return None
    return Sealer(settings.session_keys(development=settings.development), app.services.clock)


def _frame(page: Page, incoming: Incoming, settings: Settings) -> Frame:
    kept = preferences.read(
        read_cookies(incoming.headers.get("cookie")), incoming.headers.get("accept-language")
    )
    return Frame(settings, kept, frames.link(page.address(incoming.path), _query(page, incoming)))


def _query(page: Page, incoming: Incoming) -> dict[str, str]:
    """What the page reads of its query: what is empty in a form of filters narrows nothing."""
    return {name: value for name, value in incoming.query.items() if name in page.query and value}


async def _answer(page: Page, method: str, incoming: Incoming, app: App, frame: Frame) -> Outgoing:
    posted, now = method == "POST", app.services.clock.now()
    if posted:
        submissions.check_origin(incoming.headers, frame.settings.public_base_url)
    elif cookies := preferences.chosen(incoming.query):
        return frames.elsewhere(frame.address, cookies)
    sealer = sealer_of(app)
    if sealer is None:
        return frames.page(frame, HTTPStatus.SERVICE_UNAVAILABLE, "not_set_up.html", NOT_SET_UP, {})
    session = read_session(read_cookies(incoming.headers.get("cookie")), sealer, now)
    if session is None:
        # Of a form nothing was done: its token is somebody's, and here is nobody.
        status = HTTPStatus.FORBIDDEN if posted else HTTPStatus.OK
        return frames.page(frame, status, "signed_out.html", SIGNED_OUT, {})
    visit = Visit(session, incoming.path, _query(page, incoming), frame.preferences)
    tokens = FormTokens(sealer, now)
    signed_in = replace(frame, session=session, sign_out=posting.sign_out_token(visit, tokens))
    try:
        answer = await _visited(page, incoming if posted else None, app, visit, tokens, signed_in)
    except Turned as turned:
        answer = _turned(signed_in, turned)
    if frames.asks_again(answer):
        return answer  # Nobody need be there: only what a person does keeps a session.
    cookie = session_cookie(session, sealer, now, frame.settings.session_seconds)
    return replace(answer, cookies=(cookie, *answer.cookies))


async def _visited(
    page: Page,
    posted: Incoming | None,
    app: App,
    visit: Visit,
    tokens: FormTokens,
    frame: Frame,
) -> Outgoing:
    """The page itself, for somebody who is signed in."""
    desk = posting.Desk(page, app, visit, tokens, frame)
    try:
        if posted is not None:
            return await desk.posted(posted)
        if page.download:
            return await downloads.sent(app, visit, page, page.download)
        await require_form(app, visit, page)
        found = await answers(app, visit, page)
        if page.leads and (address := page.leads(visit, found)):
            return frames.elsewhere(address)
        may = await offered(app, visit, page)
        known = {**found, "visit": visit, "may": may}
        shown: dict[str, object] = {**known, **page.shows(visit, found)}
        if page.form:
            shown["form"] = await desk.opened(page.form, found)
        seen = frames.page(frame, HTTPStatus.OK, page.template, page.title, shown)
        return frames.refreshing(seen) if _refreshes(page, visit, found) else seen
    except Unanswered as unanswered:
        return _refused(page, visit, unanswered.told, frame)


def _refreshes(page: Page, visit: Visit, found: Answers) -> bool:
    """Whether the page asks for itself again, as long as the person lets it."""
    return bool(page.refreshes and page.refreshes(found) and REFRESH not in visit.query)


def _refused(page: Page, visit: Visit, told: Told, frame: Frame) -> Outgoing:
    template, title, shown = refusal(page, visit, told, frame.settings.role_preset)
    answer = frames.page(frame, told.status, template, title, shown)
    wait = told.headers.get("Retry-After")
    return replace(answer, headers={**answer.headers, "Retry-After": wait}) if wait else answer


def _turned(frame: Frame, turned: Turned) -> Outgoing:
    shown = {"said_text": turned.said}
    return frames.page(frame, turned.status, "turned.html", text("Nothing was done"), shown)
