"""Puts together what pages are served with, from the API's app."""

from random import SystemRandom

from shared.auth.fetch import post_form
from shared.auth.id_tokens import IdTokenVerifier
from shared.http.pipeline import App
from shared.web.application import SignIn, Web
from shared.web.sealing import Sealer
from shared.web.set_up import missing_setting
from shared.web.sign_in.addresses import addresses
from shared.web.sign_in.credentials import credential
from shared.web.sign_in.returning import IsPage


def web(app: App, is_page: IsPage) -> Web:
    """Make one per process: it keeps a managed identity's token."""
    return Web(app, sign_in(app), is_page)


def sign_in(app: App) -> SignIn | None:
    """What people sign in with; None where a setting is missing."""
    settings = app.services.settings
    asks = credential(settings)
    if missing_setting(settings) or asks is None:
        return None
    return SignIn(
        sealer=Sealer(settings.session_keys(development=settings.development), app.services.clock),
        addresses=addresses(settings),
        credential=asks,
        post=post_form,
        id_tokens=IdTokenVerifier(app.verifier.signed),
        random=SystemRandom(),
    )
