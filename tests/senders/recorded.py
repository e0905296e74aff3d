"""Messages, bodies, times and files exactly as senders in the field write them.

`senders.json` was recorded from Azure.Core, CloudNative.CloudEvents, System.Text.Json, Newtonsoft,
CsvHelper, MiniExcel and PowerShell 7.6: each with what should become of it.
"""

import base64
import json
from pathlib import Path
from typing import Any

ENTRIES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("senders.json").read_text(encoding="utf-8")
)
SOURCE = "https://pipelines.example/senders"
PARTNER = "9f1d2c44-7e0b-4b57-8a6e-2d1c9b3f5e01"


def sent(channel: str) -> list[dict[str, Any]]:
    """Those that came by `channel`."""
    return [each for each in ENTRIES if each["channel"].partition(" ")[0] == channel]


def name_of(entry: dict[str, Any]) -> str:
    """A test's name."""
    return f"{entry['n']} {entry['sender']}: {entry['how']}"


def content(entry: dict[str, Any]) -> bytes:
    """What was sent."""
    return base64.b64decode(entry["bytes"])
