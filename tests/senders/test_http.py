"""Recorded HTTP bodies, and times in them, through the running system."""

import json
import uuid
from typing import Any

import pytest

from tests.cast.messages import registration
from tests.running.client import World, code, ok, partner_body, targets
from tests.senders.recorded import content, name_of, sent

BODIES = {each["n"]: each for each in sent("http")}
TIMES = sent("time")
APPLICATION = {"roles": ["OnboardingPipeline"], "like": "application"}


@pytest.mark.parametrize("entry", TIMES, ids=name_of)
def test_a_time(entry: dict[str, Any], world: World):
    body = partner_body(partnerAgreementSignedAt=entry["value"])
    answer = world.operator.put(f"/partners/{uuid.uuid4()}", body)
    if entry["expect"]["taken"]:
        assert answer.status_code == 201
        return
    assert targets(answer) == ["partnerAgreementSignedAt"]
    (detail,) = answer.json()["error"]["details"]
    without_offset = entry["value"][10:11] == "T"
    assert ("without an offset" in detail["message"]) == without_offset
    assert entry["value"] not in answer.text


def submitted(world: World, number: int) -> Any:
    partner = world.partner()
    application = world.caller(partner.tenant, **APPLICATION)
    entry = BODIES[number]
    return application.call("POST", "/onboarding", content=content(entry), headers=entry["headers"])


def test_a_batch_is_read(world: World):
    """Its type is one that only the operator sends: nothing else is wrong with it."""
    answer = submitted(world, 18)
    assert targets(answer) == ["[0].type"]
    assert "Partners send no messages of this type." in answer.text


def test_a_batch_of_a_type_that_partners_send_is_queued(world: World):
    partner = world.partner()
    data = {**registration(), "actingPartnerId": partner.tenant, "customerId": str(uuid.uuid4())}
    event = {"specversion": "1.0", "id": "1", "source": "/x", "data": data}
    events = [{**event, "type": "subscription-registration"}]
    application = world.caller(partner.tenant, **APPLICATION)
    headers = BODIES[18]["headers"]
    assert application.post("/onboarding", events, headers=headers).status_code == 202


@pytest.mark.parametrize("number", [19, 20])
def test_one_event_without_an_array_and_one_in_headers(world: World, number: int):
    answer = submitted(world, number)
    assert code(answer) == (400, "InvalidRequest")
    assert "array of 1 to 50 events" in answer.text
    assert "application/cloudevents-batch+json" in answer.text


def test_every_body_is_here():
    assert BODIES.keys() == {18, 19, 20}


@pytest.mark.parametrize("form", ["{hex}", "{{{text}}}", "({text})"])
def test_other_forms_of_a_guid_are_the_same_id_wherever_they_stand(world: World, form: str):
    guid, affiliate = str(uuid.uuid4()), str(uuid.uuid4())
    spelt = [
        form.format(text=each, hex=each.replace("-", "")).upper() for each in (guid, affiliate)
    ]
    body = partner_body(affiliatedTenantIds=[spelt[1]])
    assert world.operator.put(f"/partners/{spelt[0]}", body).status_code == 201
    found = ok(world.operator.get(f"/partners/{guid}"))
    assert (found["id"], found["affiliatedTenantIds"]) == (guid, [affiliate])
    assert ok(world.operator.get(f"/partners/{spelt[0]}")) == found


def test_what_powershell_makes_of_a_body(world: World):
    path = f"/partners/{uuid.uuid4()}"
    shallow = partner_body(affiliatedTenantIds="System.Collections.Hashtable")
    (detail,) = world.operator.put(path, shallow).json()["error"]["details"]
    assert "-Depth 10" in detail["message"]
    form = world.operator.call("PUT", path, content=b"name=Contoso&type=directBill")
    assert "looks like a form" in form.text
    marked = b"\xef\xbb\xbf{}"
    assert "name" in targets(world.operator.call("PUT", path, content=marked))
    wide = '{"name": "Contoso"}'.encode("utf-16")
    assert "looks like UTF-16" in world.operator.call("PUT", path, content=wide).text
    western = '{"name": "Müller"}'.encode("cp1252")
    assert "is not UTF-8 text" in world.operator.call("PUT", path, content=western).text
    shallow = world.operator.call("PUT", path, content=b"@{name=Contoso}")
    assert "-Depth 10" in shallow.text
    assert ok(world.operator.get("/partners"))


def test_a_body_that_was_serialised_twice(world: World):
    twice = json.dumps(json.dumps(partner_body()))
    answer = world.operator.call("PUT", f"/partners/{uuid.uuid4()}", content=twice)
    assert targets(answer) == ["body"]
    assert "text that holds JSON" in answer.text
