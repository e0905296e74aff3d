import pytest

from shared.policy.callers import CallerRole
from shared.policy.roles import Operation, allowed, best, table
from shared.settings import ROLE_PRESETS
from tools.roles_document import PATH, document

# operation              | seed names | additions | permissions-overview
TABLE = """
partner.read             | G U S      | A H       | G S A H
invitation.write         | G U S      | A         | S A G
invitation.answer        | CG         |           | CG
subscription.register    | G S        | A PL      | G S A PL
subscription.end         | G S        | A         | G S A
partner.manage           | G          | A         | G A
relationship.remove      | G          |           | G S A
customer.control         | CG         |           | CG
customer.read            | CR         |           | CR
ledger.read              | CG CR OP   |           | CG CR OP
customers.export         | G          | A         | G A
customer.profile         | CG         |           | CG
onboarding.send          | PL         |           | PL
operate                  | OP         |           | OP
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


def test_every_operation_is_a_row_in_this_order():
    assert [row[0] for row in ROWS] == list(Operation) == list(table())


@pytest.mark.parametrize(("name", "named", "additions", "overview"), ROWS)
def test_the_table(name, named, additions, overview):
    operation = Operation(name)
    presets = table()[operation].presets
    assert tuple(presets) == ROLE_PRESETS
    assert " ".join(presets["seed"].named) == named
    assert " ".join(presets["seed"].additions) == additions
    assert " ".join(presets["permissions-overview"].named) == overview
    assert presets["permissions-overview"].additions == ()
    assert allowed("seed", operation) == {*named.split(), *additions.split()}
    assert allowed("permissions-overview", operation) == set(overview.split())


def test_every_operation_says_what_it_is():
    assert len({row.text for row in table().values()}) == len(Operation)


@pytest.mark.parametrize("preset", ROLE_PRESETS)
def test_partners_and_customers_never_share_an_operation(preset):
    partner = set("GUSAH") | {"PL"}
    customer = {"CG", "CR"}
    for operation in Operation:
        roles = allowed(preset, operation)
        assert not (roles & partner and roles & customer), operation


def test_an_unknown_preset():
    with pytest.raises(KeyError):
        allowed("everybody", Operation.OPERATE)


@pytest.mark.parametrize(
    ("operation", "held", "acts_as"),
    [
        ("partner.read", "H S", "S"),
        ("partner.read", "H A", "A"),
        ("partner.read", "U G", "G"),
        ("subscription.register", "U PL", "PL"),
        ("subscription.register", "U H", None),
        ("customer.read", "CG CR", "CR"),
        ("customer.control", "CG CR", "CG"),
        ("customer.control", "CR", None),
        ("ledger.read", "OP CG CR", "CG"),
        ("ledger.read", "OP CR", "CR"),
        ("operate", "", None),
    ],
)
def test_a_caller_acts_in_the_first_role_that_may(operation, held, acts_as):
    roles = [CallerRole(letter) for letter in held.split()]
    role = best(allowed("seed", Operation(operation)), roles)
    assert role == best(allowed("seed", Operation(operation)), roles[::-1])
    assert role == acts_as


def test_the_document_is_as_new_as_the_table():
    assert PATH.read_text(encoding="utf-8") == document(), "run: python -m tools.roles_document"
    rows = [line for line in document().splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + len(ROWS) + 1 + len(CallerRole)
