"""`GET /signin/consented`: an admin comes back from letting the application in."""

from shared.http.messages import Incoming, Outgoing
from shared.web.application import Web
from shared.web.sign_in.notice_pages import notice_page
from shared.web.sign_in.notices import Kind, Notice
from shared.web.sign_in.returning import HOME, sign_in_address


async def consented(incoming: Incoming, web: Web) -> Outgoing:
    """Says what comes next. Anybody can write this address: nothing in it is believed or shown."""
    if web.sign_in is None:
        return notice_page(Notice(Kind.NOT_SET_UP), incoming, web.settings)
    kind = Kind.NOT_CONSENTED if "error" in incoming.query else Kind.CONSENTED
    again, consent = sign_in_address(HOME), web.sign_in.addresses.consent
    return notice_page(Notice(kind, again=again, consent=consent), incoming, web.settings)
