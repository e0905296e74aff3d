"""An app that puts what its caller says into a header, once by an endpoint and once by a page.

Served as the product serves: no endpoint and no page of its own lets anybody do that.
"""

import azure.functions as func

from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request
from shared.http.host import incoming, response
from shared.http.messages import Outgoing
from shared.model.base import Model
from shared.services.application import Services
from shared.web.engine import frames, preferences
from shared.web.engine.frames import Frame
from shared.web.engine.serving import answered
from tests.running.app import SETTINGS, LocalApp

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
local = LocalApp()
api = Api(lambda: local.app)


class Said(Model):
    """What goes into the header, as query and as answer."""

    etag: str


@api.endpoint("GET", "api/version", "", operations=(), answers={200: Said}, query=Said, public=True)
async def version(request: Request[NoBody, Said], services: Services) -> Reply:
    """Answers it as the version of something."""
    return Reply(200, {"etag": request.query.etag})


@app.route("version", methods=["GET"])
async def of_the_api(req: func.HttpRequest) -> func.HttpResponse:
    """The endpoint."""
    return await api.serve("version", req)


@app.route("onward", methods=["GET"])
async def of_pages(req: func.HttpRequest) -> func.HttpResponse:
    """A page that leads there."""

    async def onward() -> Outgoing:
        return frames.elsewhere(f"/{req.params['to']}")

    asked = incoming(req)
    look = preferences.read({}, asked.headers.get("accept-language"))
    frame = Frame(SETTINGS, look, "/onward")
    return response(await answered("onward", asked, frame, onward()))
