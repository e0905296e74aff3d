"""Random histories: what everybody asks, sensible or not, from one seed.

    founding ──> openings: the caller among others ──> acts, at random ──> its own first ids

The openings put whoever compares where every kind of leak would show, whatever chance does then.
"""

from datetime import timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from tests.cast.bodies import partner_document
from tests.cast.ids import (
    AGENCY,
    AT,
    OPERATOR,
    OTHER_RESELLER,
    PROVIDER,
    RESELLER,
    STRANGER,
    guid,
)
from tests.twins.scene import (
    ABROAD,
    CLOCK,
    COUNTRIES,
    CUSTOMERS,
    HOUSE,
    NUMBERS,
    OPERATES,
    PARTNERS,
    SEND,
    Step,
    owner,
    person,
)

OFTEN: Final = 0.5
SECONDS: Final = 20
"""Between two steps: longer than feeds hold events back."""
SIGNER: Final = {"firstName": "Ada", "lastName": "Lee", "email": "ada@agency.example"}
RESELLERS: Final = (RESELLER, OTHER_RESELLER)


class History:
    """Steps, and the ids that they are about. Who resells for whom at a customer never changes.

    The one who compares, and one customer, are in the thick of it more often than chance has it.
    """

    def __init__(self, seed: str, caller: str) -> None:
        self.random = Random(seed)
        self.caller = caller
        self.now = AT
        self.steps: list[Step] = []
        self.invitations: list[tuple[str, str, str]] = []
        self.sales: list[tuple[str, str, str]] = []
        self.links: list[tuple[str, str]] = []
        self.through = {one: self.random.choice(RESELLERS) for one in CUSTOMERS}
        if caller in RESELLERS:
            self.through[AGENCY] = caller

    def add(
        self, by: str, claims: Any, method: str, path: str, body: Any = None, **what: Any
    ) -> None:
        self.now += timedelta(seconds=SECONDS)
        partners = frozenset(what.pop("partners", ()))
        step = Step(
            len(self.steps) + 1, self.now, by, claims, method, path, body, partners=partners, **what
        )
        self.steps.append(step)

    def pass_by(self, span: timedelta) -> None:
        """Time passes, and a sweep records what has come to pass."""
        self.now += span
        self.add(OPERATOR, OPERATES, "POST", "/api/sweeps", {}, kind=CLOCK)

    def partner(self) -> str:
        own = self.caller in PARTNERS and self.random.random() < OFTEN
        return self.caller if own else self.random.choice(PARTNERS)

    def customer(self) -> str:
        own = self.caller if self.caller in CUSTOMERS else AGENCY
        return own if self.random.random() < OFTEN else self.random.choice(CUSTOMERS)

    def id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def sides(self, partner_id: str, customer_id: str) -> frozenset[str]:
        """The partner, with the other one where both sell together."""
        together = {PROVIDER, self.through[customer_id]}
        return frozenset(together if partner_id in together else {partner_id})

    def about(self, partner_id: str, customer_id: str) -> dict[str, Any]:
        return {"customer": customer_id, "partners": self.sides(partner_id, customer_id)}

    def named(self, partner_id: str, customer_id: str) -> dict[str, str]:
        """The other side, as the body of an invitation names it."""
        (other,) = self.sides(partner_id, customer_id) - {partner_id} or {""}
        if not other:
            return {"indirectResellerId": RESELLER} if partner_id == PROVIDER else {}
        return {"indirectResellerId" if partner_id == PROVIDER else "indirectProviderId": other}

    def found(self) -> None:
        """Partners, links between them, their webhooks, and customers that have signed."""
        for one in (*PARTNERS, HOUSE):
            home = "KR" if one == ABROAD else "US"
            body = partner_document(one, mpnId=NUMBERS[one], country=home, mpnCountry=home)
            self.add(OPERATOR, OPERATES, "PUT", f"/api/partners/{one}", body, kind="founding")
        for one in RESELLERS:
            place, pair = f"/api/partners/{PROVIDER}/resellers/{one}", {PROVIDER, one}
            self.add(PROVIDER, person(PROVIDER), "PUT", place, kind="link", partners=pair)
            self.add(one, person(one), "POST", f"{place}/accept", kind="link", partners=pair)
        for one in PARTNERS:
            place = f"/api/partners/{one}/webhooks/{self.id()}"
            body = {"url": f"https://{one[:2]}.example/hook", "types": []}
            self.add(one, person(one), "PUT", place, body, kind="own")
        for one in CUSTOMERS:
            self._settle(one)
        text = f"no event, though it speaks of {AGENCY} and {STRANGER}"
        self.add(OPERATOR, OPERATES, SEND, "onboarding", text, kind="letter")

    def invite(self, one: str, customer: str, made: str, **body: Any) -> None:
        """An invitation under that id, of both sides where these sell together."""
        body = {"delegatedAdmin": True, **self.named(one, customer), **body}
        self.invitations.append((one, customer, made))
        place, what = f"/api/customers/{customer}/invitations/{made}", self.about(one, customer)
        self.add(one, person(one), "PUT", place, body, **what, thing=f"{customer}|{made}")

    def answer(self, one: str, customer: str, made: str, verb: str, body: Any) -> None:
        """The customer's answer to an invitation."""
        place = f"/api/customers/{customer}/invitations/{made}/{verb}"
        what = {**self.about(one, customer), "thing": f"{customer}|{made}"}
        self.add(customer, owner(customer), "POST", place, body, **what)

    def resume(self, one: str) -> None:
        """Whatever came before, the partner is active."""
        place = f"/api/partners/{one}/resume"
        self.add(OPERATOR, OPERATES, "POST", place, kind="operator", partners={one})

    def invite_first(self) -> None:
        """Under ids that sort before everybody else's: what lies behind must not show."""
        self.resume(self.caller)
        for number, one in enumerate(CUSTOMERS, 1):
            self.invite(self.caller, one, guid(number))

    def _settle(self, one: str) -> None:
        place, home = f"/api/customers/{one}", COUNTRIES[one]
        body = {"name": f"Customer {one[:2]}", "domain": f"{one[:2]}.example", "country": home}
        self.add(one, owner(one), "PUT", place, body, customer=one, kind="settling")
        if home != "US":
            return  # Who accepts there first signs the agreement as well.
        invitation = f"{place}/invitations/{self.id()}"
        what = {"customer": one, "kind": "settling"}
        self.add(HOUSE, person(HOUSE), "PUT", invitation, {"delegatedAdmin": True}, **what)
        agreed = {"customerAgreement": SIGNER}
        self.add(one, owner(one), "POST", f"{invitation}/accept", agreed, **what)
