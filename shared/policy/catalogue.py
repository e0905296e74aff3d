"""The rule catalogue: every rule's texts, and what a caller is told of a broken one. Data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from shared.errors import Retryable
from shared.model.base import Model
from shared.policy.refusals import Refusal, ResolvableBy
from shared.wording import Locale

POLICY_VERSION: Final = "2026-11-01"
"""Named by every ledger entry: the day on which the newest version of any rule took effect."""

_DATA: Final = Path(__file__).parent / "data" / "rules.json"
_INHERITED: Final = ("partnerCenterCode", "retryable", "resolvableBy")


class Text(Model):
    """The same in both languages."""

    en: str
    ko: str


class Message(Text):
    """How one way of breaking a rule is explained: `str.format` templates, and what helps.

    `for_customer` says it to a customer, with `{partner}` for whom it was asked about; every
    refusal that a customer's answer can meet has it. `retryable` and `resolvable_by` as in the API;
    `partner_center_code` is Partner Center's own error number for it.
    """

    for_customer: Text | None = None
    partner_center_code: int | None
    retryable: Retryable
    resolvable_by: ResolvableBy


class Rule(Model):
    """One rule of the domain. `messages` by variant; only rules enforced by refusal have any.

    `clouds` are those in which the rule is in force; `source` is the article that states it.
    """

    id: str
    version: int
    effective_from: date
    title: Text
    description: Text
    source: str
    enforced_by: Literal["refusal", "guard", "visibility", "explanation", "token"]
    partner_center_code: int | None = None
    clouds: tuple[str, ...]
    retryable: Retryable | None = None
    resolvable_by: ResolvableBy | None = None
    messages: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Explained:
    """A refusal in words, with everything that an error's detail says."""

    code: str
    message: str
    target: str | None
    retryable: Retryable
    resolvable_by: ResolvableBy
    partner_center_code: int | None
    subscription_ids: tuple[str, ...]


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the data."""
    records = json.loads(_DATA.read_text(encoding="utf-8"))
    return {record["id"]: _rule(record) for record in records}


def explain(refusal: Refusal, locale: Locale) -> Explained:
    """What the caller is told, in the words of its side.

    Raises KeyError for a rule or variant without a message.
    """
    message = rules()[refusal.rule_id].messages[refusal.variant]
    to_customer = message.for_customer if refusal.partner is not None else None
    text, known = to_customer or message, {"partner": refusal.partner or ""}
    template = text.ko if locale == "ko" else text.en
    return Explained(
        code=refusal.rule_id,
        message=template.format_map(known | refusal.params),
        target=refusal.target,
        retryable=message.retryable,
        resolvable_by=message.resolvable_by,
        partner_center_code=message.partner_center_code,
        subscription_ids=refusal.subscription_ids,
    )


def _rule(record: dict[str, Any]) -> Rule:
    """A message's data say only how it differs from its rule."""
    inherited = {name: record.get(name) for name in _INHERITED}
    messages = {name: inherited | told for name, told in record.get("messages", {}).items()}
    return Rule.model_validate(record | {"messages": messages})
