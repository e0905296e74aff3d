"""Writes docs/settings.md from the settings object: `python -m tools.settings_document`."""

from pathlib import Path
from typing import Final

from shared.settings import Settings

PATH: Final = Path(__file__).parents[1] / "docs" / "settings.md"

_HEAD: Final = """# Settings

Every setting, generated from `shared/settings.py` by `make docs`; a test
fails when it is behind. Settings are environment variables; in Azure they are the function app's
application settings, locally `Values` of `local.settings.json`, and without that file those of
`local.settings.json.sample`. A missing or unusable one stops the start with one line that names it.

| setting | default | meaning |
|---|---|---|
"""

_TAIL: Final = """
`AzureWebJobsStorage` or its `__tableServiceUri` and `__queueServiceUri` must be there. With the
endpoints the app signs in as its managed identity; the Functions host needs
`AzureWebJobsStorage__blobServiceUri` and `AzureWebJobsStorage__credential` (`managedidentity`)
beside them, which the app does not read. The storage suffix of a cloud is part of the endpoints;
the sign-in authority and the token issuer follow from `CLOUD`.
"""


def document() -> str:
    """The whole text."""
    return _HEAD + "".join(map(_line, Settings.model_fields)) + _TAIL


def _line(name: str) -> str:
    field = Settings.model_fields[name]
    if field.is_required():
        default = "required"
    elif field.default is None:
        default = "none"
    else:
        text = str(field.default)
        default = f"`{text.lower() if text in {'True', 'False'} else text}`"
    return f"| `{field.alias}` | {default} | {field.description} |\n"


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
