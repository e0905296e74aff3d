"""Answers are worded as the service's recorded ones are."""

import json
import re

from multidict import CIMultiDict

from .answers import as_the_service, with_all_digits
from .proxy import Answer, Asked
from .raw import Raw

RECORDED = "W/\"datetime'2020-07-24T14%3A34%3A59.60904Z'\""
"""An ETag of the real service, seven digits of which are 6090400."""
AZURITES = RECORDED.replace("60904Z", "6090400Z")
KEYS = "(PartitionKey='k',RowKey='{}')"


async def test_errors_of_tables_are_named_in_the_body_alone(raw: Raw):
    await raw.insert()
    answers = [
        (await raw.insert(), 409, "EntityAlreadyExists"),
        (await raw.send("GET", raw.table + KEYS.format("x")), 404, "ResourceNotFound"),
        (await raw.send("GET", "missing" + KEYS.format("x")), 404, "TableNotFound"),
        (
            await raw.send("DELETE", raw.table + KEYS.format("k"), headers={"If-Match": AZURITES}),
            412,
            "UpdateConditionNotSatisfied",
        ),
    ]
    for said, status, code in answers:
        assert (said.status, said.code) == (status, code)
        assert "x-ms-error-code" not in said.headers


async def test_the_failing_part_of_a_transaction_has_no_content_id(raw: Raw):
    await raw.insert()
    said = await raw.batch(("POST", raw.table, {"PartitionKey": "k", "RowKey": "k"}, {}))
    assert (said.status, said.part, said.code) == (202, 409, "EntityAlreadyExists")
    assert "Content-ID" not in said.body
    assert re.search(r'"value":\s*"0:', said.body)


def test_the_last_zeros_of_etags_and_time_stamps_are_cut():
    row = {"odata.etag": AZURITES, "Timestamp": "2020-07-24T14:34:59.6090400Z"}
    body = json.dumps({"value": [row]}, separators=(",", ":")).encode()
    said = as_the_service(Answer(200, {"ETag": AZURITES}, body))
    assert said.headers["ETag"] == RECORDED
    (found,) = json.loads(said.body)["value"]
    assert found == {"odata.etag": RECORDED, "Timestamp": "2020-07-24T14:34:59.60904Z"}


def test_and_come_back_for_the_emulator():
    for target, body in (("/a/t", b""), ("/a/$batch", f"If-Match: {RECORDED}\r\n".encode())):
        asked = Asked("PUT", target, CIMultiDict({"If-Match": RECORDED}), body)
        sent = with_all_digits(asked)
        assert sent.headers["If-Match"] == AZURITES
        assert sent.body == body.replace(RECORDED.encode(), AZURITES.encode())


async def test_an_etag_without_its_zeros_still_guards(raw: Raw):
    for row in range(40):  # every tenth has a zero to cut
        await raw.insert(("RowKey", str(row)))
        path = raw.table + KEYS.format(row)
        etag = (await raw.send("GET", path)).headers["ETag"]
        digits = re.search(r"\.(\d+)Z", etag)
        assert digits is None or not digits[1].endswith("0")
        assert (await raw.send("DELETE", path, headers={"If-Match": etag})).status == 204
