"""The addresses of signing in and out."""

from functools import cache
from typing import Final

import azure.functions as func

from functions import routes
from shared import bootstrap
from shared.http.host import incoming, response
from shared.web import wiring
from shared.web.application import Web
from shared.web.sign_in.returning import page_paths
from shared.web.sign_in.serving import STEPS, serve

_NO_PAGES: Final = frozenset({"pages.sign_in", "pages.style"})


class _SignIn:
    """Served by name like an area's pages."""

    @property
    def routes(self) -> list[routes.Served]:
        """What its functions take."""
        return [routes.Served(name, each.methods, each.route) for name, each in STEPS.items()]

    async def serve(self, name: str, request: func.HttpRequest) -> func.HttpResponse:
        """The answer to a request for the address of this name, whatever happens."""
        return response(await serve(name, incoming(request), _web()))


area: Final = _SignIn()


@cache
def _web() -> Web:
    pages = (each for each in routes.read() if each.module.startswith(routes.PAGES))
    visited = [each.route for each in pages if each.module not in _NO_PAGES]
    return wiring.web(bootstrap.app(), page_paths(visited))
