"""A field of a body says which rules watch it: those that can refuse its command because of it.

Which these are follows from the code: a refusal names its rule and its target where it is made, or
takes the target from whoever decides. Both are read from the syntax trees of rules and decisions.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.running.description import COMPONENTS

ROOT: Final = Path(__file__).parents[3]

BODIES: Final = {
    "AcceptBody": "AcceptanceBody",
    "CustomerBody": "CustomerBody",
    "InviteBody": "InvitationBody",
    "LinkBody": "InvitationLinkBody",
    "PartnerBody": "PartnerBody",
    "PartnerOfRecordBody": "PartnerOfRecordBody",
    "SubscriptionBody": "SubscriptionBody",
    "SubscriptionPatch": "SubscriptionPatch",
}
"""The bodies that decisions name targets of, by their names in code, and in the description."""


class Watch(NamedTuple):
    """A rule and the target of its refusals, as an expression of the function that makes them."""

    rule: str
    target: ast.expr | None


type Place = tuple[str, str]
"""A module, and a function or class in it."""


class Source:
    """A module of rules or decisions."""

    def __init__(self, path: Path) -> None:
        self.name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        self.imports = {
            each.asname or each.name: (str(node.module), each.name)
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        self.functions = {
            node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)
        }
        self.commands = [node for node in tree.body if isinstance(node, ast.ClassDef)]

    def place(self, called: ast.expr) -> Place | None:
        """What is called: here, in the module that it came from, or in a module that came."""
        match called:
            case ast.Name(id=name) if name in self.functions:
                return self.name, name
            case ast.Name(id=name):
                return self.imports.get(name)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.imports:
                return ".".join(self.imports[module]), name
            case _:
                return None


SOURCES: Final = {
    each.name: each
    for folder in ("policy", "deciding")
    for each in map(Source, sorted((ROOT / "shared" / folder).glob("*.py")))
}


@cache
def watches(place: Place) -> tuple[Watch, ...]:
    """What a function refuses, in its own words and in those that it is told."""
    module, name = place
    source = SOURCES.get(module)
    function = source.functions.get(name) if source else None
    return tuple(refused(source, function)) if source and function else ()


def refused(source: Source, inside: ast.FunctionDef) -> Iterator[Watch]:
    """Every refusal in the body of a function, of functions that it calls as well."""
    for call in (node for node in ast.walk(inside) if isinstance(node, ast.Call)):
        match call:
            case ast.Call(func=ast.Name(id="refuse"), args=[ast.Constant(value=str(rule)), *rest]):
                yield Watch(rule, rest[0] if rest else None)
            case _:
                place = source.place(call.func)
                for watch in (
                    watches(place) if place and place != (source.name, inside.name) else ()
                ):
                    yield Watch(watch.rule, given(call, place, watch.target) if place else None)


def given(call: ast.Call, place: Place, target: ast.expr | None) -> ast.expr | None:
    """The target as the caller names it, where it is a parameter."""
    if not isinstance(target, ast.Name):
        return target
    names = [each.arg for each in SOURCES[place[0]].functions[place[1]].args.args]
    if target.id not in names:
        return assigned(SOURCES[place[0]].functions[place[1]], target.id)
    position = names.index(target.id)
    said = {each.arg: each.value for each in call.keywords}
    return call.args[position] if position < len(call.args) else said.get(target.id)


def assigned(function: ast.FunctionDef, name: str) -> ast.expr:
    """All that a local name can be."""
    pairs = [
        pair
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        for pair in unpacked(target, node.value)
    ]
    return ast.Tuple(
        [value for target, value in pairs if isinstance(target, ast.Name) and target.id == name]
    )


def unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values):
            yield from zip(targets, values, strict=True)
        case _:
            yield target, value


def texts(target: ast.expr | None) -> Iterator[str]:
    for node in ast.walk(target) if target else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def bodies(command: ast.ClassDef) -> Iterator[str]:
    """The bodies that a command has."""
    for node in command.body:
        if isinstance(node, ast.AnnAssign):
            yield from (
                BODIES[each.id]
                for each in ast.walk(node.annotation)
                if isinstance(each, ast.Name) and each.id in BODIES
            )


def watched() -> set[tuple[str, str, str]]:
    """Body, field and rule."""
    return {
        (body, field, watch.rule)
        for source in SOURCES.values()
        for command in source.commands
        for body in bodies(command)
        for decide in command.body
        if isinstance(decide, ast.FunctionDef)
        for watch in refused(source, decide)
        for field in texts(watch.target)
        if described(body, field)
    }


def described(body: str, field: str) -> str | None:
    """What the description says of a body's field, by its dotted name."""
    first, _, rest = field.partition(".")
    said = COMPONENTS[body].get("properties", {}).get(first)
    if said is None or not rest:
        return said and said["description"]
    ref = next(each["$ref"] for each in [said, *said.get("oneOf", [])] if "$ref" in each)
    return described(ref.rpartition("/")[2], rest)


WATCHED: Final = sorted(watched())


def test_rules_are_found_that_watch_fields():
    """Some of each way: said by the rule, told by a decision, told on, one of several."""
    assert {
        ("AcceptanceBody", "customerAgreement", "AGR-3"),
        ("PartnerBody", "country", "ELG-6"),
        ("SubscriptionBody", "partnerOfRecord", "POR-1"),
        ("InvitationBody", "indirectResellerId", "PRT-1"),
    } <= set(WATCHED)
    assert {body for body, _, _ in WATCHED} == set(BODIES.values())


@pytest.mark.parametrize(("body", "field", "rule"), WATCHED)
def test_a_field_names_the_rules_that_watch_it(body: str, field: str, rule: str):
    assert re.search(rf"\b{rule}\b", described(body, field) or "")
