import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.models import InvitationStatus, LinkStatus
from shared.model.state import Related
from shared.policy import invitations as rules
from shared.policy.catalogue import explain
from tests.cast.ids import AT, DAY, DIRECT, PROVIDER, RESELLER, invitation_id
from tests.cast.resources import block, customer_head, invitation, invited, link, partner
from tests.unit.policy.verdicts import said

PENDING, EXPIRED = InvitationStatus.PENDING, InvitationStatus.EXPIRED
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("inviter", "reseller_id", "provider_id", "refused"),
    [
        (partner(), None, None, []),
        (partner(), RESELLER, None, ["INV-1 indirectResellerId"]),
        (partner(), None, PROVIDER, ["INV-1 indirectProviderId"]),
        (partner(PROVIDER), RESELLER, None, []),
        (partner(PROVIDER), None, None, ["INV-1 indirectResellerId"]),
        (partner(PROVIDER), RESELLER, PROVIDER, ["INV-1 indirectProviderId"]),
        (partner(PROVIDER), None, PROVIDER, ["INV-1 indirectProviderId"]),
        (partner(RESELLER), None, PROVIDER, []),
        (partner(RESELLER), None, None, []),
        (partner(RESELLER), RESELLER, None, ["INV-1 indirectResellerId"]),
        (partner(RESELLER), RESELLER, PROVIDER, ["INV-1 indirectResellerId"]),
    ],
)
def test_an_invitation_names_both_sides_in_the_two_tier_model(
    inviter, reseller_id, provider_id, refused
):
    assert said(rules.inv_1(inviter, reseller_id, provider_id)) == refused


CLOSED = [InvitationStatus.ACCEPTED, InvitationStatus.DECLINED, InvitationStatus.CANCELED]


def test_a_pending_invitation_can_be_answered():
    assert said(rules.inv_2(invitation(), AT), rules.acc_3(invitation(), AT)) == []


@pytest.mark.parametrize("status", CLOSED)
@pytest.mark.parametrize("expires_at", [AT + DAY, AT - DAY])
def test_a_closed_invitation_stays_closed_and_says_how(status, expires_at):
    closed = invitation(status=status, expires_at=expires_at)
    assert said(rules.inv_2(closed, AT)) == ["INV-2 invitationId"]
    (refusal,) = rules.acc_3(closed, AT)
    assert said(refusal) == ["ACC-3 invitationId"]
    assert status.value in explain(refusal, "en").message


@pytest.mark.parametrize(
    "overdue",
    [
        pytest.param(invitation(status=PENDING, expires_at=AT), id="not recorded yet"),
        pytest.param(invitation(status=EXPIRED, expires_at=AT - DAY), id="recorded"),
    ],
)
def test_past_its_expiry_an_invitation_is_expired_whatever_is_recorded(overdue):
    assert said(rules.inv_2(overdue, AT)) == ["INV-4 invitationId"]
    assert said(rules.acc_3(overdue, AT)) == ["INV-4 invitationId", "ACC-3 invitationId"]


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_the_expiry_itself_is_exclusive(distance):
    refused = said(rules.inv_2(invitation(expires_at=AT + distance), AT))
    assert refused == ([] if distance > timedelta(0) else ["INV-4 invitationId"])


def test_one_pending_invitation_which_the_refusal_names():
    assert said(rules.inv_3(None)) == []
    refusal = rules.inv_3(invitation_id())
    assert said(refusal) == ["INV-3 invitationId"]
    assert invitation_id() in explain(refusal, "en").message
    assert invitation_id() in explain(refusal, "ko").message


@pytest.mark.parametrize(
    ("between", "may"),
    [
        (link(status=LinkStatus.ACTIVE), True),
        (link(status=LinkStatus.PENDING), False),
        (link(status=LinkStatus.ENDED), False),
        (None, False),
    ],
)
def test_an_invitation_for_both_needs_their_active_link(between, may):
    verdict = rules.inv_6(between, "indirectResellerId")
    assert said(verdict) == ([] if may else ["INV-6 indirectResellerId"])


def test_a_blocked_partner_does_not_invite():
    head = customer_head(**{DIRECT: Related(blocked=block())})
    assert said(rules.inv_9(head, [DIRECT], AT)) == ["INV-9/blocked partnerId"]


