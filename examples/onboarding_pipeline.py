"""An onboarding pipeline: sends files of records as messages and tells what became of each.

    python -m examples.onboarding_pipeline --local --register examples/onboarding/data/*

Stage by stage: the next begins when every message of the one before has its result, because a
queue keeps no order. Ended anywhere, the same command goes on; run again, nothing happens twice.

As the operator it writes to the queue; with `--partner ID` it is that partner's own application and
uses `POST /api/onboarding`. Away from this machine the environment says where: ONBOARDING_URL,
ONBOARDING_TOKEN (an access token) and, for the operator, ONBOARDING_STORAGE: the account's queue
endpoint, opened as whoever is signed in (`az login`, a managed identity), or a connection string.

Exit code 0: all accepted; 1: something was refused, failed or got no answer; 2: it could not be
done; 130: interrupted. The report is of this run, however it ended.
"""

import argparse
import logging
import sys
import uuid
from contextlib import closing
from pathlib import Path

from rich.console import Console

from examples.backend import OPERATOR, Backend, port
from examples.client import Client, Json, Unable, client_at, setting, token_setting, url_setting
from examples.onboarding import registration
from examples.onboarding.channels import Application, Channel, RawQueue
from examples.onboarding.journal import Journal
from examples.onboarding.partner_center import Besides
from examples.onboarding.pipeline import Pipeline
from examples.onboarding.progress import Teller
from examples.onboarding.records import read
from examples.onboarding.report import report, show, write


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add(
        "files",
        nargs="+",
        type=Path,
        help="CSV, JSONL or Partner Center's, named by what they hold",
    )
    add("--source", default="https://pipelines.example/onboarding", help="of its CloudEvents")
    add("--pipeline", type=guid, help="the id under which the source is registered (made from it)")
    add("--register", action="store_true", help="let the source send what is in the files")
    add("--local", action="store_true", help="the backend of `make run` at PORT (7071)")
    add("--partner", metavar="ID", type=guid, help="send as this partner's own application")
    add("--country", help="of the customers in Partner Center's exports, which do not say it")
    add("--seller", metavar="ID", type=guid, help="who sold what is in Partner Center's exports")
    add("--again", action="store_true", help="send what was not accepted once more")
    add(
        "--state",
        type=Path,
        default=Path("onboarding-state.jsonl"),
        help="remembers what was sent and its results (%(default)s); one source's at one backend",
    )
    add(
        "--report",
        type=Path,
        default=Path("onboarding-report.json"),
        help="what became of each record (%(default)s)",
    )
    add("--patience", type=float, default=120, help="seconds to wait without any new result")
    given = parser.parse_args()
    if given.partner and given.register:
        parser.error("partners do not register: leave out --register, or --partner")
    if given.report.suffix != ".json":
        parser.error(f"--report must name a .json file, is {given.report}")
    given.pipeline = given.pipeline or str(uuid.uuid5(uuid.NAMESPACE_URL, given.source))
    return given


def guid(text: str) -> str:
    """A GUID as the backend writes it."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no GUID") from None


def where(options: argparse.Namespace) -> tuple[Client, Channel]:
    """The backend and the way in, on this machine or as the environment says."""
    storage, named = "", "ONBOARDING_STORAGE"
    if options.local:
        backend = Backend(port())
        client = client_at(backend.url, backend.token(_claims(options.partner)))
        storage, named = backend.storage, "--local"
    else:
        client = client_at(url_setting("ONBOARDING_URL"), token_setting("ONBOARDING_TOKEN"))
    if options.partner:
        return client, Application(client)
    return client, RawQueue(storage or setting(named), named)


def _claims(partner: str | None) -> Json:
    if partner is None:
        return OPERATOR
    return {"tenant": partner, "roles": ["OnboardingPipeline"], "like": "application"}


def names(options: argparse.Namespace) -> tuple[str, str]:
    """The source of the messages, and the path of their results."""
    if options.partner:
        source = f"/partners/{options.partner}"
        return source, f"/api{source}/onboarding-results"
    return options.source, f"/api/pipelines/{options.pipeline}/results"


def run(options: argparse.Namespace, console: Console) -> bool:
    """Whether every record was accepted."""
    # Whatever happens now: what an earlier run reported is not true of this one.
    options.report.open("w").close()
    options.report.unlink()
    records = read(options.files, Besides(options.country, options.seller))
    client, channel = where(options)
    source, feed = names(options)
    with (
        closing(channel),
        closing(Journal(options.state, f"{source} by {client.url}{feed}")) as state,
    ):
        if options.register:
            registration.register(client, options.pipeline, source, records)
        elif not options.partner:
            registration.require(client, options.pipeline, source)
        pipeline = Pipeline(source, feed, channel, client, state, options.patience)
        pipeline.recognise()
        try:
            pipeline.catch_up()
            if options.again:
                pipeline.again(records)
            with Teller(console) as teller:
                pipeline.run(records, teller)
        finally:
            found = report(records, pipeline)
            write(found, options.report)
            show(found, pipeline, options.report, console)
    return len(found["accepted"]) == len(records)


def main() -> None:
    """Ends with the exit code."""
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 160)
    # Its warnings are pages; what they come to is told in a sentence at the end.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    try:
        sys.exit(0 if run(arguments(), console) else 1)
    except Unable as error:
        told, code = str(error), 2
    except OSError as error:
        told, code = f"{error.filename}: {error.strerror}" if error.filename else str(error), 2
    except KeyboardInterrupt:
        told, code = "interrupted; the same command goes on", 130
    console.print(f"onboarding: {told}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
