"""Query parameters: the API's version, and what an operation takes."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ValidationError

from shared.errors import (
    BadRequest,
    Detail,
    DetailCode,
    MissingApiVersion,
    UnsupportedApiVersion,
)
from shared.http.endpoint import API_VERSION, field_names
from shared.services.documents import invalid

VERSION_PARAMETER: Final = "api-version"


def require_version(query: Mapping[str, str]) -> None:
    """Raises MissingApiVersion or UnsupportedApiVersion."""
    version = {name.lower(): value for name, value in query.items()}.get(VERSION_PARAMETER)
    if not version:
        raise MissingApiVersion(
            f"The query parameter api-version is required: {API_VERSION}.", target=VERSION_PARAMETER
        )
    if version != API_VERSION:
        raise UnsupportedApiVersion(
            f"This api-version is not supported. Supported: {API_VERSION}.",
            target=VERSION_PARAMETER,
        )


def read_query[Q: BaseModel](query: Mapping[str, str], model: type[Q]) -> Q:
    """The parameters as `model`; their names ignore case.

    Raises BadRequest, also for an unknown parameter: a misspelt filter would show everything.
    """
    spelling = {name.lower(): name for name in field_names(model)}
    given = {name.lower(): value for name, value in query.items()}
    given.pop(VERSION_PARAMETER, None)
    known = {*spelling, VERSION_PARAMETER}
    unknown = sorted(name for name in query if name.lower() not in known)
    if unknown:
        details = [
            Detail(DetailCode.UNKNOWN_PARAMETER, "There is no such query parameter.", name[:100])
            for name in unknown
        ]
        raise BadRequest("A query parameter is unknown.", target=unknown[0][:100], details=details)
    try:
        return model.model_validate(
            {spelling[name]: value for name, value in given.items()}, by_alias=True, by_name=False
        )
    except ValidationError as error:
        raise invalid(error, "A query parameter is malformed.") from None
