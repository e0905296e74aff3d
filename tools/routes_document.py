"""Writes functions/routes.json from the records of endpoints and pages.

`python -m tools.routes_document`.
"""

import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

import functions.pages
from functions.openapi import endpoints
from functions.pages.area import Area
from functions.routes import PAGES, PATH, Route, Served


class Part(Protocol):
    """What a module of pages serves, as far as the host must know it."""

    @property
    def routes(self) -> list[Served]:
        """What its functions take."""
        ...


def parts() -> dict[str, Part]:
    """What the modules of pages serve, by their names below `functions`."""
    names = [f"{PAGES}{each.name}" for each in iter_modules(functions.pages.__path__)]
    modules = {name: import_module(f"functions.{name}") for name in names}
    return {name: each.area for name, each in modules.items() if hasattr(each, "area")}


def areas() -> dict[str, Area]:
    """Those of them that are areas of pages."""
    return {name: part for name, part in parts().items() if isinstance(part, Area)}


def text() -> str:
    """One route a line."""
    routes = [
        Route(each.name, each.handler.__module__.rpartition(".")[2], [*each.methods], each.route)
        for each in endpoints()
    ]
    for module, part in parts().items():
        routes += [Route(each.name, module, [*each.methods], each.route) for each in part.routes]
    return "[\n" + ",\n".join(json.dumps(route) for route in sorted(routes)) + "\n]\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