def test_a_blocked_partner_is_not_named_by_another_one_either():
    head = customer_head(**{DIRECT: Related(blocked=block())})
    assert said(rules.inv_9(head, [PROVIDER, DIRECT], AT)) == ["INV-9/blocked partnerId"]
    assert said(rules.inv_9(head, [PROVIDER], AT)) == []


@pytest.mark.parametrize(
    ("days_ago", "may"),
    [
        ((), True),
        ((1, 2), True),
        ((1, 2, 29), False),
        ((1, 2, 30), True),
        ((0, 0, 0), False),
    ],
)
def test_at_most_three_invitations_in_thirty_days(days_ago, may):
    times = tuple(AT - days * DAY for days in days_ago)
    head = customer_head(**{DIRECT: Related(invited=times)})
    assert said(rules.inv_9(head, [DIRECT], AT)) == ([] if may else ["INV-9/tooMany partnerId"])


@given(st.lists(st.integers(0, 45 * 24 * 60), min_size=3, max_size=3))
def test_who_invited_too_often_is_told_when_to_come_back_and_may_then(minutes_ago):
    times = tuple(AT - minutes * MINUTE for minutes in minutes_ago)
    head = customer_head(**{DIRECT: Related(invited=times)})
    refused = list(rules.inv_9(head, [DIRECT], AT))
    assert bool(refused) == all(moment > AT - 30 * DAY for moment in times)
    again = min(times) + 30 * DAY
    assert said(rules.inv_9(head, [DIRECT], again)) == []
    for refusal in refused:
        told = explain(refusal, "en")
        assert f"{again:%Y-%m-%dT%H:%M:%S.%fZ}" in told.message
        assert told.retryable == "afterTime"
        assert said(rules.inv_9(head, [DIRECT], again - MINUTE))


EARLIER = AT - timedelta(days=40)


@given(waiting=st.integers(17, 23), overdue=st.integers(0, 5))
def test_at_most_twenty_pending_invitations_at_a_customer(waiting, overdue):
    ends = [AT + DAY] * waiting + [AT] * overdue
    head = customer_head(**{f"partner {n}": invited(end) for n, end in enumerate(ends)})
    refused = said(rules.inv_9(head, [DIRECT], AT))
    assert refused == (["INV-9/pending customerId"] if waiting >= 20 else [])


@pytest.mark.parametrize(
    ("known", "inviters", "may"),
    [
        pytest.param(99, [DIRECT], True, id="the hundredth"),
        pytest.param(100, [DIRECT], False, id="one more"),
        pytest.param(100, ["partner 1"], True, id="one of the hundred"),
        pytest.param(98, [DIRECT, PROVIDER], True, id="both sides fit"),
        pytest.param(99, [DIRECT, PROVIDER], False, id="only one of two sides fits"),
        pytest.param(99, [DIRECT, "partner 1"], True, id="one of two sides is known"),
    ],
)
def test_at_most_a_hundred_partners_at_a_customer(known, inviters, may):
    head = customer_head(**{f"partner {n}": Related(invited=(EARLIER,)) for n in range(known)})
    refused = said(rules.inv_9(head, inviters, AT))
    assert refused == ([] if may else ["INV-9/partners customerId"])


def test_resellers_that_only_sales_name_leave_room_for_partners():
    head = customer_head(**{f"reseller {n}": Related(feed=1) for n in range(150)})
    assert said(rules.inv_9(head, [DIRECT], AT)) == []


@pytest.mark.parametrize(
    ("known", "named", "may"),
    [
        pytest.param(199, [DIRECT], True, id="the last that fits"),
        pytest.param(200, [DIRECT], False, id="one more"),
        pytest.param(200, ["reseller 1"], True, id="a known one"),
        pytest.param(200, [], True, id="none named"),
    ],
)
def test_a_head_has_room_for_so_many_that_partners_bring(known, named, may):
    head = customer_head(**{f"reseller {n}": Related(feed=1) for n in range(known)})
    refused = said(rules.inv_9_room(head, named, "partnerOfRecord"))
    assert refused == ([] if may else ["INV-9/room partnerOfRecord"])
    if named:
        standing = said(rules.inv_9_standing(head, tuple(named)))
        assert standing == said(rules.inv_9(head, named, AT))
        assert standing == ([] if may else ["INV-9/room customerId"])


