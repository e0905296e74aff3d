"""What an operator does every day, from a terminal: thin over HTTP.

    python -m examples.operate sweep [--customer ID]     starts a sweep, follows it to its end
    python -m examples.operate findings [--kind KIND] [--status open|closed] [--tenant ID]
                                        [--detail]       lists findings of all sweeps
    python -m examples.operate verify CUSTOMER           verifies one customer's ledger

BASE_URL and TOKEN say where and as whom; without them the backend of `make run` at PORT (7071),
with a token of its development issuer. Exits with 1 when something is not as it should be, with 2
when it could not be found out.
"""

import argparse
import os
import sys
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from examples.backend import OPERATOR, Backend, port
from examples.client import Client, Unable, client_at, token_setting, url_setting

PAUSE = 0.3
STYLES = {"critical": "bold red", "warning": "yellow", "notice": "cyan"}

console = Console(width=None if sys.stdout.isatty() else 160)


def connect() -> Client:
    """The backend that the environment names, as an operator."""
    local = Backend(port())
    url = url_setting("BASE_URL") if os.environ.get("BASE_URL") else local.url
    if os.environ.get("TOKEN"):
        return client_at(url, token_setting("TOKEN"))
    return client_at(url, local.token(OPERATOR))


def sweep(operator: Client, customer: str | None) -> bool:
    """Starts a sweep, or joins the one that runs, and shows what it found."""
    started = operator.send(
        "POST", "/api/sweeps", {"customerId": customer} if customer else {}
    ).json()
    path = f"/api/sweeps/{started['id']}"
    columns = (
        TextColumn("sweep"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[seen]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("sweep", seen="")
        while True:
            now = operator.get(path)
            shards = now["shards"]
            seen = f"{now['tenants']} tenants, {now['rows']} rows, {now['repaired']} repaired"
            bar.update(task, total=shards["total"], completed=shards["done"], seen=seen)
            if now["status"] != "running":
                break
            time.sleep(PAUSE)
    found = list(operator.every(f"{path}/findings"))
    show(found)
    if now["checkpointId"]:
        checkpoint = operator.get(f"/api/checkpoints/{now['checkpointId']}")
        console.print(f"checkpoint of {checkpoint['size']} tenants: {checkpoint['hash']}")
        console.print("Keep this hash outside of the storage account.")
    busy = f", {now['busy']} busy" if now["busy"] else ""
    console.print(f"{now['status']}: {len(found)} findings{busy}", highlight=False)
    return now["status"] == "succeeded" and all(each["repaired"] for each in found)


def findings(operator: Client, arguments: argparse.Namespace) -> bool:
    """Lists findings of all sweeps."""
    found = list(
        operator.every(
            "/api/findings",
            kind=arguments.kind,
            status=arguments.status,
            tenantId=arguments.tenant,
        )
    )
    show(found)
    for each in found if arguments.detail else ():
        console.print(f"{each['kind']} {each['key']}", style=STYLES[each["severity"]])
        console.print_json(data=each["detail"])
    console.print(f"{len(found)} findings")
    return not any(each["status"] == "open" and not each["repaired"] for each in found)


def verify(operator: Client, customer: str) -> bool:
    """Whether one customer's ledger is whole, and what is known about the customer."""
    verdict = operator.get(f"/api/customers/{customer}/ledger/verification")
    while not verdict["complete"]:
        verdict = operator.send("GET", verdict["nextLink"]).json()
    head, broken = verdict["head"], verdict["firstBreak"]
    whole = verdict["verifiedThrough"]
    console.print(f"{whole} entries whole, head {head['sequence']} {head['hash']}")
    if broken:
        where = f"{broken['kind']} at {broken['sequence']}: {broken['detail']}"
        console.print(f"NOT VALID: {where}", style="bold red", highlight=False)
    else:
        console.print("valid", style="green")
    show(list(operator.every("/api/findings", status="open", tenantId=customer)))
    return bool(verdict["valid"])


def show(found: list[dict[str, Any]]) -> None:
    """A table of findings, if there are any."""
    if not found:
        return
    # A key is copied: it goes on in the next line rather than being cut off.
    key = Column("key", overflow="fold")
    table = Table("severity", "kind", "tenant", key, "first seen", "status", "repaired")
    for each in found:
        table.add_row(
            each["severity"],
            each["kind"],
            each["tenantId"],
            each["key"],
            each["firstSeenAt"][:19],
            each["status"],
            "yes" if each["repaired"] else "no",
            style=STYLES[each["severity"]],
        )
    console.print(table)


def main(given: list[str] | None = None) -> int:
    """The command line; 0 when all is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("sweep", help="start a sweep and follow it to its end")
    one.add_argument("--customer", help="only this customer")
    one = commands.add_parser("findings", help="list findings of all sweeps")
    one.add_argument("--kind")
    one.add_argument("--status", choices=("open", "closed"))
    one.add_argument("--tenant")
    one.add_argument("--detail", action="store_true", help="also what each found, as JSON")
    one = commands.add_parser("verify", help="verify one customer's ledger")
    one.add_argument("customer")
    arguments = parser.parse_args(given)
    try:
        return 0 if run(connect(), arguments) else 1
    except Unable as error:
        print(f"operate: {error}", file=sys.stderr)
        return 2


def run(operator: Client, arguments: argparse.Namespace) -> bool:
    """Whether all is as it should be."""
    match arguments.command:
        case "sweep":
            return sweep(operator, arguments.customer)
        case "findings":
            return findings(operator, arguments)
        case _:
            return verify(operator, arguments.customer)


if __name__ == "__main__":
    sys.exit(main())
