"""What signing in and out has to say instead of a page that was asked for."""

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus


class Kind(Enum):
    """What happened, with the status of its page."""

    NOT_SET_UP = "not-set-up", HTTPStatus.SERVICE_UNAVAILABLE
    """The operator has not configured signing in."""

    NOT_BEGUN = "not-begun", HTTPStatus.BAD_REQUEST
    """This browser began no such sign-in, or more than ten minutes ago, or keeps no cookies."""

    CANCELLED = "cancelled", HTTPStatus.BAD_REQUEST
    """The person went back."""

    CONSENT_MISSING = "consent-missing", HTTPStatus.BAD_REQUEST
    """An admin of the person's organisation has to let the application in."""

    REFUSED = "refused", HTTPStatus.BAD_REQUEST
    """The issuer refused for a reason of its own."""

    NOT_VERIFIED = "not-verified", HTTPStatus.BAD_REQUEST
    """What the issuer sent is not what this application takes."""

    OTHER_PERSON = "other-person", HTTPStatus.BAD_REQUEST
    """Somebody else came back than the one who signed in again to decide."""

    ISSUER_DOWN = "issuer-down", HTTPStatus.BAD_REQUEST
    """The issuer does not answer; the code is spent."""

    SIGNED_OUT = "signed-out", HTTPStatus.OK
    """The session is over here; the page leads on to the issuer's."""

    CONSENTED = "consented", HTTPStatus.OK
    """An admin came back from letting the application in; nobody knows whether it is true."""

    NOT_CONSENTED = "not-consented", HTTPStatus.BAD_REQUEST
    """An admin came back from not doing so."""

    def __init__(self, code: str, status: HTTPStatus) -> None:
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Notice:
    """What to say, and where to go on; addresses are empty where there is nowhere to go.

    `again`: begins the same sign-in anew. `consent`: where an admin lets the application in.
    `onward`: where the browser goes by itself.
    """

    kind: Kind
    again: str = ""
    consent: str = ""
    onward: str = ""
