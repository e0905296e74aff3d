"""The cookies of a request."""

from collections import Counter
from collections.abc import Mapping


def read_cookies(header: str | None) -> Mapping[str, str]:
    """The cookies of a `Cookie` header by name.

    Of a name that comes twice none counts: nobody could tell which of them is ours. A comma parts
    nothing, though the host joins two headers by it: browsers send one (RFC 6265 5.4), and within
    a value that somebody else may set for a parent domain it would make a `__Host-` cookie.
    """
    parts = (part.strip().partition("=") for part in (header or "").split(";"))
    pairs = [(name.strip(), value.strip()) for name, equals, value in parts if equals]
    times = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if times[name] == 1}
