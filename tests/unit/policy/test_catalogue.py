import ast
import re
from collections import defaultdict
from pathlib import Path
from string import Formatter

import pytest

import shared
from shared import settings
from shared.policy.catalogue import POLICY_VERSION, Explained, explain, rules
from shared.policy.clouds import cloud_profile
from shared.policy.refusals import refuse

SHARED = Path(shared.__file__).parent
CLOUDS = {name: cloud_profile(name) for name in settings.CLOUDS}
HANGUL = re.compile("[가-힣]")
NOT_PARAMS = {"target", "variant"}

DOMAIN = """
NIF-1 NIF-2 NIF-3 NIF-4 NIF-5 MUL-1 ISO-1 ISO-2
ELG-1 ELG-2 ELG-3 ELG-4 ELG-5 ELG-6 ELG-7 ELG-8
GOV-1 GOV-2 GOV-3 PRT-1 MultiPartnerNotAvailable
AGR-1 AGR-2 AGR-3
INV-1 INV-2 INV-3 INV-4 INV-5 INV-6 INV-7 INV-8 INV-9
ACC-1 ACC-2 ACC-3 ACC-4 EFF-1 EFF-2 EFF-3 EFF-4 EFF-5
SUB-1 SUB-2 SUB-3 SUB-4 SUB-5 SUB-6 SUB-7 SUB-8 POR-1 POR-2 POR-3
DAP-1 REM-1 REM-2 REM-3 REM-4 REM-5 LNK-1 IMP-1
"""
IDS = DOMAIN.split()

MESSAGES = [
    pytest.param(rule, message, id=f"{rule.id}-{variant}")
    for rule in rules().values()
    for variant, message in rule.messages.items()
]


def refusals_in_code():
    """`(rule, variant)` of every call of `refuse`, with the sets of parameters that are passed."""
    found = defaultdict(set)
    for path in sorted(SHARED.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("refuse") | ast.Attribute(attr="refuse")):
                    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
                    variant = keywords.get("variant", ast.Constant("message"))
                    params = frozenset(keywords.keys() - NOT_PARAMS)
                    found[literal(node.args[0]), literal(variant)].add(params)
                case ast.Call(func=ast.Name("Refusal")):
                    assert path.name == "refusals.py", f"{path}: refuse() makes refusals"
                case _:
                    pass
    return found


def literal(node):
    assert isinstance(node, ast.Constant), f"line {node.lineno}: spell it out, so that tests see it"
    return node.value


