"""Who asks in the stories that count requests, and about what."""

from typing import Final

from tests.cast.bodies import SIGNER
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    subscription_id,
)
from tests.running.app import admin, user

SELLER, PROVIDING = user(DIRECT, "GlobalAdmin"), user(PROVIDER, "GlobalAdmin")
RESELLING, CUSTOMER = user(RESELLER, "GlobalAdmin"), admin(AGENCY)
OWN, HERE = f"/api/partners/{DIRECT}", f"/api/customers/{AGENCY}"
ACCEPTANCE = {"country": "US", "customerAgreement": SIGNER}
CSV = {"accept": "text/csv"}
HOOK_ID = "7c000000-0000-4000-8000-000000000001"
HOOK = f"{OWN}/webhooks/{HOOK_ID}"


def invitation(number: int, action: str = "") -> str:
    return f"{HERE}/invitations/{invitation_id(number)}{action}"


def sale(number: int, action: str = "") -> str:
    return f"{HERE}/subscriptions/{subscription_id(number)}{action}"


APPLICATION: Final = {
    **{name: value for name, value in user(DIRECT).items() if name not in {"scp", "wids"}},
    "idtyp": "app",
    "roles": ["OnboardingPipeline"],
}
