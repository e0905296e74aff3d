"""An area of pages: its records, and how requests of the host reach them."""

from collections.abc import Callable

import azure.functions as func

from functions.routes import Served
from shared.http.host import incoming, response
from shared.http.pipeline import App
from shared.web.engine.page import Page
from shared.web.engine.serving import serve


class Area:
    """The pages of one module."""

    def __init__(self, app: Callable[[], App]) -> None:
        """`app` is called for each request, never while indexing."""
        self.pages: dict[str, Page] = {}
        self._app = app

    def add(self, page: Page) -> Page:
        """Adds a record, and answers it."""
        self.pages[page.name] = page
        return page

    @property
    def routes(self) -> list[Served]:
        """What its functions take."""
        return [Served(page.name, page.methods, page.route) for page in self.pages.values()]

    async def serve(self, name: str, request: func.HttpRequest) -> func.HttpResponse:
        """The answer to a request for the page of this name, whatever happens."""
        method = request.method.upper()
        return response(await serve(self.pages[name], method, incoming(request), self._app))
