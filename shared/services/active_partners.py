"""Whether a partner stands: enrolled and not suspended (PRT-1)."""

from dataclasses import dataclass
from typing import Final

from shared.errors import AppError, Forbidden, PolicyRefused
from shared.model.models import Partner
from shared.policy.relationships import prt_1
from shared.services.profiles import Profiles
from shared.wording import Words

NO_PARTNER: Final = Words(
    "The caller's tenant is not an enrolled partner. The operator enrols partners.",
    "호출자의 테넌트는 등록된 파트너가 아닙니다. 파트너는 운영자가 등록합니다.",
)


@dataclass(frozen=True, slots=True)
class ActivePartners:
    """Asks the cached profile first: it may only allow, a refusal rests on the stored one."""

    profiles: Profiles

    async def stands(self, partner_id: str) -> bool:
        """Whether the partner may do anything now."""
        return isinstance(await self._standing(partner_id), Partner)

    async def require(self, partner_id: str) -> Partner:
        """For commands: the partner's profile.

        Raises Forbidden for a tenant that is no partner, PolicyRefused (PRT-1) for a suspended one.
        """
        standing = await self._standing(partner_id)
        if isinstance(standing, Partner):
            return standing
        raise standing

    async def _standing(self, partner_id: str) -> Partner | AppError:
        partner = self.profiles.peek(partner_id)
        if partner is None or prt_1(partner):
            partner = await self.profiles.read(partner_id)
        if partner is None:
            return Forbidden(NO_PARTNER)
        broken = prt_1(partner)
        return PolicyRefused([broken]) if broken else partner
