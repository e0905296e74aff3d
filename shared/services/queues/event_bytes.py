"""From the text of a message to the bytes of its event, or what its sender most likely forgot.

Pipelines send what their library makes of an event: base64 with line breaks, a byte order mark,
UTF-16, base64 twice or not at all. What is beyond doubt is taken.
"""

from typing import Final

from shared.services.queues.rejections import Undecodable
from shared.text.encoding import from_base64, looks_like_json, looks_like_utf_16
from shared.wording import Words

_NOT_ENCODED: Final = Words(
    "The message is JSON, but not in base64. Encode its UTF-8 bytes so; with Azure's library for"
    " .NET, set QueueMessageEncoding.Base64.",
    "메시지가 JSON이지만 base64로 인코딩되지 않았습니다. UTF-8 바이트를 base64로 인코딩하십시오."
    " .NET용 Azure 라이브러리에서는 QueueMessageEncoding.Base64를 설정하십시오.",
)
_TWICE: Final = Words(
    "The message is in base64 twice. Encode it once: a library that does so needs plain text.",
    "메시지가 base64로 두 번 인코딩되었습니다. 한 번만 인코딩하십시오. 직접 인코딩하는"
    " 라이브러리에는 일반 텍스트를 전달하십시오.",
)
_UTF_16: Final = Words(
    "The message looks like UTF-16. Encode its text as UTF-8, then in base64; in PowerShell with"
    " [Text.Encoding]::UTF8.",
    "메시지가 UTF-16으로 보입니다. 텍스트를 UTF-8로 인코딩한 다음 base64로 인코딩하십시오."
    " PowerShell에서는 [Text.Encoding]::UTF8을 사용하십시오.",
)


def event_bytes(text: str) -> bytes:
    """The UTF-8 bytes that a message's text stands for. Raises Undecodable."""
    try:
        data = from_base64(text)
    except ValueError:
        raise Undecodable(_NOT_ENCODED if looks_like_json(text) else None) from None
    if looks_like_utf_16(data):
        raise Undecodable(_UTF_16)
    try:
        said = data.decode()
    except UnicodeDecodeError:
        raise Undecodable from None
    if _is_base64_of_json(said):
        raise Undecodable(_TWICE)
    return data


def _is_base64_of_json(text: str) -> bool:
    try:
        return looks_like_json(from_base64(text).decode(errors="replace"))
    except ValueError:
        return False
