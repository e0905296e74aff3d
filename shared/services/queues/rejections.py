"""Why a message of a queue can never be processed, and what its sender is told."""

from enum import StrEnum

from shared.errors import AppError, BadRequest
from shared.wording import Words


class Reason(StrEnum):
    """Why a message is a dead letter."""

    UNDECODABLE = "undecodable"
    """It is not UTF-8 text in base64, encoded once."""
    OVERSIZED = "oversized"
    """Its event has more than 48 KiB."""
    MALFORMED = "malformed"
    """It is not what its queue takes, such as no CloudEvent, or its data are not what its type
    takes.
    """
    UNKNOWN_VERSION = "unknown-version"
    """It is a CloudEvent of another version than 1.0."""
    UNKNOWN_TYPE = "unknown-type"
    """Nothing here takes its `type`."""
    SOURCE_NOT_AUTHORISED = "source-not-authorised"
    """Its `source` is neither a pipeline nor a partner's application, stamped by `POST
    /api/onboarding`, that may send its type for its partner.
    """
    MESSAGE_ID_REUSED = "message-id-reused"
    """Another message of its source with the same `id` took effect at the same tenant."""
    RETRIES_EXHAUSTED = "retries-exhausted"
    """Every try failed, for another reason than these; or a webhook's receiver refused the event
    ten times.
    """


class UnknownVersion(BadRequest, status=400, code="UnknownVersion", retryable="never"):
    """A queue message is a CloudEvent of another version than 1.0."""

    advice = "Send it again with `specversion` 1.0."

    def __init__(self) -> None:
        words = Words(
            "Only version 1.0 of CloudEvents is understood.",
            "CloudEvents 1.0 버전만 지원합니다.",
        )
        super().__init__(words)


class Undecodable(BadRequest, status=400, code="Undecodable", retryable="never"):
    """A queue message is not UTF-8 text in base64."""

    advice = "Send it again, encoded so."

    def __init__(self, words: Words | None = None) -> None:
        """`words`: what its sender has most likely forgotten, where that is known."""
        plain = Words(
            "The message is not UTF-8 text in base64.",
            "메시지가 base64로 인코딩된 UTF-8 텍스트가 아닙니다.",
        )
        super().__init__(words or plain)


class Oversized(BadRequest, status=400, code="Oversized", retryable="never"):
    """A queue message has more than 48 KiB of text."""

    advice = "Send several smaller ones."

    def __init__(self, limit: int) -> None:
        words = Words(
            "An event has at most {limit} bytes.", "이벤트의 크기는 최대 {limit}바이트입니다."
        )
        super().__init__(words.filled(limit=limit))


class UnknownType(BadRequest, status=400, code="UnknownType", retryable="never"):
    """A queue message is of a type that is not served."""

    advice = "Send it again with a `type` that is."

    def __init__(self) -> None:
        words = Words(
            "There is no such type of message.",
            "이러한 메시지 형식은 없습니다.",
        )
        super().__init__(words)


class SourceNotAuthorised(
    BadRequest, status=400, code="SourceNotAuthorised", retryable="afterChange"
):
    """A queue message's `source` is no pipeline that may send its type for its partner."""

    advice = "Have the operator register or extend the pipeline, then send it again."

    def __init__(self) -> None:
        words = Words(
            "The source is no pipeline that may send this for this partner.",
            "이 소스는 이 파트너를 대신하여 이 메시지를 보낼 수 있는 파이프라인이 아닙니다.",
        )
        super().__init__(words)


class MessageIdReused(BadRequest, status=400, code="MessageIdReused", retryable="never"):
    """A queue message has the id of another one that took effect at the same tenant."""

    advice = "Send it again under an id of its own."

    def __init__(self) -> None:
        words = Words(
            "Another message of this source had this id and took effect.",
            "이 소스의 다른 메시지가 이미 이 ID로 처리되었습니다.",
        )
        super().__init__(words)


class PartlyQueued(AppError, status=503, code="PartlyQueued", retryable="afterTime"):
    """The queue did not take all the messages: some may be queued, others are not."""

    advice = "Send all of them again under the same ids: none takes effect twice."
    retry_after = 5

    def __init__(self) -> None:
        words = Words(
            "Some of the messages may be queued. Send all of them again.",
            "일부 메시지만 대기열에 들어갔을 수 있습니다. 모든 메시지를 다시 보내십시오.",
        )
        super().__init__(words)


class Rejected(Exception):
    """The message can never be processed. `error` tells its sender why."""

    def __init__(self, reason: Reason, error: AppError) -> None:
        super().__init__(str(error))
        self.reason = reason
        self.error = error
