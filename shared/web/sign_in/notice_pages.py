"""Notices as pages, in the person's language. Nothing that came in an address is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.http.messages import Incoming, Outgoing
from shared.settings import Settings
from shared.web.cookies import read_cookies
from shared.web.engine import frames, preferences
from shared.web.engine.frames import Frame
from shared.web.sign_in.notices import Kind, Notice
from shared.web.texts import text

_AGAIN: Final = text("Sign in again")
_SIGN_IN: Final = text("Sign in with Microsoft")


@dataclass(frozen=True, slots=True)
class _Said:
    """A page's title and paragraphs, and which of a notice's addresses it offers."""

    title: str
    said: tuple[str, ...] = ()
    again: str = ""
    consent: bool = False


_SAID: Final[Mapping[Kind, _Said]] = {
    Kind.NOT_SET_UP: _Said(
        text("Signing in is not set up"),
        (
            text(
                "Nobody can sign in to these pages yet: the operator of this service has not"
                " finished setting them up."
            ),
        ),
    ),
    Kind.NOT_BEGUN: _Said(
        text("This sign-in was not begun here"),
        (
            text(
                "This browser began no such sign-in, or more than ten minutes ago, or it keeps no"
                " cookies of this site. Nobody was signed in."
            ),
        ),
        _AGAIN,
    ),
    Kind.CANCELLED: _Said(
        text("You did not sign in"),
        (text("You cancelled signing in at Microsoft. Nothing was changed."),),
        _AGAIN,
    ),
    Kind.CONSENT_MISSING: _Said(
        text("Your organization has not let this service in yet"),
        (
            text(
                "Microsoft signs nobody of an organization in to a service that the organization"
                " has not agreed to. An administrator does that once."
            ),
        ),
        _AGAIN,
        consent=True,
    ),
    Kind.REFUSED: _Said(
        text("Microsoft did not sign you in"),
        (
            text(
                "Your account may not be allowed to use this service, or your organization asks"
                " for something that is missing, such as a managed device. Microsoft's own page"
                " said what; your administrator can look it up in the sign-in logs."
            ),
        ),
        _AGAIN,
    ),
    Kind.NOT_VERIFIED: _Said(
        text("What came back from Microsoft could not be verified"),
        (
            text(
                "Nobody was signed in. If this happens again, the operator of this service has to"
                " look at it."
            ),
        ),
        _AGAIN,
    ),
    Kind.OTHER_PERSON: _Said(
        text("Another account came back"),
        (
            text(
                "You began to sign in again to decide something, and another account than yours"
                " came back. Nothing was changed, and you are still signed in as before."
            ),
        ),
        text("Sign in again with the account that you used before"),
    ),
    Kind.ISSUER_DOWN: _Said(
        text("Microsoft does not answer just now"),
        (text("Nobody was signed in. Wait a minute, then sign in again."),),
        _AGAIN,
    ),
    Kind.SIGNED_OUT: _Said(
        text("You are signed out here"),
        (
            text(
                "This browser is signed out of this service. It goes on to Microsoft, where you"
                " sign out of your account."
            ),
        ),
    ),
    Kind.CONSENTED: _Said(
        text("Thank you for looking after the consent"),
        (
            text(
                "If you agreed at Microsoft, people of your organization can sign in from now on;"
                " it may take a few minutes. This page cannot see what you chose there."
            ),
        ),
        _SIGN_IN,
    ),
    Kind.NOT_CONSENTED: _Said(
        text("The consent was not given"),
        (
            text(
                "You came back from Microsoft without agreeing. People of your organization may"
                " not be able to sign in until an administrator does."
            ),
        ),
        consent=True,
    ),
}


def notice_page(notice: Notice, incoming: Incoming, settings: Settings) -> Outgoing:
    """The page that says a notice."""
    said = _SAID[notice.kind]
    shown = {
        "said": said.said,
        "again": notice.again if said.again else "",
        "again_text": said.again,
        "consent": notice.consent if said.consent else "",
        "onward": notice.onward,
    }
    frame = frame_of(incoming, settings)
    return frames.page(frame, notice.kind.status, "sign_in/notice.html", said.title, shown)


def frame_of(incoming: Incoming, settings: Settings) -> Frame:
    """What surrounds a notice: nobody, and no way to open it again."""
    cookies = read_cookies(incoming.headers.get("cookie"))
    kept = preferences.read(cookies, incoming.headers.get("accept-language"))
    return Frame(settings, kept, "/")
