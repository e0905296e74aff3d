"""The functions of the app, as the worker indexes them."""

from functools import cache

import function_app


@cache
def functions() -> tuple[function_app.func.Function, ...]:
    """An app can be asked once: a second time it takes its functions for duplicates."""
    return tuple(function_app.app.get_functions())
