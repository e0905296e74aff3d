"""Whether a partner stands: enrolled and not suspended (PRT-1)."""

from dataclasses import dataclass
from typing import Final

from shared.errors import AppError, Forbidden, PolicyRefused
from shared.policy.relationships import prt_1
from shared.services.profiles import Profiles
from shared.wording import Words

NO_PARTNER: Final = Words(
    "The caller's tenant is not an enrolled partner.",
    "호출자의 테넌트는 등록된 파트너가 아닙니다.",
)


@dataclass(frozen=True, slots=True)
class ActivePartners:
    """Asks the cached profile first: it may only allow, a refusal rests on the stored one."""

    profiles: Profiles

    async def stands(self, partner_id: str) -> bool:
        """Whether the partner may do anything now."""
        return await self.refusal(partner_id) is None

    async def require(self, partner_id: str) -> None:
        """For commands. Raises what `refusal` answers."""
        if refusal := await self.refusal(partner_id):
            raise refusal

    async def refusal(self, partner_id: str) -> AppError | None:
        """Forbidden for a tenant that is no partner, PolicyRefused (PRT-1) for a suspended one."""
        partner = self.profiles.peek(partner_id)
        if partner is None or prt_1(partner):
            partner = await self.profiles.read(partner_id)
        if partner is None:
            return Forbidden(NO_PARTNER)
        broken = prt_1(partner)
        return PolicyRefused([broken]) if broken else None
