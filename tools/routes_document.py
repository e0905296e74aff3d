"""Writes functions/routes.json from the endpoint records: `python -m tools.routes_document`."""

import json

from functions.openapi import endpoints
from functions.routes import PATH, Route


def text() -> str:
    """One route a line."""
    routes = sorted(
        Route(each.name, each.handler.__module__.rpartition(".")[2], [*each.methods], each.route)
        for each in endpoints()
    )
    return "[\n" + ",\n".join(json.dumps(route) for route in routes) + "\n]\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
