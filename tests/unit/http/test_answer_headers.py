"""Headers of answers: what the Functions host would lose, or make a bare 500 of."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.http.endpoint import Reply
from shared.http.host import GUARDED, identity, response
from shared.http.messages import Cookie, Incoming, Outgoing
from shared.http.pipeline import serve
from shared.web import documentation
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OPERATOR, invitation_id
from tests.running.app import LocalApp, endpoints, enrol, user
from tests.running.system import ROOT

SALES = user(DIRECT, "SalesAgent")


@pytest.mark.parametrize("value", ["é", "한국", "a\r\nb: c", "a\tb", "\x7f", "\x00", "\ud800"])
def test_a_header_that_is_not_printable_ascii_is_never_made(value: str):
    with pytest.raises(ValueError, match="header Location is not printable ASCII"):
        Outgoing(302, {"Location": f"/{value}"}, b"")


async def test_such_a_header_is_an_error_in_our_own_words(local: LocalApp):
    """All that the host would send is a 500 without a body."""

    async def handler(*_: Any) -> Reply:
        return Reply(200, {"etag": '"한국"'})

    record = replace(endpoints()["health_live"], handler=handler)
    answer = await serve(record, Incoming(), lambda: local.app)
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (500, "InternalError")
    assert answer.headers["x-ms-request-id"]


async def test_whatever_is_given_headers_are_printable(local: LocalApp):
    """What holds anything given: Link the filters, traceparent the caller's, ETag the content."""
    await enrol(local, DIRECT)
    for number, customer in enumerate((AGENCY, BUREAU), 1):
        url = f"/api/customers/{customer}/invitations/{invitation_id(number)}"
        body = {"delegatedAdmin": True, "externalReference": f"계약 é/{number}"}
        made = await local.call("PUT", url, SALES, body)
        assert (made.status, made.headers["ETag"].isascii()) == (201, True)
    await local.follow()
    listed = await local.call(
        "GET",
        f"/api/partners/{DIRECT}/invitations?search=계약 é&maxpagesize=1",
        SALES,
        headers={
            "accept": "text/csv",
            "accept-language": "한국",
            "traceparent": "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-é\r\n",
        },
    )
    assert listed.status == 200
    assert "%EA%B3%84%EC%95%BD" in listed.headers["Link"]
    for headers in (listed.headers, identity({"traceparent": "é\r\n", "accept-language": "é"})):
        assert all(value.isascii() and value.isprintable() for value in headers.values())
    following = urlsplit(listed.headers["Link"].partition("<")[2].partition(">")[0])
    rest = await local.call("GET", f"{following.path}?{following.query}", SALES)
    assert [each["externalReference"] for each in rest.body["value"]] == ["계약 é/2"]


@pytest.mark.parametrize("outgoing", [Outgoing(304, {"ETag": '"1"'}, b""), Outgoing(204, {}, b"")])
def test_every_answer_carries_a_policy_of_its_own(outgoing: Outgoing):
    """Also a 304: a browser takes its headers over into what it has stored."""
    headers = response(outgoing).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_says_its_own_instead():
    page = documentation.page(None, OPERATOR, "en")
    sent = response(Outgoing(200, page.headers, page.body), identity({}))
    assert sent.headers["Content-Security-Policy"] == documentation.CONTENT_SECURITY_POLICY
    assert sent.headers["Content-Length"] == str(len(page.body))
    assert sent.headers["x-ms-request-id"]


def test_the_hosts_own_answers_are_guarded_too():
    """400, 401, 404, 414, 431, 500 and 503 that no function makes."""
    http = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))["extensions"]["http"]
    assert http["customHeaders"].keys() == GUARDED.keys()  # and no Cache-Control: files have theirs
    assert all(value.isascii() and value.isprintable() for value in http["customHeaders"].values())
    assert http["hsts"] == {"isEnabled": True, "maxAge": "365"}


@pytest.mark.parametrize(("name", "value"), [("a:b", "1"), ("", "1"), ("a", "x y"), ("a", "é=")])
def test_a_cookie_that_would_not_arrive_is_never_made(name: str, value: str):
    with pytest.raises(ValueError, match="would not arrive as it is"):
        Cookie(name, value)
