"""Puts together what pages are served with, from the API's app."""

import logging
from random import SystemRandom

from shared.auth.fetch import post_form
from shared.auth.id_tokens import IdTokenVerifier
from shared.http.pipeline import App
from shared.web.application import SignIn, Web
from shared.web.sealing import Sealer
from shared.web.sign_in.addresses import addresses
from shared.web.sign_in.credentials import credential
from shared.web.sign_in.returning import IsPage

log = logging.getLogger(__name__)


def web(app: App, is_page: IsPage) -> Web:
    """Make one per process: it keeps a managed identity's token, and tells once what is missing."""
    return Web(app, sign_in(app), is_page)


def sign_in(app: App) -> SignIn | None:
    """What people sign in with; None, and a line in the log, where a setting is missing."""
    settings = app.services.settings
    keys = settings.session_keys(development=settings.development)
    asks = credential(settings)
    if not keys or asks is None:
        missing = "SIGN_IN_IDENTITY" if keys else "SESSION_KEYS"
        log.warning("sign-in.not-set-up", extra={"setting": missing})
        return None
    return SignIn(
        sealer=Sealer(keys, app.services.clock),
        addresses=addresses(settings),
        credential=asks,
        post=post_form,
        id_tokens=IdTokenVerifier(app.verifier.signed),
        random=SystemRandom(),
    )
