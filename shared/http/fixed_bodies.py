"""Bodies that are the same for everybody: compressed, and named by what they hold, once a process.

Whoever asks for one needs no token, so it is sent few bytes, or none where it has them.
"""

import gzip
import hashlib
from dataclasses import dataclass
from typing import Self

from shared.http.negotiation import takes_gzip


@dataclass(frozen=True, slots=True)
class FixedBody:
    """A body in both forms. Their tags differ, as strong ones must (RFC 9110, 8.8.3.3)."""

    plain: bytes
    zipped: bytes
    digest: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Compresses it, for which a large one takes some hundredths of a second."""
        digest = hashlib.sha256(body).hexdigest()[:32]
        return cls(body, gzip.compress(body, 9, mtime=0), digest)

    def sent(self, accept_encoding: str | None) -> tuple[dict[str, str], bytes]:
        """The headers of the form that the caller takes, and its bytes.

        With the exact length, which the host does not add.
        """
        if not takes_gzip(accept_encoding):
            headers = {"ETag": f'"{self.digest}"', "Content-Length": str(len(self.plain))}
            return headers, self.plain
        headers = {"ETag": f'"{self.digest}-gzip"', "Content-Length": str(len(self.zipped))}
        return {**headers, "Content-Encoding": "gzip"}, self.zipped
