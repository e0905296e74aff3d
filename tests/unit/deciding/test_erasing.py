"""Personal data goes when the customer says so; the ledger keeps only that it went."""

from dataclasses import replace

from immutables import Map

from shared.deciding.decide import decide
from shared.deciding.facts import Absent, Decided
from shared.model.customers import Erasure
from shared.model.personal import Details
from tests.cast.decisions import events_of, facts
from tests.cast.every_command import ERASE
from tests.cast.ids import AGENCY, DIRECT, actor, invitation_id
from tests.cast.resources import partner, tenant

HERS, OTHER = invitation_id(1), invitation_id(2)
KEPT = replace(
    tenant(), details=Map({HERS: Details(message="Hello Ada"), OTHER: Details(message="Hi")})
)


def test_of_one_invitation():
    decision = decide(KEPT, ERASE, facts())
    (happened,) = events_of(decision)
    assert happened.type == "personal-data-erased"
    assert happened.data == Erasure(customer_id=AGENCY, invitation_id=HERS)
    assert decision.erased == {HERS}
    assert not decision.details


def test_of_everything_only_what_is_there():
    everything = replace(ERASE, invitation_id=None, details_ids=(HERS, OTHER, "agreement"))
    decision = decide(KEPT, everything, facts())
    assert decision.erased == {HERS, OTHER}
    (happened,) = events_of(decision)
    assert happened.data == Erasure(customer_id=AGENCY, invitation_id=None)


def test_what_is_gone_already_leaves_no_event():
    assert decide(tenant(), ERASE, facts()) == Decided()
    assert decide(KEPT, replace(ERASE, details_ids=()), facts()) == Decided()


def test_nobody_else_erases():
    assert decide(KEPT, replace(ERASE, actor=actor(DIRECT)), facts(partner())) == Absent()
