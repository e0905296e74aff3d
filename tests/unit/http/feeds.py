"""Two feeds of events with something in them, and their readers."""

from typing import Any

from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, subscription_id
from tests.running.app import LocalApp, enrol, hire, user

EVENTS = f"/api/customers/{AGENCY}/events"
FEED = f"/api/partners/{DIRECT}/events"
SELLER = user(DIRECT, "GlobalAdmin")
READER = user(AGENCY, wids=["f2ef992c-3afb-46b9-b7cf-a126ee74c451"])


async def walk(local: LocalApp, path: str, caller: dict[str, Any], size: int) -> list[Any]:
    """All that a feed has now, in pages."""
    separator = "&" if "?" in path else "?"
    page = (await local.call("GET", f"{path}{separator}maxpagesize={size}", caller)).body
    found = list(page["value"])
    while following := page.get("nextLink"):
        page = (await local.call("GET", following.removeprefix("https://csp.example"), caller)).body
        assert len(page["value"]) <= size
        found += page["value"]
    return found


async def trade(local: LocalApp) -> None:
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, DIRECT, 1)
    await hire(local, OTHER_DIRECT, 2)
    sale = f"/api/customers/{AGENCY}/subscriptions/{subscription_id()}"
    assert (await local.call("PUT", sale, SELLER, sale_document())).status == 201
