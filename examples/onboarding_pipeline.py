"""An onboarding pipeline: sends files of records as messages and tells what became of each.

    python -m examples.onboarding_pipeline --local --register examples/onboarding/data/*

Stage by stage: the next begins when every message of the one before has its result, because a
queue keeps no order. Ended anywhere, the same command goes on; run again, nothing happens twice.

As the operator it writes to the queue; with `--partner ID` it is that partner's own application and
uses `POST /api/onboarding`. Away from this machine the environment says where: ONBOARDING_URL,
ONBOARDING_TOKEN (an access token) and, for the operator, ONBOARDING_STORAGE: the account's queue
endpoint, opened as whoever is signed in (`az login`, a managed identity), or a connection string.

Exit code 0: all accepted; 1: something was refused, died or got no answer; 2: it could not be done.
"""

import argparse
import os
import sys
import uuid
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final

import httpx
from azure.core.exceptions import AzureError
from rich.console import Console

from examples.backend import Backend
from examples.onboarding.channels import Application, Channel, NotAnswered, RawQueue, Service
from examples.onboarding.journal import Journal, OtherTarget
from examples.onboarding.pipeline import Pipeline
from examples.onboarding.records import BadRecord, Record, read
from examples.onboarding.report import report, show, write

_OPERATOR: Final = {
    "tenant": "00000000-0000-4000-8000-000000000001",
    "roles": ["PlatformOperator"],
}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("files", nargs="+", type=Path, help="CSV or JSONL, named by what they hold")
    add("--source", default="https://pipelines.example/onboarding", help="of its CloudEvents")
    add("--pipeline", help="the id under which the source is registered (made from it)")
    add(
        "--register",
        action="store_true",
        help="register the source first, for what is in the files",
    )
    add(
        "--local", nargs="?", type=int, const=7071, metavar="PORT", help="the backend of `make run`"
    )
    add("--partner", metavar="ID", help="send as this partner's own application")
    add("--again", action="store_true", help="send what was not accepted once more")
    add("--state", type=Path, default=Path("onboarding-state.jsonl"))
    add("--report", type=Path, default=Path("onboarding-report.json"))
    add("--patience", type=float, default=120, help="seconds to wait without any new result")
    return parser.parse_args()


def where(local: int | None, partner: str | None) -> tuple[Service, Channel]:
    """The backend and the way in, on this machine or as the environment says."""
    if local:
        backend = Backend(local)
        service = Service(
            backend.url, backend.token(_application(partner) if partner else _OPERATOR)
        )
        return service, Application(service) if partner else RawQueue(backend.storage)
    try:
        service = Service(_setting("URL").rstrip("/"), _setting("TOKEN"))
        return service, Application(service) if partner else RawQueue(_setting("STORAGE"))
    except KeyError as error:
        raise NotAnswered(f"{error.args[0]} is not set, and it is not --local") from None


def _application(partner: str) -> dict[str, Any]:
    return {"tenant": partner, "roles": ["OnboardingPipeline"], "application": True}


def _setting(name: str) -> str:
    return os.environ[f"ONBOARDING_{name}"]


def register(service: Service, pipeline: str, source: str, records: list[Record]) -> None:
    """The right to send what is in the files; the operator gives it."""
    partners = set[str]().union(*(record.partner_ids for record in records))
    service.register(pipeline, source, partners, {record.type for record in records})


def run(options: argparse.Namespace, console: Console) -> bool:
    """Whether every record was accepted."""
    records = read(options.files)
    pipeline_id = options.pipeline or str(uuid.uuid5(uuid.NAMESPACE_URL, options.source))
    service, channel = where(options.local, options.partner)
    if options.register:
        register(service, pipeline_id, options.source, records)
    with ExitStack() as ends:
        ends.enter_context(closing(channel))
        source = f"/partners/{options.partner}" if options.partner else options.source
        journal = Journal(options.state, f"{source} at {service.url}")
        ends.callback(journal.close)
        feed = f"/api/pipelines/{pipeline_id}/results"
        if options.partner:
            feed = f"/api/partners/{options.partner}/onboarding-results"
        pipeline = Pipeline(source, feed, channel, service, journal, options.patience)
        pipeline.catch_up()
        if options.again:
            pipeline.again(records)
        pipeline.run(records, console)
        found = report(records, journal)
    write(found, options.report)
    show(found, console)
    return len(found["accepted"]) == len(records)


def main() -> None:
    """Ends with the exit code."""
    console = Console(stderr=True)
    try:
        sys.exit(0 if run(arguments(), console) else 1)
    except (BadRecord, NotAnswered, OtherTarget, httpx.HTTPError, AzureError) as error:
        console.print(f"onboarding: {error}", markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
