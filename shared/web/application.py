"""What pages are served with: the API's app, and what signing in needs."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from shared.auth.id_tokens import IdTokenVerifier
from shared.http.messages import Incoming
from shared.http.pipeline import App
from shared.settings import Settings
from shared.web.cookies import read_cookies
from shared.web.sealing import Sealer
from shared.web.session import Session, read_session
from shared.web.sign_in.addresses import Addresses
from shared.web.sign_in.credentials import Credential
from shared.web.sign_in.redemption import Post
from shared.web.sign_in.returning import IsPage


@dataclass(frozen=True, slots=True)
class SignIn:
    """What people sign in with. `random` is the system's."""

    sealer: Sealer
    addresses: Addresses
    credential: Credential
    post: Post
    id_tokens: IdTokenVerifier
    random: Random


@dataclass(frozen=True, slots=True)
class Web:
    """Everything that people are signed in and out with.

    `sign_in`: None where it is not set up; then nobody is signed in. `is_page` by the table of
    pages.
    """

    app: App
    sign_in: SignIn | None
    is_page: IsPage

    @property
    def settings(self) -> Settings:
        """What the deployment decided."""
        return self.app.services.settings

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return self.app.services.clock.now()

    def session(self, incoming: Incoming) -> Session | None:
        """Who is signed in."""
        if self.sign_in is None:
            return None
        cookies = read_cookies(incoming.headers.get("cookie"))
        return read_session(cookies, self.sign_in.sealer, self.now())
