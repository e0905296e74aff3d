"""Why something is disputed, annulled or to end: kept beside the record, the last that was said."""

from dataclasses import replace

import pytest
from immutables import Map

from shared.deciding.commands import Command
from shared.deciding.decide import decide
from shared.deciding.facts import Decided
from shared.model.models import RelationshipStatus, SubscriptionStatus
from shared.model.personal import Details
from shared.model.state import Tenant
from tests.cast.commands import annul, dispute, request_end
from tests.cast.decisions import events_of, facts
from tests.cast.ids import AGENCY, AT, DAY, DIRECT, subscription_id
from tests.cast.resources import partner, relationship, subscription, tenant

NOW = facts(partner())
SOLD, RELATED = f"subscription.{subscription_id()}", f"relationship.{DIRECT}"
DISPUTED = subscription(disputed_at=AT - DAY)
WISHED = relationship(end_requested_at=AT - DAY)


def kept(known: Tenant, where: str, **said: str) -> Tenant:
    return known.with_details(Map({where: Details(**said)}))


@pytest.mark.parametrize(
    ("command", "before", "where", "said"),
    [
        (dispute(reason="Not ours"), subscription(), SOLD, {"dispute_reason": "Not ours"}),
        (annul(reason="Agreed"), DISPUTED, SOLD, {"annulment_reason": "Agreed"}),
        (
            request_end(reason="Too dear"),
            relationship(),
            RELATED,
            {"end_request_reason": "Too dear"},
        ),
    ],
)
def test_it_lies_beside_the_record_and_in_no_event(command: Command, before, where: str, said):
    decision = decide(tenant(AGENCY, before), command, NOW)
    assert decision.details == Map({where: Details(**said)})
    (happened,) = events_of(decision)
    assert not any(text in repr(happened) for text in said.values())


@pytest.mark.parametrize(
    ("command", "before", "where", "first"),
    [
        (dispute, DISPUTED, SOLD, "dispute_reason"),
        (request_end, WISHED, RELATED, "end_request_reason"),
    ],
)
class TestSaidAgain:
    def test_another_reason_takes_the_place_of_the_first(self, command, before, where, first):
        known = kept(tenant(AGENCY, before), where, **{first: "First"})
        decision = decide(known, command(reason="Second"), NOW)
        assert decision.details == Map({where: Details(**{first: "Second"})})
        assert events_of(decision)[0].data == before.but(updated_at=AT)

    def test_the_same_reason_or_none_changes_nothing(self, command, before, where, first):
        known = kept(tenant(AGENCY, before), where, **{first: "First"})
        for again in (command(reason="First"), command()):
            assert decide(known, again, NOW) == Decided()

    def test_after_an_erasure_it_can_be_said_again(self, command, before, where, first):
        decision = decide(tenant(AGENCY, before), command(reason="Again"), NOW)
        assert decision.details == Map({where: Details(**{first: "Again"})})


def test_annulling_keeps_why_it_was_disputed():
    known = kept(tenant(AGENCY, DISPUTED), SOLD, dispute_reason="Not ours")
    both = Details(dispute_reason="Not ours", annulment_reason="Agreed")
    assert decide(known, annul(reason="Agreed"), NOW).details == Map({SOLD: both})
    silent = decide(known, annul(), NOW)
    assert silent.details == Map({SOLD: Details(dispute_reason="Not ours")})
    assert silent.erased == frozenset()
    assert decide(tenant(AGENCY, DISPUTED), annul(), NOW).details == Map()


def test_what_is_decided_takes_no_reason_any_more():
    annulled = tenant(AGENCY, DISPUTED.but(status=SubscriptionStatus.ANNULLED))
    gone = relationship(status=RelationshipStatus.REMOVED, removed_at=AT - DAY)
    assert decide(annulled, dispute(reason="Late"), NOW) == Decided()
    assert decide(annulled, annul(reason="Late"), NOW) == Decided()
    assert decide(tenant(AGENCY, gone), request_end(reason="Late"), NOW) == Decided()


def test_the_wish_of_an_earlier_life_goes_with_the_next_one():
    """Else asking without a reason would show the one of then."""
    known = kept(tenant(AGENCY, relationship()), RELATED, end_request_reason="Then")
    anew = {DIRECT: known.head.of(DIRECT).but(removals=1)}
    known = known.with_head(replace(known.head, related=anew))
    silent = decide(known, request_end(), NOW)
    assert (silent.details, silent.erased) == (Map(), frozenset({RELATED}))
    said = decide(known, request_end(reason="Now"), NOW)
    assert (said.details, said.erased) == (
        Map({RELATED: Details(end_request_reason="Now")}),
        frozenset(),
    )
