"""What the host reads before it starts: app settings and host.json.

The rules are the real host's: `Values` of local.settings.json become environment variables
unless the environment has them, host.json is overridable by `AzureFunctionsJobHost__a__b`,
and binding texts may hold `%NAME%`.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTINGS = "local.settings.json"
SAMPLE = "local.settings.json.sample"
_OVERRIDE = "azurefunctionsjobhost__"
_MAX_BATCH = 32


class ConfigError(Exception):
    """A setting is missing or wrong; its text is one line for a person."""


@dataclass(frozen=True)
class LocalSettings:
    """local.settings.json, or its sample: app settings by name and the origins CORS allows."""

    values: Mapping[str, str]
    origins: tuple[str, ...]
    source: str | None


@dataclass(frozen=True)
class QueueOptions:
    """`extensions.queues` of host.json; times in seconds."""

    batch_size: int
    new_batch_threshold: int
    max_dequeue_count: int
    max_polling_interval: float
    visibility_timeout: float
    base64: bool


@dataclass(frozen=True)
class HostConfig:
    """The part of host.json that this host honours."""

    route_prefix: str
    queues: QueueOptions


def load_settings(app_dir: Path) -> LocalSettings:
    """Read the app's settings file, falling back to the sample beside it.

    Raises ConfigError for a file that is encrypted or not what it should be.
    """
    for name in (SETTINGS, SAMPLE):
        if (app_dir / name).is_file():
            document = _read_json(app_dir / name)
            break
    else:
        return LocalSettings({}, (), None)
    if document.get("IsEncrypted"):
        raise ConfigError(f"{name} is encrypted; decrypt it with `func settings decrypt`")
    values = document.get("Values") or {}
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise ConfigError(f"{name}: Values must map names to strings")
    cors = (document.get("Host") or {}).get("CORS", "")
    origins = tuple(origin.strip() for origin in cors.split(",") if origin.strip())
    return LocalSettings(values, origins, name)


def export(settings: Mapping[str, str]) -> None:
    """Put app settings into the environment, where existing variables win."""
    for name, value in settings.items():
        os.environ.setdefault(name, value)


def load_host_config(app_dir: Path, environ: Mapping[str, str]) -> HostConfig:
    """Read host.json with its overrides. Raises ConfigError for a value that can't be used."""
    path = app_dir / "host.json"
    document = _lower(_read_json(path)) if path.is_file() else {}
    for name, value in environ.items():
        if name.lower().startswith(_OVERRIDE):
            _set(document, name.lower().removeprefix(_OVERRIDE).split("__"), value)
    extensions = document.get("extensions", {})
    prefix = extensions.get("http", {}).get("routeprefix", "api")
    development = environ.get("AZURE_FUNCTIONS_ENVIRONMENT") == "Development"
    try:
        queues = _queue_options(extensions.get("queues", {}), development=development)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"host.json: extensions.queues: {error}") from error
    return HostConfig(route_prefix=prefix.strip("/"), queues=queues)


def resolve(text: str, environ: Mapping[str, str]) -> str:
    """Replace each `%NAME%` by the setting of that name. Raises ConfigError when there is none."""

    def value(match: re.Match[str]) -> str:
        found = environ.get(match[1])
        if not found:
            raise ConfigError(f"setting {match[1]} is missing, needed to resolve '{text}'")
        return found

    return re.sub(r"%([^%]+)%", value, text)


def connection_string(name: str, environ: Mapping[str, str]) -> str:
    """The storage connection that a binding's `connection` names.

    Raises ConfigError when neither `NAME` nor `AzureWebJobsNAME` is set.
    """
    name = name or "AzureWebJobsStorage"
    found = environ.get(name) or environ.get(f"AzureWebJobs{name}")
    if not found:
        raise ConfigError(f"setting {name} is missing, a binding uses it as its connection")
    return found


def disabled(function: str, environ: Mapping[str, str]) -> bool:
    """Whether `AzureWebJobs.<function>.Disabled` switches the function off."""
    return environ.get(f"AzureWebJobs.{function}.Disabled", "").lower() in {"1", "true"}


def _queue_options(given: Mapping[str, Any], *, development: bool) -> QueueOptions:
    batch = int(given.get("batchsize", 16))
    if not 1 <= batch <= _MAX_BATCH:
        raise ValueError(f"batchSize must be 1 to {_MAX_BATCH}, is {batch}")
    encoding = given.get("messageencoding", "base64").lower()
    if encoding not in {"base64", "none"}:
        raise ValueError(f"messageEncoding must be base64 or none, is {encoding}")
    threshold = given.get("newbatchthreshold")
    polling = given.get("maxpollinginterval", "00:00:02" if development else "00:01:00")
    return QueueOptions(
        batch_size=batch,
        new_batch_threshold=int(threshold)
        if threshold is not None
        else max(batch // 2, 1) * (os.cpu_count() or 1),
        max_dequeue_count=int(given.get("maxdequeuecount", 5)),
        max_polling_interval=_seconds(polling),
        visibility_timeout=_seconds(given.get("visibilitytimeout", "00:00:00")),
        base64=encoding == "base64",
    )


def _seconds(text: str) -> float:
    """A .NET TimeSpan `[d.]hh:mm:ss[.fff]` in seconds."""
    match = re.fullmatch(r"(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?", str(text))
    if not match:
        raise ValueError(f"'{text}' is not a time span")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise ConfigError(f"{path.name} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise ConfigError(f"{path.name} must hold a JSON object")
    return document


def _lower(document: Any) -> Any:
    """Configuration keys are case-insensitive on the real host."""
    if isinstance(document, dict):
        return {key.lower(): _lower(value) for key, value in document.items()}
    return document


def _set(document: dict[str, Any], path: list[str], value: str) -> None:
    for key in path[:-1]:
        if not isinstance(document.get(key), dict):
            document[key] = {}
        document = document[key]
    document[path[-1]] = value
