"""What anybody may ask for without a token is made once, and sent in few bytes or none (ISO-2)."""

import gzip

import pytest

from functions import openapi
from shared.http.messages import Incoming, Outgoing
from shared.http.pipeline import serve
from shared.web import documentation
from tests.running.app import LocalApp, endpoints

ZIPPED = {"accept-encoding": "gzip, br"}


async def described(local: LocalApp, headers: dict[str, str]) -> Outgoing:
    record = endpoints()["openapi_get"]
    return await serve(record, Incoming(headers=headers), lambda: local.app)


@pytest.mark.parametrize("coding", [{}, ZIPPED])
async def test_who_has_the_description_is_not_sent_it_again(
    local: LocalApp, coding: dict[str, str]
):
    first = await described(local, coding)
    tag = first.headers["ETag"]
    for said in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = await described(local, {**coding, "if-none-match": said})
        assert (again.status, again.body) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again.headers[name] == first.headers[name], name
    assert (await described(local, {**coding, "if-none-match": '"x"'})).body == first.body
    assert first.headers["Cache-Control"] == "no-cache"  # kept, and asked for each time
    korean = await described(local, {**coding, "accept-language": "ko", "if-none-match": tag})
    assert korean.status == 200
    assert (await described(local, {**coding, "if-match": '"x"'})).status == 412


async def test_who_takes_it_compressed_is_sent_a_seventh_or_less(local: LocalApp):
    plain, zipped = await described(local, {}), await described(local, ZIPPED)
    assert gzip.decompress(zipped.body) == plain.body
    assert len(zipped.body) * 7 < len(plain.body)
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["Content-Length"] == str(len(zipped.body))
    assert zipped.headers["ETag"] != plain.headers["ETag"]  # other bytes, so another strong tag
    assert "Accept-Encoding" in plain.headers["Vary"]


async def test_it_is_made_and_compressed_once(local: LocalApp, monkeypatch: pytest.MonkeyPatch):
    first = await described(local, ZIPPED)
    monkeypatch.delattr(gzip, "compress")
    monkeypatch.setattr(openapi, "document", None)
    assert (await described(local, ZIPPED)).body == first.body


@pytest.mark.parametrize("name", ["swagger-ui-bundle.js", "swagger-ui.css", "docs.js"])
def test_files_of_its_page_come_compressed_too(name: str, monkeypatch: pytest.MonkeyPatch):
    version = documentation.fingerprint()
    plain = documentation.file(version, name, None)
    zipped = documentation.file(version, name, "gzip")
    assert plain
    assert zipped
    assert gzip.decompress(zipped.body) == plain.body
    assert (zipped.headers["Content-Encoding"], zipped.headers["Vary"]) == (
        "gzip",
        "Accept-Encoding",
    )
    monkeypatch.delattr(gzip, "compress")
    assert documentation.file(version, name, "gzip") == zipped
