"""Whether people can sign in to pages here, and if not, which setting is missing."""

import logging
from functools import cache
from typing import Final

from shared.settings import Settings

log = logging.getLogger(__name__)

_KEYS: Final = "SESSION_KEYS"
_CREDENTIAL: Final = "SIGN_IN_IDENTITY"


def missing_setting(settings: Settings) -> str | None:
    """The setting without which nobody can sign in; the log has it once. The API needs none."""
    if not settings.session_keys(development=settings.development):
        return _told(_KEYS)
    if not settings.sign_in_identity and not settings.sign_in_secret:
        return _told(_CREDENTIAL)
    return None


@cache
def _told(setting: str) -> str:
    log.warning("sign-in.not-set-up", extra={"setting": setting})
    return setting
