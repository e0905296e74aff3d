"""How a history begins: whoever compares stands among others, at every kind of leak.

- A sale of others lies before its own and one behind: in pages, positions, exports.
- Customers have stated their countries: in refusals of who does not know the customer.
- A partner that it may name is suspended and blocked: in refusals of inviting beside it.
- It is suspended itself, behind things that are so already (every third round of callers).
"""

from typing import Any, Final

from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, BUREAU, OPERATOR, OTHER_DIRECT, PROVIDER, guid
from tests.twins.history import RESELLERS, SIGNER, History
from tests.twins.scene import ABROAD, HOUSE, NUMBERS, OPERATES, PARTNERS, owner, person

_LAST: Final = "ffffffff-ffff-4fff-8fff-{:012x}"


def open_history(history: History) -> None:
    """Of a partner that compares; a customer has others at it whatever happens."""
    one = history.caller
    if one not in PARTNERS:
        return
    customer = BUREAU if one == ABROAD else AGENCY
    made = history.id()
    history.invite(one, customer, made)
    agreed = {"customerAgreement": SIGNER} if customer == BUREAU else {}
    history.answer(one, customer, made, "accept", agreed)
    seller = PROVIDER if one in RESELLERS else one
    _sell(history, seller, customer, guid(11))
    _sell(history, HOUSE, AGENCY, _LAST.format(11))
    _sell(history, HOUSE, AGENCY, guid(10))
    _hide(history)


def _sell(history: History, one: str, customer: str, sold: str) -> None:
    body, parties = sale_document(), {one}
    if one == PROVIDER:
        reseller = history.through[customer]
        body["partnerOfRecord"] = NUMBERS[reseller]
        parties.add(reseller)
    history.sales.append((one, customer, sold))
    what: dict[str, Any] = {"customer": customer, "partners": parties, "thing": sold}
    place = f"/api/customers/{customer}/subscriptions/{sold}"
    history.add(one, person(one), "PUT", place, body, **what)


def hidden_from(caller: str) -> str:
    """A partner that it may name and has nothing to do with."""
    return ABROAD if caller == OTHER_DIRECT else OTHER_DIRECT


def _hide(history: History) -> None:
    """What nobody who is not linked with that partner may know of it."""
    hidden = hidden_from(history.caller)
    place = f"/api/customers/{AGENCY}/blocked-partners/{hidden}"
    what: dict[str, Any] = {"customer": AGENCY, "partners": {hidden}, "kind": "block"}
    history.add(AGENCY, owner(AGENCY), "PUT", place, **what)
    place = f"/api/partners/{hidden}/suspend"
    history.add(OPERATOR, OPERATES, "POST", place, kind="operator", partners={hidden})
