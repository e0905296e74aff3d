"""The operator registers pipelines, changes and deletes them."""

from typing import Any, get_args

import pytest

from functions.pages.pipelines import TYPES
from shared.http.shapes.operations import PipelineShape
from tests.cast.ids import DIRECT, RESELLER
from tests.pages.acting import confirmed, writes
from tests.pages.addresses import PIPELINE
from tests.running.app import OPERATOR_CLAIMS, LocalApp
from tests.running.visitors import Visitor, pages

LIST, REGISTER = "/operations/pipelines", "/operations/register-pipeline"
ONE = f"{LIST}/{PIPELINE}"
TYPED = {
    "pipelineId": "crm.v2",
    "source": "https://crm.fabrikam.example",
    "partnerIds": f"{RESELLER}\r\n{DIRECT}",
    "types.invitation-request": "true",
    "types.subscription-status": "true",
}
KEPT = {
    "source": "https://crm.fabrikam.example",
    "partnerIds": [DIRECT, RESELLER],
    "types": ["invitation-request", "subscription-status"],
}


@pytest.fixture
def visitor(operated: LocalApp) -> Visitor:
    return Visitor(operated, OPERATOR_CLAIMS)


async def pipeline(local: LocalApp, pipeline_id: str) -> dict[str, Any]:
    answer = await local.call("GET", f"/api/pipelines/{pipeline_id}", OPERATOR_CLAIMS)
    assert answer.status == 200
    return answer.body


def test_every_type_of_message_has_a_name():
    (values,) = {get_args(PipelineShape.model_fields["types"].annotation)[0]}
    assert set(TYPES) == {each.value for each in values}
    field = next(
        each for each in pages()["page_pipeline_register"].form.fields if each.name == "types"
    )
    assert field.choices == TYPES


async def test_a_pipeline_is_registered_with_a_review(operated: LocalApp, visitor: Visitor):
    review = await visitor.post(
        REGISTER, {**(await visitor.get(REGISTER)).fields, **TYPED, "step": "review"}
    )
    assert (review.status, review.steps) == (200, ["confirm", "preview"])
    assert "Invitations, Suspending, reactivating and deleting subscriptions" in review.words
    changed = await visitor.post(REGISTER, {**review.fields, "step": "preview"})
    assert changed.fields["types.invitation-request"] == "true"
    assert "types.customer-profile" not in changed.fields
    done = await visitor.post(REGISTER, {**review.fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, f"{LIST}/crm.v2")
    assert KEPT.items() <= (await pipeline(operated, "crm.v2")).items()
    page = await visitor.get(f"{LIST}/crm.v2")
    for said in ("https://crm.fabrikam.example", DIRECT, "(invitation-request)"):
        assert said in page.words
    assert "crm.v2" in (await visitor.get(LIST)).words


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"pipelineId": ""}, "pipelineId", "This is not an identifier."),
        ({"pipelineId": "../x"}, "pipelineId", "This is not an identifier."),
        ({"partnerIds": f"{DIRECT}\r\n{RESELLER}\r\nx"}, "partnerIds", "Line 3: It must be"),
        ({"types.invitation-request": "", "types.subscription-status": ""}, "types", ""),
        ({"source": "/partners/x"}, "source", "are reserved"),
    ],
    ids=str,
)
async def test_what_is_wrong_is_said_at_its_field(
    operated: LocalApp, visitor: Visitor, change: dict[str, str], field: str, said: str
):
    before = writes(operated)
    fields = {**(await visitor.get(REGISTER)).fields, **TYPED, **change}
    wrong = await visitor.post(REGISTER, {**fields, "step": "confirm"})
    assert wrong.status == 400
    assert f'<a href="#{field}">' in wrong.html
    assert said in wrong.words
    assert writes(operated) == before


@pytest.mark.parametrize(
    "more", [{"types.x": "true"}, {"types": "true"}, {"types.customer-profile": "x"}]
)
async def test_a_box_that_is_not_ours_is_no_form(
    operated: LocalApp, visitor: Visitor, more: dict[str, str]
):
    before = writes(operated)
    fields = {**(await visitor.get(REGISTER)).fields, **TYPED, **more, "step": "confirm"}
    assert (await visitor.post(REGISTER, fields)).status == 400
    assert writes(operated) == before


async def test_an_id_or_a_source_that_is_taken(operated: LocalApp, visitor: Visitor):
    fields = {**(await visitor.get(REGISTER)).fields, **TYPED, "step": "confirm"}
    before = writes(operated)
    there = await visitor.post(REGISTER, {**fields, "pipelineId": PIPELINE})
    assert (there.status, "It is there already" in there.words) == (409, True)
    taken = (await pipeline(operated, PIPELINE))["source"]
    other = await visitor.post(REGISTER, {**fields, "source": taken})
    assert other.status == 409
    assert "Another pipeline has this source." in other.words
    assert writes(operated) == before


async def test_it_is_changed_as_it_was_shown(operated: LocalApp, visitor: Visitor):
    opened = await visitor.get(f"{ONE}/replace")
    assert opened.fields["types.customer-profile"] == "true"
    assert f">\n{DIRECT}</textarea>" in opened.html
    late = {**opened.fields, "partnerIds": RESELLER, "step": "confirm"}
    typed = {"partnerIds": f"{DIRECT}\n{RESELLER}"}
    assert (await confirmed(visitor, f"{ONE}/replace", **typed)).headers["Location"] == ONE
    assert (await pipeline(operated, PIPELINE))["partnerIds"] == [DIRECT, RESELLER]
    refused = await visitor.post(f"{ONE}/replace", late)
    assert refused.status == 409
    assert "This changed since you opened it" in refused.words


async def test_it_is_deleted(operated: LocalApp, visitor: Visitor):
    done = await confirmed(visitor, f"{ONE}/delete")
    assert (done.status, done.headers["Location"]) == (303, LIST)
    page = await visitor.get(LIST)
    assert "No pipeline is registered yet." in page.words
    assert (await visitor.get(ONE)).status == 404


async def test_what_became_of_its_messages(operated: LocalApp, visitor: Visitor):
    assert "No message of it has a result yet." in (await visitor.get(ONE)).words


async def test_in_korean(operated: LocalApp):
    visitor = Visitor(operated, OPERATOR_CLAIMS, {"accept-language": "ko"})
    for address in (LIST, ONE, REGISTER, f"{ONE}/replace", f"{ONE}/delete"):
        page = await visitor.get(address)
        assert "파이프라인" in page.words
        for english in ("Pipeline", "Register", "message", "Change"):
            assert english not in page.words, (address, english)
