from datetime import timedelta

import pytest

from shared.model.models import LinkStatus
from shared.policy import invitations as rules
from shared.policy.catalogue import explain
from tests.cast.ids import AT, PROVIDER, RESELLER
from tests.cast.resources import invitation_link, link, partner
from tests.unit.policy.verdicts import said

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("asking", "asked", "refused"),
    [
        (partner(PROVIDER), partner(RESELLER), []),
        (partner(), partner(RESELLER), ["LNK-1/provider partnerId"]),
        (partner(PROVIDER), partner(), ["LNK-1/reseller resellerId"]),
        (partner(PROVIDER), None, ["LNK-1/reseller resellerId"]),
        (
            partner(RESELLER),
            partner(PROVIDER),
            ["LNK-1/provider partnerId", "LNK-1/reseller resellerId"],
        ),
    ],
)
def test_a_provider_asks_an_enrolled_reseller(asking, asked, refused):
    assert said(rules.lnk_1_sides(asking, asked)) == refused


@pytest.mark.parametrize("status", LinkStatus)
def test_an_ended_link_is_not_accepted(status):
    ended = status is LinkStatus.ENDED
    assert said(rules.lnk_1_ended(link(status=status))) == (
        ["LNK-1/ended resellerId"] if ended else []
    )


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        pytest.param({}, [], id="open"),
        pytest.param({"expires_at": AT + HOUR}, [], id="just in time"),
        pytest.param({"expires_at": AT}, ["INV-5/expired linkId"], id="expired this moment"),
        pytest.param({"revoked_at": AT - HOUR}, ["INV-5/revoked linkId"], id="revoked"),
        pytest.param(
            {"revoked_at": AT - HOUR, "expires_at": AT - HOUR},
            ["INV-5/revoked linkId", "INV-5/expired linkId"],
            id="both",
        ),
    ],
)
def test_a_link_is_limited_in_time_and_revocable(changes, refused):
    assert said(rules.inv_5(invitation_link(**changes), AT)) == refused


def test_a_link_is_limited_in_number():
    refusal = rules.inv_5_exhausted(invitation_link(max_acceptances=10))
    assert said(refusal) == ["INV-5/exhausted linkId"]
    assert "All 10 acceptances" in explain(refusal, "en").message


def test_a_link_whose_last_places_were_just_taken():
    refusal = rules.inv_5_taken(invitation_link(max_acceptances=10))
    assert said(refusal) == ["INV-5/taken linkId"]
    assert explain(refusal, "en").retryable == "afterTime"
