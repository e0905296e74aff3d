"""`POST /signout`: ends the session here, then the issuer's."""

from dataclasses import replace

from shared.http.messages import Incoming, Outgoing
from shared.web.application import SignIn, Web
from shared.web.cookies import read_cookies
from shared.web.engine.posting import SIGN_OUT
from shared.web.forms import submissions
from shared.web.forms.tokens import FormTokens
from shared.web.session import NO_SESSION, Session
from shared.web.sign_in.attempts import all_ended
from shared.web.sign_in.notice_pages import notice_page
from shared.web.sign_in.notices import Kind, Notice


async def sign_out(incoming: Incoming, web: Web) -> Outgoing:
    """A page that leads on by itself: a form may not send anybody to another origin.

    A copy of the cookie that somebody took lives on until its end: nothing is kept here that
    could refuse it. Raises Turned for what the button on a page did not send.
    """
    if web.sign_in is None:
        return notice_page(Notice(Kind.NOT_SET_UP), incoming, web.settings)
    session = web.session(incoming)
    _check_form(incoming, web, web.sign_in, session)
    onward = web.sign_in.addresses.sign_out(session.login_hint if session else None)
    answer = notice_page(Notice(Kind.SIGNED_OUT, onward=onward), incoming, web.settings)
    gone = (NO_SESSION, *all_ended(read_cookies(incoming.headers.get("cookie"))))
    headers = {**answer.headers, "Refresh": f"0; url={onward}"}
    return replace(answer, headers=headers, cookies=(*answer.cookies, *gone))


def _check_form(incoming: Incoming, web: Web, sign_in: SignIn, session: Session | None) -> None:
    """Of somebody whose session has ended meanwhile any button of ours will do."""
    submissions.check_origin(incoming.headers, web.settings.public_base_url)
    token = FormTokens(sign_in.sealer, web.now()).read(submissions.sealed_token(incoming))
    if token is None or token.action != SIGN_OUT:
        raise submissions.foreign_token()
    known = session.principal if session else None
    if known and (token.tenant, token.person) != (known.tenant_id, known.object_id):
        raise submissions.foreign_token()
