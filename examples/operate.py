"""What an operator does every day, from a terminal: thin over HTTP.

    python -m examples.operate sweep [--customer ID]     starts a sweep, follows it to its end
    python -m examples.operate findings [--kind KIND] [--status open|closed] [--tenant ID]
                                        [--detail]       lists findings of all sweeps
    python -m examples.operate verify CUSTOMER           verifies one customer's ledger

BASE_URL and TOKEN say where and as whom; without them the backend of `make run` at PORT (7071),
with a token of its development issuer. Exits with 1 when something is not as it should be.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

API_VERSION = "2026-11-01"
OPERATOR = "00000000-0000-4000-8000-000000000001"
PAUSE = 0.3
STYLES = {"critical": "bold red", "warning": "yellow", "notice": "cyan"}

console = Console(width=None if sys.stdout.isatty() else 160)


@dataclass
class Operator:
    """Calls as an operator."""

    url: str
    http: httpx.Client

    def get(self, path: str, **query: str | None) -> Any:  # noqa: ANN401 - JSON
        """The body of an answer; ends the program with the error of a failed one."""
        given = {name: value for name, value in query.items() if value}
        return self._body(self.http.get(path, params={"api-version": API_VERSION, **given}))

    def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Likewise."""
        return self._body(self.http.post(path, params={"api-version": API_VERSION}, json=body))

    def every(self, path: str, **query: str | None) -> Iterator[dict[str, Any]]:
        """The items of all pages of a list."""
        page = self.get(path, **query)
        while True:
            yield from page["value"]
            if "nextLink" not in page:
                return
            page = self._body(self.http.get(page["nextLink"]))

    def _body(self, answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
        if answer.is_error:
            error = answer.json()["error"]
            where = f" ({error['target']})" if error.get("target") else ""
            sys.exit(f"{answer.status_code} {error['code']}: {error['message']}{where}")
        return answer.json()


def connect() -> Operator:
    """The backend that the environment names."""
    port = int(os.environ.get("PORT", "7071"))
    url = os.environ.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    token = os.environ.get("TOKEN") or _development_token(port)
    headers = {"Authorization": f"Bearer {token}"}
    return Operator(url, httpx.Client(base_url=url, headers=headers, timeout=60))


def _development_token(port: int) -> str:
    wanted = {"tenant": OPERATOR, "roles": ["PlatformOperator"]}
    try:
        answer = httpx.post(f"http://127.0.0.1:{port + 1}/token", json=wanted)
    except httpx.HTTPError:
        sys.exit(f"Nothing answers at PORT {port}: `make run`, or set BASE_URL and TOKEN.")
    return answer.raise_for_status().json()["access_token"]


def sweep(operator: Operator, customer: str | None) -> bool:
    """Starts a sweep, or joins the one that runs, and shows what it found."""
    started = operator.post("/api/sweeps", {"customerId": customer} if customer else {})
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


def findings(operator: Operator, arguments: argparse.Namespace) -> bool:
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


def verify(operator: Operator, customer: str) -> bool:
    """Whether one customer's ledger is whole, and what is known about the customer."""
    verdict = operator.get(f"/api/customers/{customer}/ledger/verification")
    head, broken = verdict["head"], verdict["firstBreak"]
    console.print(f"{verdict['entries']} entries, head {head['sequence']} {head['hash']}")
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
    operator = connect()
    match arguments.command:
        case "sweep":
            fine = sweep(operator, arguments.customer)
        case "findings":
            fine = findings(operator, arguments)
        case _:
            fine = verify(operator, arguments.customer)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
