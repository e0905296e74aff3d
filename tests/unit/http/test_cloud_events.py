"""The envelope of events, read and written by the CloudEvents SDK that a portal would use."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.services.queues.cloud_events import cloud_event
from tests.cast.ids import AGENCY, DIRECT, invitation_id
from tests.running.app import LocalApp
from tests.unit.http.feeds import EVENTS, FEED, READER, SELLER, trade, walk


def read(event: dict[str, Any]) -> Any:
    return JSONFormat().read(CloudEvent, json.dumps(event))


async def test_the_sdk_reads_what_feeds_carry(local: LocalApp):
    await trade(local)
    await local.follow()
    local.clock.pass_by(seconds=16)
    own, partners = await walk(local, EVENTS, READER, 100), await walk(local, FEED, SELLER, 100)
    assert len(own) > len(partners) > 0
    for event in own + partners:
        parsed = read(event)
        assert (parsed.get_id(), parsed.get_type()) == (event["id"], event["type"])
        assert parsed.get_source() == f"/customers/{AGENCY}"
        assert parsed.get_time() == datetime.fromisoformat(event["time"])
        assert parsed.get_data() == event["data"]
        assert parsed.get_extension("customerid") == AGENCY
        assert parsed.get_extension("feedsequence") == event.get("feedsequence")
    first = read(partners[0])
    actor = first.get_extension("actortenantid"), first.get_extension("actorrole")
    assert actor == (DIRECT, "G")


async def test_attributes_are_plain(local: LocalApp):
    """CloudEvents has strings, 32-bit integers and booleans, and names of a-z and 0-9."""
    await trade(local)
    await local.follow()
    local.clock.pass_by(seconds=16)
    for event in await walk(local, FEED, SELLER, 100):
        attributes = {name: value for name, value in event.items() if name != "data"}
        assert all(name.isalnum() and name == name.lower() for name in attributes)
        assert {type(value) for value in attributes.values()} <= {str, int}


def test_the_sdk_would_refuse_another_envelope():
    fine = {"specversion": "1.0", "id": "1", "source": "/x", "type": "t", "data": {}}
    assert read(fine).get_id() == "1"
    with pytest.raises(CloudEventValidationError, match="feedSequence"):
        read({**fine, "feedSequence": 1})


def test_what_the_sdk_writes_is_understood():
    data = {"actingPartnerId": DIRECT, "customerId": AGENCY, "invitationId": invitation_id()}
    sent = CloudEvent(
        {
            "id": "8f6e",
            "source": "https://pipelines.example/licensing",
            "type": "invitation-request",
            "datacontenttype": "application/json",
            "time": datetime(2026, 11, 1, tzinfo=UTC),
            "locale": "ko",
        },
        data,
    )
    understood = cloud_event(base64.b64encode(JSONFormat().write(sent)).decode())
    assert (understood.id, understood.type) == ("8f6e", "invitation-request")
    assert (understood.locale, understood.data) == ("ko", data)
