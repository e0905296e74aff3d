"""Queues by the service's protocol."""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from azure.core.exceptions import DecodeError

from shared.services.ports.queues import Receipt
from shared.storage.engine.failures import FAILURES
from shared.storage.engine.protocol.account import Account
from shared.storage.engine.protocol.messages import Refused, Request
from shared.storage.engine.queues import NEVER, queue_failure

_ACCEPT: Final = {"Accept": "application/xml"}
_XML: Final = {**_ACCEPT, "Content-Type": "application/xml"}
_KEPT: Final = {"\r": "&#13;"}
"""What a reader of XML would take for another end of line."""


class RestQueues:
    """`Queues` in a storage account, without the SDK."""

    def __init__(self, account: Account, prefix: str) -> None:
        """Nothing is sent yet; `prefix` goes before every queue's name."""
        self._account = account
        self._prefix = prefix

    async def put(self, queue: str, text: str, delay: int = 0) -> Receipt:
        """See `Queues.put`."""
        said = f"visibilitytimeout={delay}&messagettl={NEVER}"
        body = f"<QueueMessage><MessageText>{escape(text, _KEPT)}</MessageText></QueueMessage>"
        try:
            answer = await self._account.send(
                Request("queue", "POST", f"{self._messages(queue)}?{said}", _XML, body.encode())
            )
            if answer.status != HTTPStatus.CREATED:
                raise Refused(answer)
            return _receipt(answer.body)
        except FAILURES as error:
            raise queue_failure(error) from error

    async def delete(self, queue: str, receipt: Receipt) -> None:
        """See `Queues.delete`."""
        place = f"{self._messages(queue)}/{quote(receipt.message_id, safe='')}"
        url = f"{place}?popreceipt={quote(receipt.pop_receipt, safe='')}"
        try:
            answer = await self._account.send(Request("queue", "DELETE", url, _ACCEPT))
            if answer.status != HTTPStatus.NO_CONTENT:
                raise Refused(answer)
        except FAILURES as error:
            raise queue_failure(error) from error

    def _messages(self, queue: str) -> str:
        return f"{self._account.queues}/{self._prefix}{queue}/messages"


def _receipt(body: bytes) -> Receipt:
    try:
        message = ET.fromstring(body)[0]  # noqa: S314 - the account's own answer
        found = message.findtext("MessageId"), message.findtext("PopReceipt")
    except (ET.ParseError, LookupError) as error:
        raise DecodeError(f"no receipt: {type(error).__name__}") from error
    message_id, pop_receipt = found
    if not message_id or not pop_receipt:
        raise DecodeError("a receipt without its parts")
    return Receipt(message_id, pop_receipt)
