"""All settings, read once from the environment into one frozen object."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit
from uuid import UUID

LOCAL_OPERATOR_TENANT = "00000000-0000-4000-8000-000000000001"
"""The operator's tenant on a developer's machine; refused everywhere else."""

CLOUDS = ("usGovernment", "public")
ROLE_PRESETS = ("seed", "permissions-overview")


class SettingsError(Exception):
    """One clear line that names the setting; start-up stops with it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment decides. Field names are the settings' names in lower case."""

    client_id: str
    operator_tenant_id: str
    public_base_url: str
    storage_connection: str
    cloud: str = "usGovernment"
    role_preset: str = "seed"
    development_issuer: str | None = None
    azure_functions_environment: str = "Production"
    member_access: bool = False
    feed_hold_seconds: int = 15
    profile_cache_seconds: int = 60

    @property
    def development(self) -> bool:
        """Whether this process runs on a developer's machine."""
        return self.azure_functions_environment == "Development"


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`.

    Raises SettingsError for a missing or unusable one, and outside Development for the local
    operator tenant and the development issuer.
    """
    values = {name: environ.get(name.upper(), "") for name in _NAMES}
    values["storage_connection"] = environ.get("AzureWebJobsStorage", "")
    settings = Settings(
        client_id=_guid(values, "client_id"),
        operator_tenant_id=_guid(values, "operator_tenant_id"),
        public_base_url=_url(values, "public_base_url"),
        storage_connection=_required(values, "storage_connection", "AzureWebJobsStorage"),
        cloud=_one_of(values, "cloud", CLOUDS),
        role_preset=_one_of(values, "role_preset", ROLE_PRESETS),
        development_issuer=values["development_issuer"].rstrip("/") or None,
        azure_functions_environment=values["azure_functions_environment"] or "Production",
        member_access=_one_of(values, "member_access", ("false", "true")) == "true",
        feed_hold_seconds=_seconds(values, "feed_hold_seconds", 15),
        profile_cache_seconds=_seconds(values, "profile_cache_seconds", 60),
    )
    _refuse_development_leftovers(settings)
    return settings


_DIGITS = 6
_NAMES = tuple(field.name for field in fields(Settings))


def _refuse_development_leftovers(settings: Settings) -> None:
    if settings.development:
        return
    if settings.operator_tenant_id == LOCAL_OPERATOR_TENANT:
        msg = "OPERATOR_TENANT_ID is the local development value; set your own tenant's id."
        raise SettingsError(msg)
    if settings.development_issuer:
        msg = "DEVELOPMENT_ISSUER may be set only when AZURE_FUNCTIONS_ENVIRONMENT=Development."
        raise SettingsError(msg)
    if not settings.public_base_url.startswith("https://"):
        msg = "PUBLIC_BASE_URL must start with https:// outside Development."
        raise SettingsError(msg)


def _required(values: Mapping[str, str], name: str, shown: str | None = None) -> str:
    if not values[name]:
        msg = f"The setting {shown or name.upper()} is missing."
        raise SettingsError(msg)
    return values[name]


def _guid(values: Mapping[str, str], name: str) -> str:
    text = _required(values, name)
    try:
        return str(UUID(text))
    except ValueError:
        msg = f"The setting {name.upper()} is not a GUID."
        raise SettingsError(msg) from None


def _url(values: Mapping[str, str], name: str) -> str:
    text = _required(values, name).rstrip("/")
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        msg = f"The setting {name.upper()} is not an absolute http(s) URL."
        raise SettingsError(msg)
    return text


def _one_of(values: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    text = values[name] or allowed[0]
    if text not in allowed:
        msg = f"The setting {name.upper()} must be one of: {', '.join(allowed)}."
        raise SettingsError(msg)
    return text


def _seconds(values: Mapping[str, str], name: str, default: int) -> int:
    text = values[name] or str(default)
    if not text.isdecimal() or len(text) > _DIGITS:
        msg = f"The setting {name.upper()} must be a whole number of seconds."
        raise SettingsError(msg)
    return int(text)
