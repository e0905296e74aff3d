"""Query parameters: the API's version, and what an operation takes."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ValidationError

from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.http.endpoint import API_VERSION, field_names
from shared.http.request_errors import MissingApiVersion, UnsupportedApiVersion
from shared.services.documents import invalid
from shared.wording import Words

VERSION_PARAMETER: Final = "api-version"

_VERSION_MISSING: Final = Words(
    "The query parameter api-version is required: {version}.",
    "쿼리 매개 변수 api-version은 필수입니다: {version}.",
).filled(version=API_VERSION)
_VERSION_UNKNOWN: Final = Words(
    "This api-version is not supported. Supported: {version}.",
    "지원되지 않는 api-version입니다. 지원되는 버전: {version}.",
).filled(version=API_VERSION)
_NO_SUCH: Final = Words("There is no such query parameter.", "이러한 쿼리 매개 변수는 없습니다.")
_UNKNOWN: Final = Words("A query parameter is unknown.", "알 수 없는 쿼리 매개 변수가 있습니다.")
_MALFORMED: Final = Words(
    "A query parameter is malformed.", "쿼리 매개 변수의 형식이 잘못되었습니다."
)


def require_version(query: Mapping[str, str]) -> None:
    """Raises MissingApiVersion or UnsupportedApiVersion."""
    version = {name.lower(): value for name, value in query.items()}.get(VERSION_PARAMETER)
    if not version:
        raise MissingApiVersion(_VERSION_MISSING, target=VERSION_PARAMETER)
    if version != API_VERSION:
        raise UnsupportedApiVersion(
            _VERSION_UNKNOWN,
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
        details = [Detail(DetailCode.UNKNOWN_PARAMETER, _NO_SUCH, name[:100]) for name in unknown]
        raise BadRequest(_UNKNOWN, target=unknown[0][:100], details=details)
    try:
        return model.model_validate(
            {spelling[name]: value for name, value in given.items()}, by_alias=True, by_name=False
        )
    except ValidationError as error:
        raise invalid(error, _MALFORMED) from None
