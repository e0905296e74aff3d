"""What importing the app leaves for later. How long it takes is for bench/cold_start.py."""

import json
import subprocess
import sys
from functools import cache

import pytest

from tests.running.system import ROOT

LATER = (
    *("azure.identity", "azure.monitor", "azure.storage", "opentelemetry"),
    *("cryptography", "joserfc", "rfc8785", "pydantic"),
    *(
        "shared.model",
        "shared.policy",
        "shared.deciding",
        "shared.proving",
        "shared.services",
        "shared.settings",
    ),
    *("shared.storage.engine.clients", "shared.wiring"),
)
"""Needed by some requests or all, but not to tell the host which functions there are."""

CODE = "import sys, json, {imports}; print(json.dumps(sorted(sys.modules)))"


def printed(code: str) -> str:
    """By a new process, which has no settings."""
    command, environ = [sys.executable, "-c", code], {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return done.stdout


@cache
def imported(imports: str) -> frozenset[str]:
    """The modules of a new process."""
    return frozenset(json.loads(printed(CODE.format(imports=imports))))


@pytest.mark.parametrize("name", LATER)
def test_importing_the_app_leaves_for_later(name: str):
    modules = imported("function_app")
    assert not {each for each in modules if each == name or each.startswith(f"{name}.")}


def test_importing_the_app_costs_few_modules_of_its_own():
    own = {name for name in imported("function_app") if name.startswith(("functions.", "shared."))}
    libraries = imported("azure.functions, shared.storage.engine.libraries")
    others = imported("function_app") - libraries - own
    assert len(own) <= 20, sorted(own)
    assert len(others) <= 10, sorted(others)


def test_models_are_built_when_they_are_used():
    code = (
        "import function_app, shared.wiring, functions.openapi\n"
        "from pydantic import BaseModel\n"
        "def below(model):\n"
        "    for each in model.__subclasses__():\n"
        "        yield from (each, *below(each))\n"
        "models = list(below(BaseModel))\n"
        "print(len(models), sum(each.__pydantic_complete__ for each in models))"
    )
    models, built = map(int, printed(code).split())
    assert built < models / 5, f"{built} of {models}"


def test_identity_queues_and_telemetry_wait_until_they_are_configured_or_used():
    """Even with everything imported that serves requests."""
    modules = imported("function_app, shared.wiring, functions.openapi")
    heavy = ("azure.identity", "azure.monitor", "azure.storage.queue", "opentelemetry")
    assert not {name for name in modules if name.startswith(heavy)}
