"""What functions put on queues."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from devhost.queues import Queues
from devhost.worker import datum, string
from tests.devhost.queue_bench import Bench


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (string("plain"), ["plain"]),
        (string('["a", {"b": 1}, 2]'), ["a", '{"b": 1}', "2"]),
        (string('{"a":  "ü"}'), ['{"a": "ü"}']),
        (string("7"), ["7"]),
        (datum(b"bytes", "bytes"), ["bytes"]),
        (datum(["a", "b"], "list"), ["a", "b"]),
        (datum({"a": 1}, "dict"), ['{"a": 1}']),
        (datum(7, "int"), ["7"]),
    ],
)
async def test_outputs(bench: Bench, value: Any, expected: list[str]):
    queues = Queues(base64_text=False)
    # The queue is made on demand.
    await queues.output(queues.client(bench.connection, bench.name), value)
    await queues.close()
    assert await bench.texts() == expected


async def test_output_is_encoded_as_host_json_says(bench: Bench):
    queues = Queues(base64_text=True)
    await queues.output(queues.client(bench.connection, bench.name), string("ü"))
    await queues.close()
    assert await bench.texts() == [base64.b64encode("ü".encode()).decode()]
