"""What every model of the domain is made of: one strict base, actors, and a request's place."""

from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

type Traceparent = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{2}(-[0-9a-f]+){3}$")]
"""Where a request belongs, as W3C trace context writes it (`shared.tracing`)."""


class Model(BaseModel):
    """Frozen, camelCase outside, and unforgiving: an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    def but(self, **changes: object) -> Self:
        """A copy with `changes`, which must already be of the right types."""
        return self.model_copy(update=changes)


class Actor(Model):
    """Who did something: `role` is a letter of the role table, or `system`."""

    tenant_id: str
    object_id: str
    role: str


class Who(Model):
    """Which tenant did something and in which role; never a person."""

    tenant_id: str
    """The tenant that did it or for which a pipeline did; `system` for what timers and sweeps do.
    """
    role: str
    """The letter of the role table in which it was allowed, such as `G`; `link` for a partner whose
    invitation link was accepted, `system` for timers and sweeps.
    """

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """The tenant and role of `actor`."""
        return cls(tenant_id=actor.tenant_id, role=actor.role)


SYSTEM: Final = Actor(tenant_id="system", object_id="system", role="system")
"""The sweep and timers act as this."""
