"""The one issuer whose tokens this deployment trusts."""

import re
from dataclasses import dataclass
from typing import Final

from shared.errors import Unauthenticated
from shared.settings import Settings
from shared.wording import Words

_DOMAINS: Final = {"usGovernment": "microsoftonline.us", "public": "microsoftonline.com"}
"""Each cloud's name for itself: its hosts are under it, and its keys bear it.

Sources: Microsoft Entra authentication endpoints; `cloud_instance_name` of its key documents.
"""

AUTHORITIES: Final = {cloud: f"https://login.{domain}" for cloud, domain in _DOMAINS.items()}
"""Where the tenants of each cloud sign in."""

PERSONAL_ACCOUNTS: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal Microsoft accounts. Source: Microsoft identity platform, claims."""

_EVERY_CLOUDS_HOST: Final = "sts.windows.net"
"""Names tenants of every cloud in v1.0 spellings."""

_TENANT_URL: Final = re.compile(
    r"https://(?P<host>[a-z0-9.-]+)/(?P<tenant>[0-9a-f-]{36})(?:/v2\.0)?/?", re.ASCII
)

_OTHER_CLOUD: Final = Words(
    "The token comes from another cloud. Clouds never mix (GOV-2).",
    "다른 클라우드의 토큰입니다. 클라우드는 서로 섞이지 않습니다(GOV-2).",
)
_OTHER_ISSUER: Final = Words(
    "The token's issuer is not the trusted one for its tenant.",
    "토큰의 발급자가 해당 테넌트의 신뢰할 수 있는 발급자가 아닙니다.",
)
_PERSONAL: Final = Words(
    "The token is a personal Microsoft account's, which belongs to no organization.",
    "조직에 속하지 않은 개인 Microsoft 계정의 토큰입니다.",
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
        if tenant_id == PERSONAL_ACCOUNTS:
            raise Unauthenticated(_PERSONAL, "issuer")
        spelled = iss.removeprefix(f"{self.base}/").removesuffix("/v2.0")
        if spelled.lower() == tenant_id and iss == self.name(spelled):
            return
        if any(iss.startswith(f"{other}/") for other in self._other_clouds()):
            raise Unauthenticated(_OTHER_CLOUD, "issuer")
        raise Unauthenticated(_OTHER_ISSUER, "issuer")

    def is_instance(self, name: str) -> bool:
        """Whether `name`, as a key's `cloud_instance_name`, is this cloud's or one below it."""
        domain = _DOMAINS[self.cloud]
        return name == domain or name.endswith(f".{domain}")

    def _other_clouds(self) -> list[str]:
        return [base for cloud, base in AUTHORITIES.items() if cloud != self.cloud]


def trusted_issuer(settings: Settings) -> TrustedIssuer:
    """The cloud's own authority, or the development issuer alone where one is set."""
    if settings.development_issuer:
        base = settings.development_issuer
        return TrustedIssuer(settings.cloud, base, f"{base}/discovery/v2.0/keys")
    base = AUTHORITIES[settings.cloud]
    return TrustedIssuer(settings.cloud, base, f"{base}/common/discovery/v2.0/keys")


def identity_provider_tenant(settings: Settings, idp: str) -> str | None:
    """The tenant (lower case) that `idp` names; None for what is no tenant of this cloud.

    Entra spells it like an issuer, of v1.0 or v2.0, under any host of its token services.
    Source: Microsoft identity platform, access token claims reference.
    """
    match = _TENANT_URL.fullmatch(idp.lower())
    domain = _DOMAINS[settings.cloud]
    if match and match["host"] in {_EVERY_CLOUDS_HOST, f"login.{domain}", f"sts.{domain}"}:
        return match["tenant"]
    return None
