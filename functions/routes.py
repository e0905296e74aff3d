"""The HTTP triggers of API and pages: which function answers which route, and its module.

The host must know the routes at every start, but a request needs one function: its module, with
all the shapes and services that it names, is imported at the first request for one of its routes.
`routes.json` is made from the records of endpoints and pages by `python -m tools.routes_document`,
and a test compares the two.
"""

import json
from collections.abc import Callable, Coroutine
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

import azure.functions as func

PATH: Final = Path(__file__).with_suffix(".json")
PAGES: Final = "pages."
"""How the names of pages' modules begin."""


class Served(NamedTuple):
    """What a module of pages serves: the function's name, and what of HTTP it answers."""

    name: str
    methods: tuple[str, ...]
    route: str


class Route(NamedTuple):
    """A trigger: the function's name, the module of its record, and what of HTTP it answers."""

    name: str
    module: str
    methods: list[str]
    route: str


def read() -> list[Route]:
    """Every route of API and pages. No two may fit the same path and method.

    The host tries functions in the order of their names and takes the first whose route fits.
    """
    return [Route(*each) for each in json.loads(PATH.read_text("utf-8"))]


def _trigger(
    module: str, name: str
) -> Callable[[func.HttpRequest], Coroutine[Any, Any, func.HttpResponse]]:
    async def main(req: func.HttpRequest) -> func.HttpResponse:
        part = import_module(f"functions.{module}")
        return await (part.area if module.startswith(PAGES) else part.api).serve(name, req)

    return main


blueprint: Final = func.Blueprint()

for _each in read():
    _routed = blueprint.route(
        _each.route, methods=_each.methods, auth_level=func.AuthLevel.ANONYMOUS
    )
    blueprint.function_name(_each.name)(_routed(_trigger(_each.module, _each.name)))
