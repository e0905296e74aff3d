"""How an impact is answered: its refusals in words, its subscriptions page by page."""

from pydantic import BaseModel

from shared.http.endpoint import Reply, Request
from shared.http.errors import explained
from shared.http.shapes.queries import SoldQuery
from shared.services.commands.impacts import Impact


def impact_reply[B: BaseModel](request: Request[B, SoldQuery], impact: Impact) -> Reply:
    """The impact, with the address of the page behind it where there is one."""
    body = {**impact.shown, "refusals": explained(impact.refusals, request.locale)}
    if impact.after is not None:
        body["nextLink"] = request.link(impact.after, "skiptoken")
    return Reply(200, body)
