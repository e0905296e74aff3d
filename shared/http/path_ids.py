"""The ids in a path: what they look like, and how they are read."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import StringConstraints, TypeAdapter

from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.text.identifiers import Guid
from shared.wording import Words

type PipelineId = Annotated[
    str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
]

type Digest = Annotated[str, StringConstraints(max_length=64, pattern=r"^[0-9a-f]{64}$")]

type Sequence = Annotated[str, StringConstraints(max_length=12, pattern=r"^[1-9][0-9]{0,11}$")]

GUID_TYPE: Final[TypeAdapter[str]] = TypeAdapter(Guid)
PATH_TYPES: Final[Mapping[str, TypeAdapter[str]]] = {
    "pipelineId": TypeAdapter(PipelineId),
    "deadLetterId": TypeAdapter(Digest),
    "findingId": TypeAdapter(Digest),
    "sequence": TypeAdapter(Sequence),
}
"""Path parameters that are no GUIDs."""

_NO_GUID: Final = Words(
    "This is not a GUID in the form 0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44, or the empty one.",
    "0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44와 같은 형식의 GUID가 아니거나 빈 GUID입니다.",
)
_NO_IDENTIFIER: Final = Words("This is not an identifier.", "식별자가 아닙니다.")
_MALFORMED_PATH: Final = Words(
    "The path has a malformed id.", "경로에 형식이 잘못된 ID가 있습니다."
)


def read_path(parameters: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """The path's ids by their names, in their one form. Raises BadRequest naming the malformed."""
    path: dict[str, str] = {}
    details: list[Detail] = []
    for name in parameters:
        try:
            path[name] = PATH_TYPES.get(name, GUID_TYPE).validate_python(given.get(name, ""))
        except ValueError:
            words = _NO_IDENTIFIER if name in PATH_TYPES else _NO_GUID
            details.append(Detail(DetailCode.INVALID_PARAMETER, words, name))
    if details:
        raise BadRequest(_MALFORMED_PATH, target=details[0].target, details=details)
    return path
