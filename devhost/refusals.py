"""What this host leaves out of the real one: refused in words, never done in another way.

docs/devhost.md is generated from here.
"""

from __future__ import annotations

from enum import Enum


class Refusal(Enum):
    """One kind: when it shows, what is refused, and what the real host does with it."""

    SETTINGS = (
        "start",
        "a setting or settings file that is missing or cannot be used, or CORS",
        "drops the function, or is in error; answers CORS",
    )
    HOST_JSON = (
        "start",
        "a host.json that is not version 2.0, or an option out of range",
        "is in error: 503 everywhere; some options stop it later",
    )
    THROTTLING = (
        "start",
        "host.json's throttling of HTTP",
        "answers 429 over the limit",
    )
    PLAN = (
        "start",
        "the environment of an Azure plan",
        "takes scheme and host from the front end's headers, sends hsts",
    )
    CONNECTION = (
        "start",
        "connections other than a connection string in a setting",
        "reads a ConnectionStrings section; signs in with an identity",
    )
    NAME = (
        "start",
        "a function name that is invalid or taken",
        "drops the function; in error where the name is taken",
    )
    TEMPLATE = (
        "start",
        (
            "a route other than literals of A-Z a-z 0-9 . _ - and {p}, {p?}, {*rest}, "
            "alone in their segments, with no constraint but maxlength"
        ),
        "knows ASP.NET's whole grammar, and is in error where that is broken",
    )
    ROUTE = (
        "start",
        "a route that is another's, whatever its parameters' names, or begins with admin, runtime",
        "drops the later function; of two that differ in parameter names, the first always wins",
    )
    BINDING = (
        "start",
        "bindings other than HTTP, queue and timer, or with values they do not know",
        "drops the function, or knows the binding",
    )
    BASE64 = (
        "start",
        "queues with a messageEncoding other than none",
        "decodes and encodes base64",
    )
    QUEUE = (
        "start",
        "a queue name that is invalid, has capital letters or an {expression}",
        "drops the function, lowers the name, fills in the expression",
    )
    SCHEDULE = (
        "start",
        "a schedule that NCrontab does not read, or a time span",
        "drops the function; fires a time span at its interval",
    )
    ADMIN = (
        "request",
        "the admin API but for its status, its list of functions and a function by hand",
        "has keys, files, configuration, drain and more",
    )
    ANSWER = (
        "request",
        (
            "an answer with a status outside 200-999 or a Transfer-Encoding of its own, "
            "and JSON returned as text"
        ),
        "sends what no client can read; takes status and body from the JSON",
    )
    OUTPUT = (
        "call",
        (
            "JSON for a queue whose texts look like dates, whose numbers are not whole, "
            "or that only Newtonsoft reads"
        ),
        "writes dates and numbers anew, forgives broken JSON",
    )

    @property
    def when(self) -> str:
        """At the `start`, at a `request`, or at the end of a `call`."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What is refused."""
        return self.value[1]

    @property
    def host(self) -> str:
        """What the real host does instead."""
        return self.value[2]


class Choice(Enum):
    """What is done in another way on purpose: here, and on the real host."""

    RELEASE = (
        "a stop gives messages that did not finish back at once",
        "they stay hidden for up to ten minutes",
    )
    OUTAGE = (
        "goes on through an outage of storage, and says so once",
        "stops itself after about 24 seconds, for the platform to start it again",
    )
    SIGTERM = ("SIGTERM stops as SIGINT does", "ignores SIGTERM")
    STATUS = ("timers' status is in files of DATA", "it is in blobs")
    WORDS = (
        "the home page, the admin API's id and version are its own",
        "has a page of 150 kB, an id of the storage account",
    )

    @property
    def words(self) -> str:
        """What is done here."""
        return self.value[0]

    @property
    def host(self) -> str:
        """What the real host does instead."""
        return self.value[1]


class Refused(Exception):
    """Something that this host does not do; its text is one line for a person."""

    def __init__(self, refusal: Refusal, what: str) -> None:
        """`what` says what was met."""
        super().__init__(f"{what} (not here: {refusal.words})")
        self.refusal = refusal
