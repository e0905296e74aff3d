"""What the triggers stand on: the app of this process, made when it is first asked for.

Importing it reads no settings, connects to nothing, and of what the app consists of imports
nothing: the first `app()` does.
"""

import logging
import os
from functools import cache
from typing import TYPE_CHECKING

import shared.storage.engine.libraries  # noqa: F401  # pyright: ignore[reportUnusedImport] - early on purpose

if TYPE_CHECKING:
    from shared.http.pipeline import App
    from shared.services.application import Services

log = logging.getLogger(__name__)


def check() -> None:
    """Raises SettingsError, one clear line, when the app cannot run with these settings."""
    from shared import settings  # noqa: PLC0415 - see above

    settings.read(os.environ)


async def prepare() -> None:
    """Creates the tables and queues that are missing."""
    from shared import settings, wiring  # noqa: PLC0415 - see above

    await wiring.create_storage(settings.read(os.environ))


@cache
def app() -> "App":
    """What this process serves with. Raises SettingsError."""
    from shared import settings, wiring  # noqa: PLC0415 - see above

    try:
        return wiring.app(settings.read(os.environ))
    except settings.SettingsError as error:
        # The host's log has no fields, and without settings there is no other: so the text itself,
        # in one line and without a trace. Every trigger comes here again, at least each minute.
        log.error("settings.unusable", exc_info=(type(error), error, None))  # noqa: TRY400 - no trace
        raise


def services() -> "Services":
    """The services of this process's app."""
    return app().services
