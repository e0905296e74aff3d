"""What Microsoft's worker makes of a cookie of ours, by the installed worker's own conversion."""

from types import SimpleNamespace
from typing import Any

import pytest
from azure.functions.http import HttpResponseConverter
from azure_functions_runtime.bindings.datumdef import parse_to_rpc_http_cookie_list

from shared.http.host import response
from shared.http.messages import Cookie, Outgoing


class SameSite:
    """As the worker's protobuf messages number them."""

    Lax, Strict, ExplicitNone = "lax", "strict", "explicit none"


setattr(SameSite, "None", "none")


class RpcHttpCookie(SimpleNamespace):
    """Holds what the worker would send to the host."""

    SameSite = SameSite


def _nullable(value: object) -> object:
    return value


PROTOS = SimpleNamespace(
    RpcHttpCookie=RpcHttpCookie,
    **dict.fromkeys(
        ("NullableString", "NullableBool", "NullableDouble", "NullableTimestamp"), _nullable
    ),
)


def converted(*cookies: Cookie) -> list[dict[str, Any]]:
    answer = response(Outgoing(302, {"Location": "/"}, b"", cookies))
    datum = HttpResponseConverter.encode(answer, expected_type=None)
    assert "Set-Cookie" not in datum.value["headers"]
    return [vars(each) for each in parse_to_rpc_http_cookie_list(datum.value["cookies"], PROTOS)]


def test_no_domain_reaches_the_host():
    """An empty one would reach the wire, and browsers reject `__Host-` cookies that have one."""
    (cookie,) = converted(Cookie("__Host-session", "abc.def-_~", max_age=60))
    assert cookie == {
        "name": "__Host-session",
        "value": "abc.def-_~",
        "domain": None,
        "path": "/",
        "expires": None,
        "max_age": 60,
        "secure": True,
        "http_only": True,
        "same_site": SameSite.Lax,
    }


@pytest.mark.parametrize(("max_age", "sent"), [(0, 0), (None, None)])
def test_one_that_is_deleted_and_one_of_the_browsers_session(max_age: int | None, sent: int | None):
    (cookie,) = converted(Cookie("__Host-session", "", max_age=max_age))
    assert (cookie["value"], cookie["max_age"], cookie["expires"]) == ("", sent, None)


def test_several_stay_apart():
    names = [each["name"] for each in converted(Cookie("a", "1"), Cookie("b", "2"))]
    assert names == ["a", "b"]
