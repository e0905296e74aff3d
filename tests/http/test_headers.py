"""What a header can hold: of any other the Functions host makes a 500 without a body."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.devhost.sample import Sample
from tests.running.client import World, code
from tests.running.waiting import STILL_SECONDS, eventually

APP = Path(__file__).with_name("app") / "function_app.py"
UNSENDABLE = ["é", "한국", "a\r\nb: c", "a\tb", "\x7f"]
LANGUAGES = {"en": True, "ko": False}
"""Whether what is said in it is ASCII."""


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The app that puts into a header what it is asked to, run by the local host."""
    sample = Sample(tmp_path_factory.mktemp("echo"))
    (sample.app_dir / "function_app.py").write_text(APP.read_text("utf-8"))
    sample.start()
    with httpx.Client(base_url=f"{sample.base_url}/api", timeout=STILL_SECONDS) as http:
        yield http
    sample.stop()


def test_what_can_be_sent_is(echo: httpx.Client):
    assert echo.get("/version", params={"etag": '"1"'}).headers["ETag"] == '"1"'
    onward = echo.get("/onward", params={"to": "there"})
    assert (onward.status_code, onward.headers["Location"]) == (303, "/there")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", UNSENDABLE)
def test_what_cannot_is_an_error_in_our_own_words(echo: httpx.Client, value: str, language: str):
    headers = {"Accept-Language": language}
    answer = echo.get("/version", params={"etag": value}, headers=headers)
    assert code(answer) == (500, "InternalError")
    assert answer.json()["error"]["message"].isascii() is LANGUAGES[language]
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", UNSENDABLE)
def test_a_page_says_so_too(echo: httpx.Client, value: str, language: str):
    answer = echo.get("/onward", params={"to": value}, headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["Content-Language"]) == (500, language)
    assert answer.headers["x-ms-request-id"] in answer.text
    assert "Location" not in answer.headers


def test_an_address_is_led_back_to_in_ascii(world: World):
    """A page's address may hold anything: whoever chooses a language there comes back to it."""
    answer = world.http.get("/invitations/é X:/한국?language=ko")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/invitations/%C3%A9%20X%3A/%ED%95%9C%EA%B5%AD"


def test_nobody_is_led_to_an_address_that_no_page_has(world: World):
    headers = {"Host": "elsewhere.example"}
    answer = world.http.get("/signin", params={"return": "/한국\r\nx: y"}, headers=headers)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/signin?return=/")


def test_what_a_list_is_narrowed_by_goes_on_with_it(world: World):
    """`Link` holds the filters of an export that comes in parts, whatever they are."""
    partner = world.partner()
    for number in (1, 2):
        world.invited(partner, world.customer(), externalReference=f"계약 é/{number}")
    path = f"/partners/{partner.tenant}/invitations"
    asked = {"search": "계약 é", "maxpagesize": "1"}

    def following() -> tuple[int, str | None]:
        headers = {
            "Accept": "text/csv",
            "Accept-Language": "한국".encode(),
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-é".encode(),
        }
        answer = partner.get(path, params=asked, headers=headers)
        return answer.status_code, answer.headers.get("Link")

    status, link = eventually(following, lambda found: found != (200, None))
    assert (status, link is not None) == (200, True)
    query = urlsplit(str(link).partition("<")[2].partition(">")[0]).query
    assert query.isascii()
    assert parse_qs(query)["search"] == ["계약 é"]
