"""`POST /signout`: ends the session here, then the issuer's."""

from dataclasses import replace

from shared.http.messages import Incoming, Outgoing
from shared.web.application import Web
from shared.web.cookies import read_cookies
from shared.web.session import NO_SESSION
from shared.web.sign_in.attempts import all_ended
from shared.web.sign_in.notices import Kind, Notice


async def sign_out(incoming: Incoming, web: Web) -> Outgoing:
    """A page that leads on by itself: a form may not send anybody to another origin.

    A copy of the cookie that somebody took lives on until its end: nothing is kept here that
    could refuse it.
    """
    if web.sign_in is None:
        return web.show(Notice(Kind.NOT_SET_UP), incoming)
    refused = web.form_refusal(incoming)
    if refused is not None:
        return refused
    session = web.session(incoming)
    onward = web.sign_in.addresses.sign_out(session.login_hint if session else None)
    answer = web.show(Notice(Kind.SIGNED_OUT, onward=onward), incoming)
    gone = (NO_SESSION, *all_ended(read_cookies(incoming.headers.get("cookie"))))
    headers = {**answer.headers, "Refresh": f"0; url={onward}"}
    return replace(answer, headers=headers, cookies=(*answer.cookies, *gone))
