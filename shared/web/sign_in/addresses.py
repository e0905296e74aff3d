"""The issuer's addresses of a sign-in, and those of ours that it sends people back to."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from shared.auth.claims import USER_SCOPE
from shared.auth.issuers import trusted_issuer
from shared.settings import Settings
from shared.web.sign_in.attempts import Attempt

_PORTS: Final = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """`issuer`: where everybody signs in; `public`: where callers reach the app.

    A code is redeemed where it was issued, so all of them are those of `organizations`: everybody
    signs in to the own tenant there.
    """

    issuer: str
    public: str
    client_id: str

    @property
    def callback(self) -> str:
        """Where the issuer sends people back to; registered."""
        return f"{self.public}/signin/callback"

    @property
    def token(self) -> str:
        """Where a code is redeemed."""
        return f"{self.issuer}/organizations/oauth2/v2.0/token"

    @property
    def scope(self) -> str:
        """The application's own permission besides; for itself it is named by its bare id."""
        return f"openid profile {self.client_id}/{USER_SCOPE}"

    def authorize(self, attempt: Attempt, login_hint: str | None) -> str:
        """Where a person signs in.

        Without stepping up the person picks an account. Stepping up asks for the credentials of
        the one at hand: that and picking exclude each other.
        """
        stepping = {"prompt": "login"} | ({"login_hint": login_hint} if login_hint else {})
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "response_mode": "query",
            "redirect_uri": self.callback,
            "scope": self.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            **(stepping if attempt.person else {"prompt": "select_account"}),
        }
        return f"{self.issuer}/organizations/oauth2/v2.0/authorize?{urlencode(asked)}"

    def sign_out(self, login_hint: str | None) -> str:
        """Where the issuer's own session ends."""
        hint = {"logout_hint": login_hint} if login_hint else {}
        asked = {"post_logout_redirect_uri": f"{self.public}/", **hint}
        return f"{self.issuer}/organizations/oauth2/v2.0/logout?{urlencode(asked)}"

    @property
    def consent(self) -> str:
        """Where an admin lets the application into the own tenant."""
        asked = {
            "client_id": self.client_id,
            "scope": f"{self.client_id}/.default",
            "redirect_uri": f"{self.public}/signin/consented",
        }
        return f"{self.issuer}/organizations/v2.0/adminconsent?{urlencode(asked)}"

    def is_here(self, host: str) -> bool:
        """Whether a request's `Host` is where cookies of a sign-in must be set."""
        parts = urlsplit(self.public)
        port = _PORTS[parts.scheme]
        return host.lower().removesuffix(port) == parts.netloc.lower().removesuffix(port)


def addresses(settings: Settings) -> Addresses:
    """Those of a deployment."""
    issuer = trusted_issuer(settings).base
    return Addresses(issuer, settings.public_base_url, settings.client_id)
