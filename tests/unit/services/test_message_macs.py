"""Stamps and fingerprints are MACs: nobody makes one without the deployment's key."""

from hashlib import sha256

import pytest

from shared.services.onboarding.fingerprints import Fingerprints
from shared.services.onboarding.stamps import Stamps
from shared.services.queues.cloud_events import CloudEvent
from tests.cast.messages import submission

OLD, NEW, OTHER = (bytes([n]) * 32 for n in range(3))
SOURCE, CALLER = "/partners/d1", "application"
EVENT = CloudEvent.model_validate(submission())
ASKED = b'["invitation-request",{"contact":{"email":"kim@agency.example"}}]'


def test_a_stamp_says_who_sent_it():
    stamped = Stamps([OLD]).stamped(EVENT, SOURCE, CALLER)
    assert Stamps([OLD]).caller(stamped) == CALLER
    assert Stamps([OLD]).caller(EVENT) is None


@pytest.mark.parametrize(
    ("keys", "known"), [([OLD, NEW], True), ([NEW, OLD], True), ([NEW], False), ([OTHER], False)]
)
def test_any_key_of_the_deployment_checks_and_no_other(keys, known):
    stamped = Stamps([OLD]).stamped(EVENT, SOURCE, CALLER)
    assert (Stamps(keys).caller(stamped) == CALLER) is known
    made = Fingerprints([OLD]).of(ASKED)
    assert Fingerprints(keys).fits(ASKED, made) is known


def test_the_first_key_makes_them():
    assert Fingerprints([NEW, OLD]).of(ASKED) == Fingerprints([NEW]).of(ASKED)
    stamped = Stamps([NEW, OLD]).stamped(EVENT, SOURCE, CALLER)
    assert Stamps([NEW]).caller(stamped) == CALLER


@pytest.mark.parametrize("change", [{"id": "m-2"}, {"source": "/partners/d2"}, {"data": {}}])
def test_a_stamp_is_over_all_that_decides(change):
    stamped = Stamps([OLD]).stamped(EVENT, SOURCE, CALLER)
    assert Stamps([OLD]).caller(stamped.model_copy(update=change)) is None


def test_what_was_erased_cannot_be_tried_out():
    """Whoever has the fingerprint and a guess, and not the key, learns nothing of either."""
    made = Fingerprints([OLD]).of(ASKED)
    assert made != sha256(ASKED).hexdigest()
    assert made != Fingerprints([OTHER]).of(ASKED)
    assert not Fingerprints([OLD]).fits(ASKED.replace(b"kim", b"lee"), made)
