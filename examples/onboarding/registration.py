"""The registration of a pipeline's source, which the operator gives."""

from http import HTTPStatus

from examples.client import ApiError, Client, Json, Unable
from examples.onboarding.records import Record


def require(client: Client, pipeline_id: str, source: str) -> None:
    """Raises Unable unless the source is registered."""
    if not _registered(client, pipeline_id, source):
        raise Unable(f"the source {source} is not registered; use --register")


def register(client: Client, pipeline_id: str, source: str, records: list[Record]) -> None:
    """The right to send what is in the files, beside what the source may send already."""
    before = _registered(client, pipeline_id, source)
    partners = set[str]().union(*(record.partner_ids for record in records))
    types = {record.type for record in records}
    body: Json = {
        "source": source,
        "partnerIds": sorted(partners.union(before.get("partnerIds", ()))),
        "types": sorted(types.union(before.get("types", ()))),
    }
    guard = {"if_match": before["etag"]} if before else {}
    client.send("PUT", f"/api/pipelines/{pipeline_id}", body, **guard)


def _registered(client: Client, pipeline_id: str, source: str) -> Json:
    """The pipeline, or nothing."""
    try:
        found = client.get(f"/api/pipelines/{pipeline_id}")
    except ApiError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return {}
        raise
    if found["source"] != source:
        raise Unable(f"--pipeline {pipeline_id} is that of the source {found['source']}")
    return found
