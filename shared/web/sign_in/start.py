"""`GET /signin`: to the issuer, with an attempt in the browser that has to come back."""

from shared.http.messages import Incoming, Outgoing
from shared.web.application import SignIn, Web
from shared.web.cookies import read_cookies
from shared.web.engine import frames
from shared.web.session import Session
from shared.web.sign_in.attempts import Person, attempt_cookies, new_attempt
from shared.web.sign_in.notice_pages import notice_page
from shared.web.sign_in.notices import Kind, Notice
from shared.web.sign_in.returning import return_address, sign_in_address


async def start(incoming: Incoming, web: Web) -> Outgoing:
    """Sends the browser to the issuer; from another host than the public one, there first.

    `return`: the page to go on to. `prompt=login` steps up: whoever is signed in proves it anew.
    """
    if web.sign_in is None:
        return notice_page(Notice(Kind.NOT_SET_UP), incoming, web.settings)
    returns_to = return_address(incoming.query.get("return", ""), web.is_page)
    stepping_up = incoming.query.get("prompt") == "login"
    if not web.sign_in.addresses.is_here(incoming.headers.get("host", "")):
        here = sign_in_address(returns_to, stepping_up=stepping_up)
        return frames.elsewhere(web.sign_in.addresses.public + here)
    session = web.session(incoming) if stepping_up else None
    return _begun(incoming, web, web.sign_in, returns_to, session)


def _begun(
    incoming: Incoming, web: Web, sign_in: SignIn, returns_to: str, session: Session | None
) -> Outgoing:
    known = session.principal if session else None
    person = Person(known.tenant_id, known.object_id) if known else None
    attempt = new_attempt(sign_in.random, int(web.now().timestamp()), returns_to, person)
    cookies = read_cookies(incoming.headers.get("cookie"))
    address = sign_in.addresses.authorize(attempt, session.login_hint if session else None)
    return frames.elsewhere(address, attempt_cookies(attempt, cookies, sign_in.sealer))
