"""What the host reads before it starts: app settings and host.json.

The rules are the real host's: `Values` of local.settings.json become environment variables
unless the environment has them, host.json is overridable by `AzureFunctionsJobHost__a__b`,
binding texts may hold `%NAME%`, and the case of names does not matter.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from devhost.refusals import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTINGS = "local.settings.json"
SAMPLE = "local.settings.json.sample"
_OVERRIDE = "azurefunctionsjobhost__"
_THROTTLES = ("dynamicthrottlesenabled", "maxconcurrentrequests", "maxoutstandingrequests")
_PLAN = ("WEBSITE_INSTANCE_ID", "WEBSITE_SKU")
_ENCODINGS = {"none": "none", "0": "none", "base64": "base64", "1": "base64"}
_DEFAULT_POLLING = timedelta(minutes=1)
_DEVELOPMENT_POLLING = timedelta(seconds=2)
_QUEUE_NAME = re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
_TIME_SPAN = re.compile(
    r"(?P<sign>-?)(?:(?P<only>\d+)|(?:(?P<days>\d+)\.)?(?P<hours>2[0-3]|[01]?\d)"
    r":(?P<minutes>[0-5]?\d)(?::(?P<seconds>[0-5]?\d(?:\.\d{1,7})?))?)"
)


@dataclass(frozen=True)
class LocalSettings:
    """local.settings.json, or its sample: app settings by name."""

    values: Mapping[str, str]
    source: str | None


@dataclass(frozen=True)
class QueueOptions:
    """`extensions.queues` of host.json; times in seconds."""

    batch_size: int
    new_batch_threshold: int
    max_dequeue_count: int
    max_polling_interval: float
    visibility_timeout: float
    message_encoding: str


@dataclass(frozen=True)
class HostConfig:
    """The part of host.json that this host honours; no `function_timeout` is no limit."""

    route_prefix: str
    queues: QueueOptions
    function_timeout: timedelta | None
    custom_headers: Mapping[str, str] = field(default_factory=dict[str, str])


def load_settings(app_dir: Path) -> LocalSettings:
    """Read the app's settings file, falling back to the sample beside it."""
    name = next((name for name in (SETTINGS, SAMPLE) if (app_dir / name).is_file()), None)
    if name is None:
        return LocalSettings({}, None)
    document = _read_json(app_dir / name, Refusal.SETTINGS)
    values = document.get("Values") or {}
    if document.get("IsEncrypted"):
        raise Refused(Refusal.SETTINGS, f"{name} is encrypted, see `func settings decrypt`")
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise Refused(Refusal.SETTINGS, f"{name}: Values must map names to strings")
    if (document.get("Host") or {}).get("CORS"):
        raise Refused(Refusal.SETTINGS, f"{name}: Host.CORS")
    return LocalSettings(values, name)


def load_host_config(app_dir: Path, environ: Mapping[str, str]) -> HostConfig:
    """Read host.json with its overrides."""
    environment = (setting("AZURE_FUNCTIONS_ENVIRONMENT", environ) or "").lower()
    if environment not in {"", "development"} or any(name in environ for name in _PLAN):
        raise Refused(Refusal.PLAN, f"settings {', '.join(_PLAN)}, AZURE_FUNCTIONS_ENVIRONMENT")
    path = app_dir / "host.json"
    document: dict[str, Any] = {"version": "2.0"}
    if path.is_file():
        document = _lower(_read_json(path, Refusal.HOST_JSON))
    for name, value in environ.items():
        if name.lower().startswith(_OVERRIDE):
            _set(document, name.lower().removeprefix(_OVERRIDE).split("__"), value)
    if document.get("version") != "2.0":
        raise Refused(Refusal.HOST_JSON, "host.json: version")
    extensions = document.get("extensions", {})
    http = extensions.get("http", {})
    for throttle in _THROTTLES:
        if str(http.get(throttle, "")).lower() not in {"", "false", "-1"}:
            raise Refused(Refusal.THROTTLING, f"host.json: {throttle}")
    try:
        return HostConfig(
            route_prefix=http.get("routeprefix", "api"),
            queues=_queue_options(extensions.get("queues", {}), development=bool(environment)),
            function_timeout=_function_timeout(document.get("functiontimeout", "-1")),
            custom_headers=http.get("customheaders", {}),
        )
    except (TypeError, ValueError) as error:
        raise Refused(Refusal.HOST_JSON, f"host.json: {error}") from error


def setting(name: str, environ: Mapping[str, str]) -> str | None:
    """A setting, whatever the case of its name."""
    if name in environ:
        return environ[name]
    return next((value for key, value in environ.items() if key.lower() == name.lower()), None)