def test_every_broken_limit_is_said():
    crowd = {f"partner {n}": invited(AT + DAY) for n in range(100)}
    own = Related(blocked=block(), invited=(AT, AT, AT))
    assert said(rules.inv_9(customer_head(**crowd, **{DIRECT: own}), [DIRECT], AT)) == [
        "INV-9/blocked partnerId",
        "INV-9/tooMany partnerId",
        "INV-9/pending customerId",
        "INV-9/partners customerId",
    ]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "",
        "We look forward to working with you.",
        "Office 365 and/or Azure, 24/7 support. See you on 1.12./2.12.",
        "안녕하세요. 다중 파트너 지원에 대해 안내해 드립니다.",
        "Ask for Kim at Contoso Ltd., ext. 7 (U.S./Korea)",
        "Contoso Inc.Next steps follow.It is easy.No question.So be it.",
        "e.g. at 8 a.m., No.5, Azure.Our price: 3.50, Ltd.,we know",
        "Write to kim@contoso.com or kim.lee@contoso.co.kr",
        "the file letter.docx, and contoso.example",
        "contoso.example writes to you, version 1.2.3.4",
        "확인했습니다.가능한가요?네",
        "회의입니다.시간:10시",
        "ご確認ください。詳細/料金は後日。",
    ],
)
def test_plain_words_are_a_message(message):
    assert said(rules.inv_9_message(message)) == []


URLS = [
    *(f"{each}evil.example" for each in ("http://", "ftp://", "www.", "WWW.")),
    "HTTPS://EVIL.EXAMPLE",
    "ms-settings://x",
    "mailto:someone@evil.example",
    "https:evil.example/x",
    "evil.example/login",
    "sign-in.evil.example/",
    "evil.example:8080/login",
    "evil.example?x=1",
    "evil.example:8080",
    "evil.example#top",
    "정부.한국/신청",
    "정부.한국:8080",
    "evil.xn--3e0b707e/x",
    "1.2.3.4/login",
    "1.2.3.4:80",
    "evil\u3002example/x",
    "evil\uff61example/x",
    "evil\uff0eexample\uff0flogin",
    "\uff57\uff57\uff57.evil.example",
    "evil\u00ad.example/x",
    "w\u200bww.evil.example",
    "ht\u2060tp://evil.example",
]
"""Mail programs make links of these, whatever the script, the dots, the width, the unseen."""

HOSTS = [
    "evil.com",
    "sub-1.evil.co.kr",
    "EVIL.COM",
    "evil.xn--3e0b707e",
    "\uff45\uff56\uff49\uff4c\uff0e\uff43\uff4f\uff4d",
    "e\u200bvil.next",
]
"""A name alone, with no letter of its alphabet beside it."""


@pytest.mark.parametrize("url", URLS + HOSTS)
@pytest.mark.parametrize("around", ["{}", "Sign in at {} today", "({})", "주소는{}입니다", "_{}_"])
def test_an_address_to_follow_is_no_plain_text(url, around):
    assert said(rules.inv_9_message(around.format(url))) == ["INV-9/url message"]


@given(st.text(), st.sampled_from(URLS), st.text())
def test_no_words_around_hide_an_address(before, url, after):
    assert rules.inv_9_message(f"{before}{url}{after}") is not None
    assert rules.inv_9_message(f"{before} {HOSTS[0]} {after}") is not None


def _nothing_that_ends_a_host(message: str) -> bool:
    return not set(":/.\u3002") & set(unicodedata.normalize("NFKC", message))


@given(st.text().filter(_nothing_that_ends_a_host))
def test_without_dots_colons_and_slashes_there_is_no_address(message):
    assert rules.inv_9_message(message) is None


@pytest.mark.parametrize(
    ("known", "blocked", "may"),
    [
        pytest.param(239, DIRECT, True, id="the last that fits"),
        pytest.param(240, DIRECT, False, id="one more"),
        pytest.param(240, "partner 1", True, id="a known one"),
    ],
)
def test_a_head_has_room_for_so_many_blocks(known, blocked, may):
    head = customer_head(**{f"partner {n}": Related(blocked=block()) for n in range(known)})
    refused = said(rules.inv_9_room(head, [blocked], "partnerId", blocking=True))
    assert refused == ([] if may else ["INV-9/blocks partnerId"])
