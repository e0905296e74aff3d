"""What browsers keep for us and can neither read nor change: JWE (RFC 7516), `dir` with A256GCM.

Each use has its own `typ`, so that nothing sealed for one opens for another, and an end. The first
key seals, all open, so a key is replaced by putting the new one first.
"""

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.util import json_b64encode

from shared.canonical import JsonObject, canonical
from shared.clock import Clock

_ALGORITHMS: Final = ("dir", "A256GCM")
"""All that is allowed: no compression either, which would tell of the content by its length."""

_SEALED: Final = re.compile(r"[\w.-]+", re.ASCII)


class Sealer:
    """Seals and opens documents. Texts are `[A-Za-z0-9._-]`, as values of cookies must be."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        """`keys` have 32 bytes each."""
        self._keys = [OctKey.import_key(key) for key in keys]
        self._clock = clock

    def seal(self, typ: str, payload: JsonObject, seconds: int) -> str:
        """`payload` for the use `typ`, to be opened within `seconds` from now."""
        key = self._keys[0]
        ends = self._clock.now() + timedelta(seconds=seconds)
        document = canonical({"exp": int(ends.timestamp()), "payload": payload})
        return jwe.encrypt_compact(_header(typ, key), document, key, _ALGORITHMS)

    def open(self, typ: str, text: str) -> JsonObject | None:
        """What was sealed for the use `typ`.

        None for another use, an unknown key, a changed text, and after its end.
        """
        key = self._key(typ, text)
        if key is None:
            return None
        try:
            opened = jwe.decrypt_compact(text, key, _ALGORITHMS).plaintext
        except (JoseError, ValueError):
            return None
        document = json.loads(opened or b"{}")
        if self._clock.now().timestamp() >= document["exp"]:
            return None
        return document["payload"]

    def _key(self, typ: str, text: str) -> OctKey | None:
        """The key whose header for this use the text has, to the letter: nothing else is read."""
        if not _SEALED.fullmatch(text):
            return None
        header = text.partition(".")[0].encode()
        return next(
            (each for each in self._keys if json_b64encode(_header(typ, each)) == header), None
        )


def _header(typ: str, key: OctKey) -> dict[str, str]:
    return {"alg": "dir", "enc": "A256GCM", "kid": key.thumbprint(), "typ": typ}
