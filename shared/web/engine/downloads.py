"""Files that people take away: what the API answers as one, under a page's address.

A browser has no token for the API's own address, and its cookie counts for nothing there.
"""

from typing import Final

from shared.http.endpoint import EML, JSON
from shared.http.messages import Outgoing
from shared.http.pipeline import App
from shared.web.engine.asking import file
from shared.web.engine.frames import HEADERS
from shared.web.engine.page import Download, Page, Visit

_ENDINGS: Final = {JSON: "json", EML: "eml"}
"""Of files that the API does not name."""

_TIME = "%Y%m%dT%H%M%SZ"


async def sent(app: App, visit: Visit, page: Page, download: Download) -> Outgoing:
    """The page's subject as a file, with its exact length. Raises Unanswered."""
    (question,) = page.asks.values()
    answer = await file(app, visit, question, download.media_type)
    headers = {
        **HEADERS,
        "Content-Type": answer.headers["Content-Type"],
        "Content-Disposition": answer.headers.get("Content-Disposition") or _named(app, download),
        "Content-Length": str(len(answer.body)),
    }
    return Outgoing(answer.status, headers, answer.body)


def _named(app: App, download: Download) -> str:
    """For a file that the API does not name."""
    name = f"{download.name}-{app.services.clock.now():{_TIME}}"
    return f'attachment; filename="{name}.{_ENDINGS[download.media_type]}"'
