"""Signatures under the account's key: table and queue service sign different strings.

https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from shared.storage.engine.protocol.messages import Request, dated


class SharedKey:
    """Signs requests with the account's key."""

    def __init__(self, name: str, key: str) -> None:
        """`key` is in base64. Raises ValueError where it is not."""
        self._name = name
        self._key = b64decode(key, validate=True)

    async def headers(self, request: Request) -> Mapping[str, str]:
        """The headers that the request is sent with, all of them."""
        sent = dated(request.headers)
        signed = _of_table if request.service == "table" else _of_queue
        text = signed(request, sent, self._name)
        found = b64encode(hmac.digest(self._key, text.encode(), sha256)).decode()
        sent["Authorization"] = f"SharedKey {self._name}:{found}"
        return sent

    def renews(self, refused: Mapping[str, str]) -> bool:
        """A signature that was refused would be refused again."""
        del refused
        return False


def _of_table(request: Request, sent: Mapping[str, str], name: str) -> str:
    path = urlsplit(request.url).path
    kind = sent.get("Content-Type", "")
    return f"{request.method}\n\n{kind}\n{sent['x-ms-date']}\n/{name}{path}"


def _of_queue(request: Request, sent: Mapping[str, str], name: str) -> str:
    address = urlsplit(request.url)
    length = str(len(request.body)) if request.body else ""
    # Encoding, language; length; MD5; type; date, four conditions and a range, which none has.
    fixed = ["", "", length, "", sent.get("Content-Type", ""), *[""] * 6]
    ours = sorted(name for name in sent if name.startswith("x-ms-"))
    said = sorted(parse_qsl(address.query, keep_blank_values=True))
    return "\n".join(
        [
            request.method,
            *fixed,
            *(f"{each}:{sent[each]}" for each in ours),
            f"/{name}{address.path}",
            *(f"{each}:{value}" for each, value in said),
        ]
    )
