"""Errors of a request's form: what only HTTP can get wrong, said before anything is done.

BadRequest
├── MissingApiVersion, UnsupportedApiVersion   400
AppError
├── MethodNotAllowed     405  the address is one, and has other methods
├── NotAcceptable        406  no media type that this operation has is one that Accept names
├── LengthRequired       411  a body seems to have been sent, and nothing arrived
├── PayloadTooLarge      413  a body has more bytes than are taken
└── UnsupportedMediaType 415  a body cannot be read as it came
"""

from collections.abc import Sequence

from shared.errors import AppError, BadRequest
from shared.wording import Words


class MissingApiVersion(
    BadRequest, status=400, code="MissingApiVersionParameter", retryable="never"
):
    """The query parameter `api-version` is missing."""

    advice = "Send it."


class UnsupportedApiVersion(
    BadRequest, status=400, code="UnsupportedApiVersionValue", retryable="never"
):
    """The query parameter `api-version` names a version that is not served."""

    advice = "Send one of the answer's `api-supported-versions`."


class MethodNotAllowed(AppError, status=405, code="MethodNotAllowed", retryable="never"):
    """The address is one of the API's, and does not have the request's method."""

    advice = "Use one of the methods in the header `Allow`."

    def __init__(self) -> None:
        words = Words(
            "This address does not have the request's method. The header Allow names those it has.",
            "이 주소는 요청의 메서드를 지원하지 않습니다. 지원하는 메서드는 Allow 헤더에 있습니다.",
        )
        super().__init__(words)


class NotAcceptable(AppError, status=406, code="NotAcceptable", retryable="never"):
    """The header Accept names none of the media types that the operation answers with."""

    advice = "Name one that it does, or leave the header out."

    def __init__(self, offered: Sequence[str]) -> None:
        words = Words(
            "This is answered as one of: {offered}. Accept allows none of it.",
            "응답 형식은 {offered} 중 하나이지만 Accept 헤더가 모두 허용하지 않습니다.",
        )
        super().__init__(words.filled(offered=", ".join(offered)), target="Accept")


class LengthRequired(AppError, status=411, code="LengthRequired", retryable="never"):
    """A body in chunks, or a Content-Type without a Content-Length: nothing of a body arrived.

    The Functions host reads a body by its `Content-Length` alone. Nothing was done.
    """

    advice = (
        "Send the body with its `Content-Length`: in .NET as `StringContent`, or call"
        " `LoadIntoBufferAsync` on the content first. `PutAsJsonAsync`, `PostAsJsonAsync`,"
        " `PatchAsJsonAsync` and `JsonContent` send chunks by themselves."
    )

    def __init__(self) -> None:
        words = Words(
            "Nothing of the body arrived: it came in chunks (Transfer-Encoding), or without a"
            " Content-Length. Send it with its length; in .NET as StringContent, or call"
            " LoadIntoBufferAsync on the content first.",
            "본문이 청크(Transfer-Encoding)로 또는 Content-Length 없이 전송되어 도착하지"
            " 않았습니다. 길이와 함께 보내십시오. .NET에서는 StringContent를 사용하거나 먼저"
            " 콘텐츠의 LoadIntoBufferAsync를 호출하십시오.",
        )
        super().__init__(words)


class PayloadTooLarge(AppError, status=413, code="RequestBodyTooLarge", retryable="never"):
    """The body is larger than 64 KiB."""

    advice = "Send less at once."


class UnsupportedMediaType(AppError, status=415, code="UnsupportedMediaType", retryable="never"):
    """The body is compressed, in another charset, or of a Content-Type that is not taken here.

    `target` is the header that says so.
    """

    advice = "Send JSON in UTF-8, uncompressed, as `application/json`."
