"""The one grammar of templates, and the order in which functions are tried."""

from __future__ import annotations

import pytest

from devhost.refusals import Refusal, Refused
from devhost.routes import RouteTable, parse


def match(template: str, path: str, method: str = "GET") -> dict[str, str] | None:
    found = RouteTable([parse("f", "", template, None)]).match(method, path)
    return found and found[1]


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("a/b", "/A/b/", {}),
        ("a/b", "/a/b/c", None),
        ("a/b", "/a/b//", None),
        ("a/{p}", "/a/x%20y", {"p": "x y"}),
        ("a/{p}", "/a/%C3%A9%2f%C3%A9", {"p": "é%2fé"}),
        ("a/{p}", "/a", None),
        ("a/{p?}", "/a", {}),
        ("a/{*rest}", "/a/b//c%20d/", {"rest": "b//c d/"}),
        ("a/{*rest}", "/a/", {}),
        ("a/{*rest}", "/a//b", None),
        ("{ignored:maxlength(0)?}", "/", {}),
        ("{ignored:maxlength(0)?}", "/x", None),
        ("k", "/\u212a", None),
    ],
)
def test_templates(template: str, path: str, expected: dict[str, str] | None):
    assert match(template, path) == expected


def test_the_first_name_wins_not_the_more_specific_route():
    table = RouteTable(
        [parse("b_literal", "", "x/fixed", ["GET"]), parse("A_pattern", "", "x/{p}", ["GET"])]
    )
    assert table.match("GET", "/x/fixed") == ("A_pattern", {"p": "fixed"})
    assert len(table.warnings) == 1
    assert "A_pattern wins" in table.warnings[0]


def test_another_method_is_another_route():
    table = RouteTable([parse("a", "", "x", ["GET"]), parse("b", "", "x", ["put"])])
    assert table.warnings == []
    assert table.match("Put", "/x") == ("b", {})
    for method in ("HEAD", "OPTIONS", "POST"):
        assert table.match(method, "/x") is None


@pytest.mark.parametrize(
    ("one", "other"), [("x/{a}", "X/{b}"), ("a", "A"), ("{*a}", "{*b}"), ("x/{a?}", "x/{b?}")]
)
def test_equal_templates_with_a_common_method_are_refused(one: str, other: str):
    with pytest.raises(Refused, match="have the same route") as refused:
        RouteTable([parse("a", "", one, ["GET", "PUT"]), parse("b", "", other, ["PUT"])])
    assert refused.value.refusal is Refusal.ROUTE


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("x/{a}", "x/y", True),
        ("x/{a:maxlength(0)?}", "x/y", False),
        ("x/{*a}", "x/y/z", True),
        ("x/{a?}", "x", True),
        ("x/{a}", "y/{a}", False),
        ("x/{a}/z", "x/{a}", False),
    ],
)
def test_overlaps_are_told(one: str, other: str, overlap: bool):
    for first, second in ((one, other), (other, one)):
        table = RouteTable([parse("a", "", first, None), parse("b", "", second, None)])
        assert bool(table.warnings) is overlap


def test_a_catch_all_is_told_only_where_it_wins():
    routes = [parse(name, "", template, None) for name, template in (("a", "{*a}"), ("b", "x/y"))]
    assert len(RouteTable(routes).warnings) == 1
    last = [parse("b", "", "x/y", None), parse("c", "", "{*rest}", None)]
    assert RouteTable(last).warnings == []


@pytest.mark.parametrize(
    "template",
    [
        "{a?}/b",
        "{*a}/b",
        "x/{a",
        "x/{a:int}",
        "a//b",
        "/a",
        "a/",
        "~a",
        "a*",
        "é",
        "{a}-{b}",
        "{a=b}",
    ],
)
def test_every_other_template_is_refused(template: str):
    with pytest.raises(Refused, match="route of f") as refused:
        parse("f", "api", template, None)
    assert refused.value.refusal is Refusal.TEMPLATE


def test_the_prefix_comes_first_and_an_empty_route_is_the_name():
    table = RouteTable([parse("f", "api", "x", None), parse("g", "api", "", None)])
    assert table.match("GET", "/api/x") == ("f", {})
    assert table.match("GET", "/api/g") == ("g", {})
    assert table.match("GET", "/x") is None
