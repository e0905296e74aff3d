from shared.policy.refusals import Refusal, broken, refuse


def test_a_refusal_carries_text():
    refusal = refuse("INV-9", "customerId", variant="pending", limit=20)
    assert refusal == Refusal("INV-9", "customerId", "pending", {"limit": "20"})


def test_all_that_is_broken_in_order_each_once():
    first, second = refuse("ELG-1", "customerId"), refuse("SUB-2", "subscriptions[1].id")
    assert broken(None, [first, second], second, (), iter([first])) == (first, second)


def test_one_rule_broken_in_two_places_is_said_twice():
    here, there = refuse("SUB-2", "subscriptions[0].id"), refuse("SUB-2", "subscriptions[1].id")
    assert broken(here, there) == (here, there)


def test_nothing_broken():
    assert broken(None, [], ()) == ()