def resolve(text: str, environ: Mapping[str, str]) -> str:
    """Replace each `%NAME%` by the setting of that name."""

    def value(match: re.Match[str]) -> str:
        found = setting(match[1], environ)
        if not found:
            raise Refused(
                Refusal.SETTINGS, f"setting {match[1]} is missing, needed to resolve '{text}'"
            )
        return found

    return re.sub(r"%([^%]+)%", value, text)


def connection_string(name: str, environ: Mapping[str, str]) -> str:
    """The storage connection that a binding's `connection` names."""
    name = resolve(name or "Storage", environ)
    for section in ("ConnectionStrings:", "ConnectionStrings__"):
        if setting(section + name, environ) is not None:
            raise Refused(Refusal.CONNECTION, f"setting {section}{name}")
    found = setting(f"AzureWebJobs{name}", environ) or setting(name, environ)
    if not found:
        raise Refused(
            Refusal.CONNECTION, f"setting {name} is missing, a binding uses it as its connection"
        )
    return found


def queue_name(text: str, environ: Mapping[str, str]) -> str:
    """The queue that a binding names."""
    name = resolve(text, environ)
    if not _QUEUE_NAME.fullmatch(name):
        raise Refused(Refusal.QUEUE, f"queue '{name}'")
    return name


def disabled(function: str, environ: Mapping[str, str]) -> bool:
    """Whether `AzureWebJobs.<function>.Disabled` switches the function off."""
    return (setting(f"AzureWebJobs.{function}.Disabled", environ) or "").lower() in {"1", "true"}


def _queue_options(given: Mapping[str, Any], *, development: bool) -> QueueOptions:
    batch = _number(given, "batchSize", 16, range(1, 33))
    polling = _span(given, "maxPollingInterval", "00:01:00", timedelta(milliseconds=100))
    # The real host cannot tell its default from the same value given.
    if development and polling == _DEFAULT_POLLING:
        polling = _DEVELOPMENT_POLLING
    visibility = _span(given, "visibilityTimeout", "00:00:00", timedelta())
    if visibility > timedelta(days=7):
        raise ValueError("visibilityTimeout is over seven days")
    encoding = str(given.get("messageencoding", "base64")).lower()
    if encoding not in _ENCODINGS:
        raise ValueError(f"messageEncoding must be base64 or none, is '{encoding}'")
    threshold = batch // 2 * (os.cpu_count() or 1)
    return QueueOptions(
        batch_size=batch,
        new_batch_threshold=_number(given, "newBatchThreshold", threshold, range(2**31)),
        max_dequeue_count=_number(given, "maxDequeueCount", 5, range(1, 2**31)),
        max_polling_interval=polling.total_seconds(),
        visibility_timeout=visibility.total_seconds(),
        message_encoding=_ENCODINGS[encoding],
    )


def _number(given: Mapping[str, Any], name: str, default: int, allowed: range) -> int:
    number = int(given.get(name.lower(), default))
    if number not in allowed:
        raise ValueError(f"{name} must be {allowed.start} to {allowed.stop - 1}, is {number}")
    return number


def _span(given: Mapping[str, Any], name: str, default: str, least: timedelta) -> timedelta:
    span = _time_span(given.get(name.lower(), default))
    if span < least:
        raise ValueError(f"{name} must be at least {least}, is {span}")
    return span


def _function_timeout(text: str) -> timedelta | None:
    return None if str(text) == "-1" else _time_span(text)


def _time_span(text: str) -> timedelta:
    """A .NET TimeSpan `[-][d.]hh:mm[:ss[.fff]]`, or a number of days alone."""
    match = _TIME_SPAN.fullmatch(str(text).strip())
    if not match:
        raise ValueError(f"'{text}' is not a time span")
    parts = {name: float(match[name] or 0) for name in ("days", "hours", "minutes", "seconds")}
    parts["days"] += float(match["only"] or 0)
    span = timedelta(**parts)
    return -span if match["sign"] else span


def _read_json(path: Path, refusal: Refusal) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise Refused(refusal, f"{path.name} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Refused(refusal, f"{path.name} must hold a JSON object")
    return document


def _lower(document: Any) -> Any:
    """Configuration keys are case-insensitive on the real host."""
    if not isinstance(document, dict):
        return document
    return {
        key.lower(): value if key.lower() == "customheaders" else _lower(value)
        for key, value in document.items()
    }


def _set(document: dict[str, Any], path: list[str], value: str) -> None:
    for key in path[:-1]:
        if not isinstance(document.get(key), dict):
            document[key] = {}
        document = document[key]
    document[path[-1]] = value
