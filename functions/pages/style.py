"""The style sheet of all pages, from the package."""

from typing import Final

import azure.functions as func

from functions.routes import Served
from shared.http.host import identity, incoming, response
from shared.web import style


class _Sheet:
    """Served by name like an area's pages."""

    routes: Final = [Served("style_sheet", ("GET", "HEAD"), "style/{version}/{name}")]

    async def serve(self, _: str, request: func.HttpRequest) -> func.HttpResponse:
        """The sheet needs nobody to be signed in."""
        asked = incoming(request)
        encoding = asked.headers.get("accept-encoding")
        answer = style.answer(asked.path["version"], asked.path["name"], encoding)
        return response(answer, identity(asked.headers))


area: Final = _Sheet()
