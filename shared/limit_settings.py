"""What a deployment decides of its partners' fair shares (ISO-2): a part of `settings`."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

LEAST_MESSAGES_PER_SECOND: Final = 10
"""With less, the largest body that is taken would be more than a minute's worth."""

type _Number = Annotated[int, Field(ge=1, le=1_000_000)]


class LimitSettings(BaseModel):
    """An alias is the name in the environment."""

    messages_per_second: Annotated[int, Field(ge=LEAST_MESSAGES_PER_SECOND, le=1000)] = Field(
        12,
        alias="MESSAGES_PER_SECOND",
        description="resources a second that a partner hands in at `POST /api/onboarding`, where"
        " the operator has recorded no other rate for it; at least"
        f" {LEAST_MESSAGES_PER_SECOND}",
    )
    commands_per_second: _Number = Field(
        20,
        alias="COMMANDS_PER_SECOND",
        description="commands over HTTP a second that a tenant sends to one process, ten seconds'"
        " worth at once",
    )
    reads_at_once: _Number = Field(
        12,
        alias="READS_AT_ONCE",
        description="reads over HTTP of one tenant that a process answers at the same time",
    )
    invitations_per_day: _Number = Field(
        2000,
        alias="INVITATIONS_PER_DAY",
        description="invitations that a partner sends in a day",
    )
    webhook_changes_per_day: _Number = Field(
        100,
        alias="WEBHOOK_CHANGES_PER_DAY",
        description="times a day that a partner may make a webhook or change its target",
    )