def placeholders(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_rule_of_the_domain_is_there():
    assert list(rules()) == IDS
    assert [rule.id for rule in rules().values()] == IDS


def test_every_refusal_has_a_message_and_every_message_a_refusal():
    told = {(rule.id, variant) for rule in rules().values() for variant in rule.messages}
    assert set(refusals_in_code()) == told


def test_messages_say_exactly_what_the_code_passes():
    for (rule_id, variant), passed in refusals_in_code().items():
        message = rules()[rule_id].messages[variant]
        expected = {frozenset(placeholders(message.en)), frozenset(placeholders(message.ko))}
        assert passed == expected, f"{rule_id}/{variant}"


@pytest.mark.parametrize("rule", rules().values(), ids=IDS)
def test_every_rule_is_described_in_both_languages(rule):
    for text in (rule.title, rule.description):
        assert text.en.isascii()
        assert HANGUL.search(text.ko)
    assert rule.description.en.endswith(".")
    assert rule.description.ko.endswith("니다.")
    assert rule.source
    assert rule.version == 1


@pytest.mark.parametrize("rule", rules().values(), ids=IDS)
def test_only_refusals_have_messages(rule):
    refusal = rule.enforced_by == "refusal"
    assert bool(rule.messages) == refusal
    assert (rule.retryable is not None) == refusal
    assert (rule.resolvable_by is not None) == refusal


@pytest.mark.parametrize(("rule", "message"), MESSAGES)
def test_messages_are_polite_sentences(rule, message):
    assert message.en.isascii()
    assert message.en[0].isupper() or message.en.startswith("{")
    assert message.en.endswith(".")
    assert re.search(r"(니다|시오)\.$", message.ko)


@pytest.mark.parametrize(("rule", "message"), MESSAGES)
def test_a_change_that_helps_is_in_somebodys_hands(rule, message):
    if message.retryable == "afterChange":
        assert message.resolvable_by != "nobody"


def test_the_policy_is_as_new_as_its_newest_rule():
    assert max(rule.effective_from for rule in rules().values()).isoformat() == POLICY_VERSION


def test_rules_name_the_clouds_in_which_they_are_in_force():
    special = {
        "GOV-1": lambda cloud: cloud.delegated_admin_required,
        "GOV-3": lambda cloud: cloud.partner_countries is not None,
        "MultiPartnerNotAvailable": lambda cloud: not cloud.multi_partner,
    }
    for rule in rules().values():
        in_force = special.get(rule.id, lambda _: True)
        assert rule.clouds == tuple(name for name, cloud in CLOUDS.items() if in_force(cloud))


def test_what_is_not_enforced_by_refusal():
    others = {rule.id: rule.enforced_by for rule in rules().values() if not rule.messages}
    assert others == {
        **dict.fromkeys(("NIF-1", "NIF-2", "NIF-3", "NIF-4", "NIF-5"), "guard"),
        **dict.fromkeys(("INV-7", "ACC-2", "DAP-1", "REM-2", "REM-3", "REM-4"), "guard"),
        **dict.fromkeys(("MUL-1", "ELG-2", "INV-8", "SUB-5", "SUB-7"), "explanation"),
        **dict.fromkeys(("EFF-1", "EFF-2", "EFF-3", "EFF-4", "EFF-5"), "explanation"),
        **dict.fromkeys(("GOV-2", "ACC-1"), "token"),
        **dict.fromkeys(("ACC-4", "SUB-4", "ISO-1", "ISO-2"), "visibility"),
    }


@pytest.mark.parametrize("rule_id", ["SUB-2", "ELG-8"])
def test_an_id_that_is_held_elsewhere_names_no_holder(rule_id):
    for message in rules()[rule_id].messages.values():
        assert placeholders(message.en) == placeholders(message.ko) == set()


def test_a_refusal_explained():
    refusal = refuse("ELG-6", "country", one="US", other="KR")
    assert explain(refusal, "en") == Explained(
        code="ELG-6",
        message="The countries US and KR are not in the same CSP region."
        " Work with a partner of the same region.",
        target="country",
        retryable="never",
        resolvable_by="nobody",
        partner_center_code=None,
        subscription_ids=(),
    )
    assert explain(refusal, "ko").message == (
        "국가 US 및 KR의 CSP 지역이 서로 다릅니다. 같은 지역의 파트너와 거래하십시오."
    )


@pytest.mark.parametrize(
    ("rule_id", "variant", "retryable", "resolvable_by", "code"),
    [
        # what a variant leaves open, its rule says
        ("INV-9", "blocked", "afterChange", "customer", None),
        ("INV-9", "tooMany", "afterTime", "nobody", None),
        ("INV-9", "partners", "never", "nobody", None),
        ("AGR-2", "message", "afterChange", "partner", 900123),
        ("AGR-3", "message", "afterChange", "customer", 13605),
        ("AGR-3", "acceptance", "never", "customer", None),
        ("POR-2", "message", "afterChange", "partner", 800016),
        ("POR-2", "unknown", "afterChange", "partner", 800015),
        ("POR-3", "message", "never", "nobody", 800098),
        ("POR-3", "provider", "never", "nobody", 800098),
    ],
)
def test_a_variant_says_only_what_differs(rule_id, variant, retryable, resolvable_by, code):
    message = rules()[rule_id].messages[variant]
    assert message.retryable == retryable
    assert message.resolvable_by == resolvable_by
    assert message.partner_center_code == code


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(refuse("XYZ-1"), id="no such rule"),
        pytest.param(refuse("ELG-1", variant="other"), id="no such variant"),
        pytest.param(refuse("NIF-1"), id="not enforced by refusal"),
        pytest.param(refuse("INV-3"), id="a parameter is missing"),
    ],
)
def test_what_has_no_message_cannot_be_explained(refusal):
    with pytest.raises(KeyError):
        explain(refusal, "en")


def test_values_are_text_and_never_templates():
    message = explain(refuse("INV-2", status="{type.__class__}"), "en").message
    assert '"{type.__class__}"' in message
