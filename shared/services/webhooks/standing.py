"""Whether a partner stands: enrolled and not suspended (PRT-1)."""

from dataclasses import dataclass

from shared.domain.models import Partner
from shared.errors import Forbidden, PolicyRefused
from shared.policy.relationships import prt_1
from shared.services.answers import NO_PARTNER
from shared.services.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Standing:
    """Asks the cached profile first; a refusal rests on the stored one."""

    profiles: Profiles

    async def stands(self, partner_id: str) -> bool:
        """Whether the partner may do anything now."""
        partner = self.profiles.peek(partner_id)
        if not _fine(partner):
            partner = await self.profiles.read(partner_id)
        return _fine(partner)

    async def require(self, partner_id: str) -> None:
        """For commands. Raises Forbidden for a tenant that is no partner, PolicyRefused (PRT-1)."""
        if await self.stands(partner_id):
            return
        partner = self.profiles.peek(partner_id)
        if partner is None:
            raise Forbidden(NO_PARTNER)
        refusal = prt_1(partner)
        raise PolicyRefused([refusal] if refusal else [])


def _fine(partner: Partner | None) -> bool:
    return partner is not None and prt_1(partner) is None
