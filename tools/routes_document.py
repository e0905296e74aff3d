"""Writes functions/routes.json from the records of endpoints and pages.

`python -m tools.routes_document`.
"""

import json
from importlib import import_module
from pkgutil import iter_modules

import functions.pages
from functions.openapi import endpoints
from functions.pages.area import Area
from functions.pages.style import METHODS, ROUTE
from functions.routes import PAGES, PATH, Route


def areas() -> dict[str, Area]:
    """The areas of pages, by their modules below `functions`."""
    names = [f"{PAGES}{each.name}" for each in iter_modules(functions.pages.__path__)]
    found = {name: getattr(import_module(f"functions.{name}"), "area", None) for name in names}
    return {name: area for name, area in found.items() if isinstance(area, Area)}


def text() -> str:
    """One route a line."""
    routes = [
        Route(each.name, each.handler.__module__.rpartition(".")[2], [*each.methods], each.route)
        for each in endpoints()
    ]
    routes += [
        Route(page.name, module, [*page.methods], page.route)
        for module, area in areas().items()
        for page in area.pages.values()
    ]
    routes = sorted([*routes, Route("style_sheet", f"{PAGES}style", [*METHODS], ROUTE)])
    return "[\n" + ",\n".join(json.dumps(route) for route in routes) + "\n]\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
