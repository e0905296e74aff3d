"""Pipelines: which source of messages may act for which partners, as the operator registers it."""

from collections.abc import Mapping
from typing import Final

from functions.pages.area import Area
from functions.pages.recorded import recorded
from functions.pipelines import (
    pipeline_results_list,
    pipelines_delete,
    pipelines_get,
    pipelines_list,
    pipelines_put,
)
from shared import bootstrap
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.forms.form import Field, Form, Kind
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "operations/pipelines/{pipelineId}"
_PIPELINE: Final = Question(pipelines_get)

TYPES: Final = {
    "partner-enrolment": text("Enrolments of partners"),
    "customer-profile": text("Profiles of customers"),
    "relationship-import": text("Relationships from before this record"),
    "invitation-request": text("Invitations"),
    "subscription-registration": text("Registrations of subscriptions"),
    "subscription-update": text("Changes of subscriptions"),
    "subscription-status": text("Suspending, reactivating and deleting subscriptions"),
}


def _typed(_: Visit, __: Answers) -> Mapping[str, object]:
    """With the names of types of messages."""
    return {"types": TYPES}


_FIELDS: Final = (
    Field(
        name="source", label=text("Source of its messages"), filled=recorded("pipeline", "source")
    ),
    Field(
        name="partnerIds",
        label=text("Partners that it may act for, by their ids"),
        kind=Kind.LINES,
        filled=recorded("pipeline", "partnerIds"),
    ),
    Field(
        name="types",
        label=text("What its messages may ask for"),
        kind=Kind.SEVERAL,
        choices=TYPES,
        filled=recorded("pipeline", "types"),
    ),
)

area.add(
    Page(
        name="page_pipelines",
        route="operations/pipelines",
        title=text("Pipelines"),
        template="pipelines/list.html",
        asks={
            "pipelines": Question(
                pipelines_list, query={"maxpagesize": "25"}, passes=("skiptoken",)
            )
        },
    )
)

area.add(
    Page(
        name="page_pipeline",
        route=_ROUTE,
        title=text("Pipeline"),
        template="pipelines/pipeline.html",
        asks={
            "pipeline": _PIPELINE,
            "results": Question(
                pipeline_results_list, query={"maxpagesize": "25"}, passes=("after",)
            ),
        },
        shows=_typed,
    )
)

area.add(
    Page(
        name="page_pipeline_register",
        route="operations/register-pipeline",
        title=text("Register a pipeline"),
        template="pipelines/register.html",
        form=Form(
            endpoint=pipelines_put,
            decides=True,
            button=text("Record the registration"),
            after=f"/{_ROUTE}",
            fields=(
                Field(name="pipelineId", label=text("Id of the pipeline")),
                *_FIELDS,
            ),
        ),
    )
)

area.add(
    Page(
        name="page_pipeline_replace",
        route=f"{_ROUTE}/replace",
        title=text("Change the pipeline"),
        template="pipelines/replace.html",
        asks={"pipeline": _PIPELINE},
        shows=_typed,
        form=Form(
            endpoint=pipelines_put,
            decides=True,
            button=text("Record the change"),
            after=f"/{_ROUTE}",
            fields=_FIELDS,
        ),
    )
)

area.add(
    Page(
        name="page_pipeline_delete",
        route=f"{_ROUTE}/delete",
        title=text("Delete the pipeline"),
        template="pipelines/delete.html",
        asks={"pipeline": _PIPELINE},
        shows=_typed,
        form=Form(
            endpoint=pipelines_delete,
            decides=True,
            button=text("Delete the pipeline"),
            after="/operations/pipelines",
        ),
    )
)
