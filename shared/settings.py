"""All settings, read once from the environment into one frozen object.

docs/settings.md is generated from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal, get_args

from pydantic import ConfigDict, Field, ValidationError

from shared.durations import LEAST_HOLD_SECONDS
from shared.limit_settings import LimitSettings
from shared.page_settings import PageSettings
from shared.setting_types import (
    OURS,
    Flag,
    Guid,
    Identity,
    Keys,
    Seconds,
    SecureUrl,
    Target,
    Url,
    decoded,
    pairs,
)

LOCAL_OPERATOR_TENANT: Final = "00000000-0000-4000-8000-000000000001"
"""The operator's tenant on a developer's machine; refused everywhere else."""

_LOCAL_KEY: Final = b"for a developer's machine alone."

type Cloud = Literal["usGovernment", "public"]
type StorageClient = Literal["engine", "sdk"]
type RolePreset = Literal["seed", "permissions-overview"]
CLOUDS: Final[tuple[str, ...]] = get_args(Cloud.__value__)
ROLE_PRESETS: Final[tuple[str, ...]] = get_args(RolePreset.__value__)

_STORAGE: Final = "AzureWebJobsStorage"


class SettingsError(Exception):
    """One clear line that names the setting; start-up stops with it."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """A storage account reached without a key: by the app's managed identity.

    URLs of its table and queue service, and the client id of a user-assigned identity (None: the
    system-assigned one).
    """

    tables: str
    queues: str
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class TelemetryTarget:
    """An Application Insights resource, and with which identity it is reached, if with one."""

    connection: str = field(repr=False)
    by_identity: bool = False
    client_id: str | None = None


class Settings(PageSettings, LimitSettings):
    """What a deployment decides. An alias is the name in the environment."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True
    )

    storage_connection: str | None = Field(
        None,
        alias=_STORAGE,
        repr=False,
        description="connection string of the one storage account; or the three below, which need"
        " no key",
    )
    storage_tables: SecureUrl | None = Field(
        None,
        alias=f"{_STORAGE}__tableServiceUri",
        description="the account's table endpoint, reached with the managed identity",
    )
    storage_queues: SecureUrl | None = Field(
        None,
        alias=f"{_STORAGE}__queueServiceUri",
        description="the account's queue endpoint, reached with the managed identity",
    )
    storage_client_id: Guid | None = Field(
        None,
        alias=f"{_STORAGE}__clientId",
        description="client id of the user-assigned managed identity",
    )
    storage_client: StorageClient = Field(
        "engine",
        alias="STORAGE_CLIENT",
        description="who speaks to the account: `engine`, our own and lean, or `sdk`, Microsoft's;"
        " see [operate.md](operate.md)",
    )
    public_base_url: Url = Field(
        alias="PUBLIC_BASE_URL",
        description="where callers reach the app; every absolute URL starts with it",
    )
    client_id: Guid = Field(
        alias="CLIENT_ID",
        description="the application (client) id that tokens must be issued for",
    )
    operator_tenant_id: Guid = Field(
        alias="OPERATOR_TENANT_ID",
        description="the one tenant whose `PlatformOperator` role counts",
    )
    sweep_schedule: str = Field(
        alias="SWEEP_SCHEDULE",
        description="NCRONTAB of the sweep, bound by the Functions host; the sample has daily"
        " 03:07 UTC",
    )
    cloud: Cloud = Field(
        "usGovernment", alias="CLOUD", description="which sign-in authority and which rules"
    )
    role_preset: RolePreset = Field(
        "seed", alias="ROLE_PRESET", description="which roles may do what"
    )
    member_access: Flag = Field(
        default=False,
        alias="MEMBER_ACCESS",
        description="whether plain members of a customer may read what its Global Reader may",
    )
    feed_hold_seconds: Seconds = Field(
        15,
        alias="FEED_HOLD_SECONDS",
        description="how long a feed holds back what is new, so that nothing appears before"
        f" a cursor that a reader has; at least {LEAST_HOLD_SECONDS}, but where"
        " `DEVELOPMENT_ISSUER` is set",
    )
    profile_cache_seconds: Seconds = Field(
        60,
        alias="PROFILE_CACHE_SECONDS",
        description="how long a partner's profile may allow from the cache",
    )
    webhook_secret_key: Keys | None = Field(
        None,
        alias="WEBHOOK_SECRET_KEY",
        repr=False,
        description="encrypts webhooks' secrets, seals notes and stamps on messages, page tokens"
        " and cursors; 32 bytes in base64, required outside Development; while it is being replaced"
        " two, of which the first encrypts and seals",
    )
    webhook_loopback: Flag = Field(
        default=False,
        alias="WEBHOOK_LOOPBACK",
        description="development only: webhooks may go to `http://localhost` and `127.0.0.1`",
    )
    website_hostname: str | None = Field(
        None,
        alias="WEBSITE_HOSTNAME",
        description="set by the platform: the app's own name there, which is no target of webhooks",
    )
    azure_functions_environment: str = Field(
        "Production",
        alias="AZURE_FUNCTIONS_ENVIRONMENT",
        description="`Development` allows the development issuer and the local operator tenant",
    )
    development_issuer: Url | None = Field(
        None,
        alias="DEVELOPMENT_ISSUER",
        description="development only: the token issuer to trust instead of Entra ID",
    )

    telemetry_connection: Target | None = Field(
        None,
        alias="APPLICATIONINSIGHTS_CONNECTION_STRING",
        repr=False,
        description="where logs, spans and measures go; none: only to the host's log",
    )
    telemetry_identity: Identity | None = Field(
        None,
        alias="APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        description="`ClientId=…;Authorization=AAD`: the managed identity that may publish there",
    )

    @property
    def telemetry(self) -> TelemetryTarget | None:
        """Where telemetry goes."""
        if self.telemetry_connection is None:
            return None
        identity = pairs(self.telemetry_identity or "")
        client_id = identity.get("clientid")
        return TelemetryTarget(self.telemetry_connection, "authorization" in identity, client_id)

    @property
    def development(self) -> bool:
        """Whether this process runs on a developer's machine."""
        return self.azure_functions_environment == "Development"

    @property
    def feed_hold(self) -> timedelta:
        """How long feeds hold back what is new."""
        return timedelta(seconds=self.feed_hold_seconds)

    @property
    def webhook_keys(self) -> tuple[bytes, ...]:
        """The keys of webhooks' secrets; the first encrypts."""
        return decoded(self.webhook_secret_key) if self.webhook_secret_key else (_LOCAL_KEY,)

    @property
    def storage(self) -> str | Endpoints:
        """The one storage account: its connection string, or else its endpoints.

        Raises SettingsError when neither is there.
        """
        if self.storage_connection is not None:
            return self.storage_connection
        if not self.storage_tables and not self.storage_queues:
            raise SettingsError(_missing(_STORAGE))
        if not self.storage_tables:
            raise SettingsError(_missing(f"{_STORAGE}__tableServiceUri"))
        if not self.storage_queues:
            raise SettingsError(_missing(f"{_STORAGE}__queueServiceUri"))
        return Endpoints(self.storage_tables, self.storage_queues, self.storage_client_id)


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`; an empty one counts as absent.

    Raises SettingsError for a missing or unusable one, and outside Development for the local
    operator tenant, the development issuer, webhooks to this machine and no key for secrets. Only
    with the development issuer may feeds hold back for less than LEAST_HOLD_SECONDS.
    """
    try:
        settings = Settings.model_validate({name: text for name, text in environ.items() if text})
    except ValidationError as error:
        raise SettingsError(_line(error)) from None
    _ = settings.storage  # raises for a missing one
    if settings.storage_client == "engine" and settings.storage_connection is not None:
        _refuse_keyless(settings.storage_connection)
    if settings.development_issuer is None and settings.feed_hold_seconds < LEAST_HOLD_SECONDS:
        raise SettingsError(f"The setting FEED_HOLD_SECONDS must be {LEAST_HOLD_SECONDS} or more.")
    if not settings.development:
        _refuse_development_leftovers(settings)
    return settings


def _line(error: ValidationError) -> str:
    """The first problem. Never the value: it may be a secret."""
    problem = error.errors(include_input=False, include_url=False)[0]
    kind, text = problem["type"], problem["msg"]
    name = problem["loc"][0]
    if kind == "missing":
        return _missing(name)
    ours = kind in OURS
    return f"The setting {name} {text}." if ours else f"The setting {name} is unusable: {text}."


def _missing(name: object) -> str:
    return f"The setting {name} is missing."


def _refuse_keyless(connection: str) -> None:
    """Raises SettingsError for a connection string that only the SDK understands."""
    names = {each.partition("=")[0].strip().lower() for each in connection.split(";")}
    if not names & {"usedevelopmentstorage", "accountkey"}:
        msg = (
            f"The setting {_STORAGE} has no AccountKey. A connection string with a shared access"
            " signature needs STORAGE_CLIENT=sdk; a managed identity needs no connection string."
        )
        raise SettingsError(msg)


def _refuse_development_leftovers(settings: Settings) -> None:
    if settings.operator_tenant_id == LOCAL_OPERATOR_TENANT:
        msg = "OPERATOR_TENANT_ID is the local development value; set your own tenant's id."
        raise SettingsError(msg)
    if settings.development_issuer:
        msg = "DEVELOPMENT_ISSUER may be set only when AZURE_FUNCTIONS_ENVIRONMENT=Development."
        raise SettingsError(msg)
    if settings.webhook_loopback:
        msg = "WEBHOOK_LOOPBACK may be set only when AZURE_FUNCTIONS_ENVIRONMENT=Development."
        raise SettingsError(msg)
    if settings.webhook_secret_key is None:
        raise SettingsError(_missing("WEBHOOK_SECRET_KEY"))
    if not settings.public_base_url.startswith("https://"):
        msg = "PUBLIC_BASE_URL must start with https:// outside Development."
        raise SettingsError(msg)
