"""A command tried without doing it: admitted, read and built by its own endpoint's record."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, cast

from pydantic import BaseModel

from shared.auth.principal import Principal
from shared.deciding.commands import Command
from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.http.access import admit
from shared.http.body import read_document
from shared.http.endpoint import Endpoint, NoBody, NoQuery, Request
from shared.http.shapes.policy import EvaluationBody
from shared.services.application import Services
from shared.services.commands.evaluating import Evaluation
from shared.services.documents import WHOLE
from shared.wording import Words

_MISSING: Final = Words("The command needs this id.", "이 명령에 필요한 ID입니다.")
_UNKNOWN: Final = Words(
    "The command's path has no such id.", "이 명령의 경로에는 이러한 ID가 없습니다."
)
_OTHER_IDS: Final = Words(
    "The ids are not those of the command.", "ID가 이 명령의 ID와 일치하지 않습니다."
)


async def try_out(
    endpoint: Endpoint[Any, Any], request: Request[EvaluationBody], services: Services
) -> Evaluation:
    """Every rule that the endpoint's command would break; none if it would succeed.

    Raises what the command would be answered with otherwise. Its If-Match is no part of it: the
    decision is about the resource as it is now.
    """
    model = cast("type[BaseModel]", endpoint.body or NoBody)
    command = cast("Callable[[Request[BaseModel]], Command]", endpoint.command)
    caller = cast("Principal", request.caller)
    given = _ids(endpoint, request.body)
    path, granted = admit(endpoint, caller, given, services.settings.role_preset)
    with _below("body"):
        asked = Request(
            path=path,
            query=NoQuery(),
            body=read_document(request.body.body, model, endpoint.read_only),
            actor=granted.actor,
            viewer=granted.viewer,
            own=granted.own,
            caller=caller,
            if_match=None,
            url=services.settings.public_base_url + endpoint.address(path),
            locale=request.locale,
            page_tokens=request.page_tokens,
        )
        return await services.evaluations.evaluate(command(asked))


def _ids(endpoint: Endpoint[Any, Any], asked: EvaluationBody) -> dict[str, str]:
    """What the command's path would hold. Raises BadRequest for an id too many or too few."""
    given: dict[str, str] = asked.model_dump(exclude={"command", "body"}, exclude_none=True)
    wanted = endpoint.parameters
    details = [
        *(Detail(DetailCode.MISSING_FIELD, _MISSING, name) for name in wanted if name not in given),
        *(Detail(DetailCode.UNKNOWN_FIELD, _UNKNOWN, name) for name in given if name not in wanted),
    ]
    if details:
        raise BadRequest(_OTHER_IDS, details=details)
    return given


@contextmanager
def _below(place: str) -> Generator[None]:
    """A field of the command's body is one of `place` here."""

    def path(target: str | None) -> str:
        if target is None or target == WHOLE:
            return place
        return f"{place}{'' if target.startswith('[') else '.'}{target}"

    try:
        yield
    except BadRequest as error:
        details = [replace(each, target=path(each.target)) for each in error.details]
        target = path(error.target) if error.target is not None else None
        raise BadRequest(error.words, target=target, details=details) from None
