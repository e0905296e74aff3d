"""The functions of the app and their routes, as the Functions worker indexes them."""

from functools import cache
from typing import Final

import function_app

LAST: Final = "zz_unknown_address"
"""The function that takes what no other does."""


@cache
def functions() -> tuple[function_app.func.Function, ...]:
    """An app can be asked once: a second time it takes its functions for duplicates."""
    return tuple(function_app.app.get_functions())


def http_routes() -> list[tuple[str, str, list[str]]]:
    """Name, route and methods of every function with an HTTP trigger but the last."""
    found = []
    for function in functions():
        for binding in function.get_dict_repr()["bindings"]:
            if binding["type"] == "httpTrigger" and function.get_function_name() != LAST:
                assert str(binding["authLevel"]).endswith("ANONYMOUS")
                methods = [str(getattr(each, "value", each)) for each in binding["methods"]]
                found.append((function.get_function_name(), binding["route"], methods))
    return found


def api_routes() -> list[tuple[str, str, list[str]]]:
    """Those of the API."""
    return [each for each in http_routes() if each[1].startswith("api/")]
