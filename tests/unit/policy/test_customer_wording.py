"""A refusal that a customer's answer can meet is told to the customer in words of its own."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from string import Formatter

import pytest

import shared
from shared.policy.catalogue import explain, rules
from shared.policy.refusals import refuse

SHARED = Path(shared.__file__).parent
PARTNER = "Contoso & Söhne {0}"
ANSWERS = {
    "deciding/accepting.py": None,
    "deciding/redeeming.py": None,
    "deciding/inviting.py": {"refusals", "other_side"},
}
"""Where accepting, accepting by link and declining are decided; None for every function there."""
HANGUL = re.compile("[가-힣]")


def functions(path: str) -> list[ast.FunctionDef]:
    """Methods too: two commands of one module may have one of the same name."""
    tree = ast.parse((SHARED / path).read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def names(node: ast.AST) -> set[str]:
    """Everything that is named in it, as itself or behind a dot."""
    return {
        each.attr if isinstance(each, ast.Attribute) else each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute | ast.Name)
    }


def met() -> dict[tuple[str, str], set[str]]:
    """`(rule, variant)` that the three decisions can lead to, with the parameters passed."""
    policy = {
        node.name: node
        for path in sorted((SHARED / "policy").glob("*.py"))
        for node in functions(f"policy/{path.name}")
    }
    asked = {"inv_5_exhausted", "inv_5_taken"}  # Found out by reserving, behind the decision.
    for path, wanted in ANSWERS.items():
        for node in functions(path):
            if wanted is None or node.name in wanted:
                asked |= names(node) & policy.keys()
    while more := {name for each in asked for name in names(policy[each]) & policy.keys()} - asked:
        asked |= more
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in asked - {"refuse"}:
        for node in ast.walk(policy[each]):
            if isinstance(node, ast.Call) and names(node.func) == {"refuse"}:
                said = {keyword.arg: keyword.value for keyword in node.keywords}
                variant = ast.literal_eval(said.get("variant", ast.Constant("message")))
                key = ast.literal_eval(node.args[0]), variant
                found[key] |= {str(name) for name in said.keys() - {"variant", "target"}}
    return found


MET = met()


def test_the_rules_that_an_answer_meets_are_found():
    assert {
        ("PRT-1", "message"),
        ("AGR-3", "acceptance"),
        ("INV-2", "message"),
        ("INV-4", "message"),
        ("INV-5", "exhausted"),
        ("INV-9", "blocked"),
        ("ACC-3", "message"),
    } <= MET.keys()
    assert ("SUB-1", "message") not in MET


def test_every_one_of_them_has_a_customers_wording_and_no_other():
    told = {
        (rule.id, variant)
        for rule in rules().values()
        for variant, message in rule.messages.items()
        if message.for_customer
    }
    assert told == MET.keys()


@pytest.mark.parametrize("key", sorted(MET), ids="/".join)
@pytest.mark.parametrize("locale", ["en", "ko"])
def test_it_speaks_of_the_partner_and_of_what_the_customer_can_do(key, locale):
    rule_id, variant = key
    params = dict.fromkeys(MET[key], "X")
    refusal = refuse(rule_id, variant=variant, **params)
    to_customer = explain(refusal.to_customer(PARTNER), locale)
    to_partner = explain(refusal, locale)
    assert to_customer.message != to_partner.message
    assert to_customer.code == to_partner.code
    assert (to_customer.retryable, to_customer.resolvable_by) == (
        to_partner.retryable,
        to_partner.resolvable_by,
    )
    wording = rules()[rule_id].messages[variant].for_customer
    template = wording.ko if locale == "ko" else wording.en
    fields = {name for _, name, _, _ in Formatter().parse(template) if name}
    assert fields <= MET[key] | {"partner"}
    assert ("partner" in fields) == (PARTNER in to_customer.message)
    assert "partner" in fields or key == ("AGR-3", "acceptance") or "link" in wording.en.lower()
    assert bool(HANGUL.search(to_customer.message)) == (locale == "ko")
    for field in ("customerAgreement", "delegatedAdmin", "indirectResellerId"):
        assert field not in to_customer.message, "people see no fields of the API"


def test_a_suspension_is_the_partners_own_matter():
    told = explain(refuse("PRT-1").to_customer("Contoso"), "en").message
    assert told == "Contoso cannot be accepted now. Ask Contoso; nothing is lost."


def test_how_often_a_link_was_used_is_the_partners_own_matter():
    told = explain(refuse("INV-5", variant="exhausted", limit=77).to_customer("Contoso"), "en")
    assert "77" not in told.message


def test_whom_it_is_told_to_makes_no_other_refusal_of_it():
    assert refuse("PRT-1").to_customer("Contoso") == refuse("PRT-1")
