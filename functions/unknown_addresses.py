"""The function that takes every address, and every method of one, that no other takes."""

from functools import cache
from typing import TYPE_CHECKING

import azure.functions as func

from functions import routes

if TYPE_CHECKING:
    from shared.http.unknown_addresses import Addresses

blueprint = func.Blueprint()


@blueprint.route("{*rest}", auth_level=func.AuthLevel.ANONYMOUS)
async def zz_unknown_address(req: func.HttpRequest) -> func.HttpResponse:
    """Its name sorts last: the host tries functions in the order of their names."""
    from shared.http.host import identity, incoming, response  # noqa: PLC0415 - see `_addresses`

    request = incoming(req)
    answer = _addresses().answer(request.path.get("rest", ""), req.method, request.headers)
    return response(answer, identity(request.headers))


@cache
def _addresses() -> "Addresses":
    """Imported at the first such request: to tell the host of it nothing of this is needed."""
    from shared.http.unknown_addresses import Addresses  # noqa: PLC0415 - see above

    return Addresses((method, each.route) for each in routes.read() for method in each.methods)
