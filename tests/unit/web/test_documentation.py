"""The page of the API's description: what it sends, and where its files come from."""

import json
import re

import pytest

from shared.web import documentation
from shared.wording import Locale
from tools.vendor import RECORD, VENDORED, Vendored

ISSUER = "http://127.0.0.1:7072"
OPERATOR = "00000000-0000-4000-8000-000000000001"


def links(text: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/[^"]*)"', text)


def test_every_file_that_the_page_names_is_there():
    text = documentation.page(None, OPERATOR, "en").body.decode()
    found = [link.removeprefix("/docs/").split("/") for link in links(text) if "/docs/" in link]
    assert len(found) == 4
    for version, name in found:
        sent = documentation.file(version, name, None)
        assert sent
        assert sent.body
        assert "immutable" in sent.headers["Cache-Control"]


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline():
    page = documentation.page(ISSUER, OPERATOR, "en")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|https?:|\*", policy)
    text = page.body.decode()
    assert re.findall(r'(?:src|href)="(?!/|data:,)', text) == []
    assert re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", text) == []


@pytest.mark.parametrize(
    ("version", "name"),
    [("", "docs.js"), ("old", "docs.js"), (None, "docs.html"), (None, "../documentation.py")],
)
def test_nothing_else_is_served(version: str | None, name: str):
    version = documentation.fingerprint() if version is None else version
    assert documentation.file(version, name, None) is None


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ({}, {}, "en"),
        ({}, {"accept-language": "ko-KR"}, "ko"),
        ({}, {"accept-language": "en", "cookie": "__Host-language=ko"}, "ko"),
        ({"language": "en"}, {"accept-language": "ko"}, "en"),
        ({"language": "<b>"}, {}, "en"),
    ],
)
def test_it_speaks_the_readers_language(
    query: dict[str, str], headers: dict[str, str], expected: Locale
):
    locale = documentation.language(query, headers)
    assert locale == expected
    assert f'<html lang="{expected}">' in documentation.page(None, OPERATOR, locale).body.decode()


def test_both_languages_tell_the_same_commands():
    told = [documentation.page(ISSUER, OPERATOR, locale).body.decode() for locale in ("en", "ko")]
    english, korean = (re.findall(r"<pre>.*?</pre>", each, re.DOTALL) for each in told)
    assert english == korean
    assert len(english) == 3


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_how_to_get_a_token_is_told_in_development_only(locale: Locale):
    assert b"token" not in documentation.page(None, OPERATOR, locale).body.lower()
    told = documentation.page(f"{ISSUER}/<b>", OPERATOR, locale).body.decode()
    assert f"curl -s {ISSUER}/&lt;b&gt;/token" in told
    assert OPERATOR in told


@pytest.mark.parametrize("each", VENDORED, ids=lambda each: each.package)
def test_what_is_vendored_is_the_pinned_one_unchanged(each: Vendored):
    kept = (each.target / RECORD).read_text(encoding="utf-8").rstrip()
    assert kept == each.record(), "run: python -m tools.vendor"
    installed = json.loads((each.source / "package.json").read_text(encoding="utf-8"))
    assert installed["version"] == each.pinned()
    for file in each.files:
        assert (each.source / file).read_bytes() == each.copy(file).read_bytes()
