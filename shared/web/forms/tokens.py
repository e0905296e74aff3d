"""What a form carries: for whom, for what and until when it was shown, sealed.

Not bound to one session, so that two tabs work; bound to the person, so that nobody else's browser
can be made to send it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from shared.web.forms.form import Target
from shared.web.sealing import Sealer
from shared.web.session import LONGEST

_TYP: Final = "form"


class FormToken(BaseModel):
    """`action` is the page's name, `resource` its address, `etag` the version that was shown.

    `ids` are those of what the form makes, `targets` what it is done with one by one. `until`:
    afterwards the form is shown, and not taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: str
    person: str
    action: str
    resource: str
    etag: str | None
    auth: AwareDatetime | None
    ids: Mapping[str, str]
    targets: tuple[Target, ...] = ()
    until: AwareDatetime


@dataclass(frozen=True, slots=True)
class FormTokens:
    """Seals and opens them at one moment."""

    sealer: Sealer
    now: datetime

    def text(self, token: FormToken) -> str:
        """`token`, sealed for longer than it lasts: a late form is shown again as it was typed."""
        seconds = int(LONGEST.total_seconds())
        return self.sealer.seal(_TYP, token.model_dump(mode="json"), seconds)

    def read(self, text: str) -> FormToken | None:
        """What was sealed; None for anything else."""
        opened = self.sealer.open(_TYP, text)
        if opened is None:
            return None
        try:
            return FormToken.model_validate(opened)
        except ValidationError:
            return None  # Sealed by an instance of another version.

    def until(self, seconds: int) -> datetime:
        """The end of a form that is shown now."""
        return self.now + timedelta(seconds=seconds)

    def late(self, token: FormToken) -> bool:
        """Whether its form is over."""
        return self.now >= token.until
