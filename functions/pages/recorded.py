"""What stands in a form's field when it is opened: what is on record."""

from collections.abc import Mapping

from shared.canonical import JsonObject
from shared.web.forms.form import Filled


def recorded(subject: str, name: str) -> Filled:
    """What the page's answer `subject` has under `name`, of a list one value in each line."""

    def filled(known: Mapping[str, JsonObject | None]) -> str:
        value = (known.get(subject) or {}).get(name)
        if value is None:
            return ""
        return "\n".join(map(str, value)) if isinstance(value, list) else str(value)

    return filled
