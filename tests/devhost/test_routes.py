from __future__ import annotations

import pytest

from devhost.config import ConfigError
from devhost.routes import RouteTable, parse

GUID = "9b2e6c1e-6f0c-4f43-9d5e-2d5f0b7b8a11"


def match(template: str, path: str, method: str = "GET") -> dict[str, str] | None:
    found = RouteTable([parse("f", "", template, None)]).match(method, path)
    return found and found[1]


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("a/b", "/a/b", {}),
        ("a/b", "/A/b/", {}),
        ("a/b", "/a/b/c", None),
        ("a/b", "/a", None),
        ("a/{p}", "/a/x%20y", {"p": "x y"}),
        ("a/{p}", "/a/x%2Fy", {"p": "x%2Fy"}),
        ("a/{p}", "/a/%C3%A9%2f%C3%A9", {"p": "é%2fé"}),
        ("a/{p}", "/a", None),
        ("a/{p}", "/a//", None),
        ("a/{p?}", "/a", {}),
        ("a/{p?}", "/a/1", {"p": "1"}),
        ("a/{p=z}", "/a", {"p": "z"}),
        ("a/{p=z}", "/a/1", {"p": "1"}),
        ("a/{*rest}", "/a/b/c%20d", {"rest": "b/c d"}),
        ("a/{*rest}", "/a", {}),
        ("{file}.{ext}", "/a.b.c", {"file": "a.b", "ext": "c"}),
        ("v{n:int}", "/v12", {"n": "12"}),
        ("v{n:int}", "/vx", None),
        ("", "/", {}),
    ],
)
def test_templates(template: str, path: str, expected: dict[str, str] | None):
    assert match(template, path) == expected


@pytest.mark.parametrize(
    ("constraint", "good", "bad"),
    [
        ("guid", GUID, "9b2e"),
        ("int", "-5", "2147483648"),
        ("long", "2147483648", "1.5"),
        ("bool", "True", "yes"),
        ("alpha", "abc", "ab1"),
        ("decimal", "1.5", "x"),
        ("double", "1e3", "x"),
        ("float", "1.5", "x"),
        ("datetime", "2026-11-01", "soon"),
        ("min(3)", "3", "2"),
        ("max(3)", "3", "4"),
        ("range(2,3)", "2", "4"),
        ("minlength(2)", "ab", "a"),
        ("maxlength(2)", "ab", "abc"),
        ("length(2)", "ab", "abc"),
        ("length(1,2)", "a", "abc"),
        ("required", "a", None),
        ("regex(^a{{2}}$)", "aa", "aaa"),
        ("int:min(3)", "3", "2"),
    ],
)
def test_inline_constraints(constraint: str, good: str, bad: str | None):
    assert match(f"x/{{p:{constraint}}}", f"/x/{good}") == {"p": good}
    if bad is not None:
        assert match(f"x/{{p:{constraint}}}", f"/x/{bad}") is None


def test_an_optional_parameter_may_be_constrained():
    assert match("x/{p:int?}", "/x") == {}
    assert match("x/{p:int?}", "/x/1") == {"p": "1"}
    assert match("x/{p:int?}", "/x/a") is None


def test_the_first_name_wins_not_the_more_specific_route():
    table = RouteTable(
        [parse("b_literal", "", "x/fixed", ["GET"]), parse("A_pattern", "", "x/{p}", ["GET"])]
    )
    assert table.match("GET", "/x/fixed") == ("A_pattern", {"p": "fixed"})
    assert len(table.warnings) == 1
    assert "A_pattern wins" in table.warnings[0]


def test_another_method_is_another_route():
    table = RouteTable([parse("a", "", "x", ["GET"]), parse("b", "", "x", ["PUT"])])
    assert table.warnings == []
    assert table.match("PUT", "/x") == ("b", {})
    for method in ("HEAD", "OPTIONS", "POST"):
        assert table.match(method, "/x") is None


@pytest.mark.parametrize(
    ("one", "other"), [("x/{a}", "X/{b}"), ("x/{a:guid}/y", "x/{b:guid}/Y"), ("a", "a/")]
)
def test_equal_templates_with_a_common_method_are_refused(one: str, other: str):
    with pytest.raises(ConfigError, match="have the same route"):
        RouteTable([parse("a", "", one, ["GET", "PUT"]), parse("b", "", other, ["PUT"])])


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("x/{a}", "x/y", True),
        ("x/{a:int}", "x/y", False),
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


@pytest.mark.parametrize("template", ["{a?}/b", "{*a}/b", "x/{a", "x/{a:nonsense}", "x/{a:min}"])
def test_a_template_that_aspnet_refuses_is_refused(template: str):
    with pytest.raises(ConfigError, match="route of f"):
        parse("f", "api", template, None)


def test_the_prefix_comes_first():
    table = RouteTable([parse("f", "api", "/x/", None)])
    assert table.match("GET", "/api/x") == ("f", {})
    assert table.match("GET", "/x") is None
