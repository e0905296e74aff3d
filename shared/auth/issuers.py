"""The one issuer whose tokens this deployment trusts."""

from dataclasses import dataclass
from typing import Final

from shared.errors import Unauthenticated
from shared.settings import Settings
from shared.wording import Words

AUTHORITIES = {
    "usGovernment": "https://login.microsoftonline.us",
    "public": "https://login.microsoftonline.com",
}
"""Where the tenants of each cloud sign in (Microsoft Entra authentication endpoints)."""

_OTHER_CLOUD: Final = Words(
    "The token comes from another cloud. Clouds never mix (GOV-2).",
    "다른 클라우드의 토큰입니다. 클라우드는 서로 섞이지 않습니다(GOV-2).",
)
_OTHER_ISSUER: Final = Words(
    "The token's issuer is not the trusted one for its tenant.",
    "토큰의 발급자가 해당 테넌트의 신뢰할 수 있는 발급자가 아닙니다.",
)


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """One issuer for every tenant of one cloud; a token names its own tenant in `iss`."""

    cloud: str
    base: str
    keys_url: str

    def name(self, tenant_id: str) -> str:
        """The `iss` of tokens of `tenant_id` (lower case)."""
        return f"{self.base}/{tenant_id}/v2.0"

    def check(self, iss: str, tenant_id: str) -> None:
        """Refuses a token whose `iss` is not this issuer for its own tenant (lower case).

        Raises Unauthenticated; for an issuer of another cloud it says that clouds never mix.
        """
        spelled = iss.removeprefix(f"{self.base}/").removesuffix("/v2.0")
        if spelled.lower() == tenant_id and iss == self.name(spelled):
            return
        if any(iss.startswith(f"{other}/") for other in self._other_clouds()):
            raise Unauthenticated(_OTHER_CLOUD)
        raise Unauthenticated(_OTHER_ISSUER)

    def _other_clouds(self) -> list[str]:
        return [base for cloud, base in AUTHORITIES.items() if cloud != self.cloud]


def trusted_issuer(settings: Settings) -> TrustedIssuer:
    """The cloud's own authority, or the development issuer alone where one is set."""
    if settings.development_issuer:
        base = settings.development_issuer
        return TrustedIssuer(settings.cloud, base, f"{base}/discovery/v2.0/keys")
    base = AUTHORITIES[settings.cloud]
    return TrustedIssuer(settings.cloud, base, f"{base}/common/discovery/v2.0/keys")


def home_identity_providers(settings: Settings, tenant_id: str) -> frozenset[str]:
    """The values of `idp` by which a token says that the user's home is `tenant_id` itself.

    Entra writes `idp` like a v1.0 issuer, with the same host in both clouds; newer ones like v2.0.
    Source: Microsoft identity platform, access token claims reference.
    """
    return frozenset(
        {
            f"https://sts.windows.net/{tenant_id}/",
            f"{AUTHORITIES[settings.cloud]}/{tenant_id}/v2.0",
            trusted_issuer(settings).name(tenant_id),
        }
    )
