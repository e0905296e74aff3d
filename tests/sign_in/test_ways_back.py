"""Where a sign-in leads to: to a page of ours, whatever its address asks for."""

import pytest

from tests.sign_in.world import AGENCY, OTHER, Browser


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/%5cevil.example",
        "/%2fevil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /relationships",
        "/relationships ",
        "/relationships\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/relationships#x",
        "/relationships/",
        "/relationships//",
        "/./relationships",
        "/../relationships",
        "/invitations/../relationships",
        "/invitations/a/..",
        "/api/partners",
        "/docs",
        "/signin",
        "/signin/callback",
        "/signout",
        "/unknown",
        "/relationships@evil.example",
        "/\uff52elationships",
        "/relationships?x=<script>",
        "/relationships?" + "x" * 2000,
        "relationships",
        "http:/relationships",
    ],
)
async def test_a_way_back_that_is_no_page_of_ours(browser: Browser, address: str):
    answer = await browser.sign_in(address)
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/relationships",
        "/Relationships",
        "/relationships?state=active&skiptoken=a%2Fb",
        f"/invitations/{AGENCY}/{OTHER}",
    ],
)
async def test_a_way_back_that_is_one(browser: Browser, address: str):
    assert (await browser.sign_in(address)).headers["Location"] == address
