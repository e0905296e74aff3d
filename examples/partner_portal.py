"""A partner's portal in miniature: its calls, in the order in which a portal makes them.

    .venv/bin/python -m examples.partner_portal [FILE]

uses the backend at PORT (7071), or starts one for itself. The partner's subscriptions are exported
to FILE (`.local/subscriptions.csv`). What any client needs besides is in `client.py`.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom

from examples.backend import OPERATOR, PATIENCE, Backend, backend, new_id
from examples.client import ApiError, Client, Json, Unable

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"

MAILBOXES: Json = {
    "productType": "onlineService",
    "offerId": "CFQ7TTC0LF8S:0002",
    "offerName": "Microsoft 365 GCC E3",
    "friendlyName": "Mailboxes, head office",
    "billingType": "license",
    "quantity": 1200,
    "unitType": "licenses",
    "autoRenew": True,
    "term": {
        "duration": "P1Y",
        "billingCycle": "annual",
        "startsAt": "2026-10-01T00:00:00Z",
        "endsAt": "2027-10-01T00:00:00Z",
    },
}


@dataclass
class Portal:
    """The partner's side and, where it is the customer's turn, the customer's."""

    backend: Backend
    partner: str = field(default_factory=new_id)
    customer: str = field(default_factory=new_id)
    invitation: str = field(default_factory=new_id)
    subscription: str = field(default_factory=new_id)
    cursor: str = ""

    def signed_in(self, **wanted: str | list[str]) -> Client:
        """Whoever has these claims. In production the token comes from Entra ID, by MSAL."""
        self.backend.http.base_url = self.backend.url
        return Client(self.backend.http, self.backend.token(wanted))

    def begin(self) -> None:
        """The operator enrols partners; the portal starts with reading its own profile."""
        self.sales = self.signed_in(tenant=self.partner, roles=["SalesAgent"])
        self.admin = self.signed_in(tenant=self.customer, wids=[GLOBAL_ADMINISTRATOR])
        number = str(SystemRandom().randrange(10**9, 10**10))
        profile: Json = {
            "name": "Fabrikam Federal",
            "type": "directBill",
            "mpnId": number,
            "mpnCountry": "US",
            "country": "US",
            "partnerAgreementSignedAt": "2026-01-15T00:00:00Z",
        }
        operator = self.signed_in(**OPERATOR)
        operator.send("PUT", f"/api/partners/{self.partner}", profile)
        own = self.sales.get(f"/api/partners/{self.partner}")
        say("Own profile", f"{own['name']}, {own['type']}, {own['status']}, region {own['region']}")

    def try_out(self) -> None:
        """Before the user presses Invite: what would come of it, and by which rules."""
        for delegated_admin in (False, True):
            answer = self.sales.send(
                "POST",
                "/api/policy/evaluations",
                {
                    "command": "invite",
                    "customerId": self.customer,
                    "invitationId": self.invitation,
                    "body": {"delegatedAdmin": delegated_admin},
                },
            ).json()
            told = "allowed" if answer["allowed"] else explained(answer["refusals"])
            say(f"Dry run, delegatedAdmin {delegated_admin}", told)

    def invite(self) -> None:
        """The caller makes the id, so a lost answer is no reason not to ask again."""
        body: Json = {
            "delegatedAdmin": True,
            "country": "US",
            "message": "Licences for the whole agency, as we discussed with procurement.",
            "contact": {"email": "it@rivers.example.gov", "locale": "en"},
            "externalReference": "RFQ-2026-118",
        }
        path = f"/api/customers/{self.customer}/invitations/{self.invitation}"
        first = self.sales.send("PUT", path, body)
        again = self.sales.send("PUT", path, body)
        say("Invited", f"{first.status_code}, sent again {again.status_code}: one invitation")
        draft = self.sales.get(f"{path}/email", locale="ko")
        say("E-mail to send", f"{draft['subject']} … {draft['link']}")

    def accept(self) -> None:
        """What the customer's Global admin sees before accepting, and the acceptance."""
        path = f"/api/customers/{self.customer}/invitations/{self.invitation}"
        impact = self.admin.get(f"{path}/impact")
        added = [f"{g['group']}: {g['role']}" for each in impact["adds"] for g in each["groups"]]
        stays = impact["unchanged"]["count"]
        say("Accepting adds", "; ".join(added))
        say("and leaves", f"{stays} subscriptions as they are ({', '.join(impact['promises'])})")
        body: Json = {
            "customerAgreement": {
                "firstName": "Alex",
                "lastName": "Rivers",
                "email": "alex.rivers@rivers.example.gov",
            },
            "country": "US",
            "name": "Rivers and Harbors Agency",
            "domain": "rivers.example.gov",
        }
        accepted = self.admin.send("POST", f"{path}/accept", body).json()
        say("The customer", accepted["status"])

    def sell(self) -> None:
        """Registers a subscription; two people of the portal change it at the same time."""
        path = f"/api/customers/{self.customer}/subscriptions/{self.subscription}"
        # `*` says: only if there is none yet. Without it the same content again answers 200.
        seen = self.sales.send("PUT", path, MAILBOXES, if_none_match="*").json()
        say("Registered", f"{seen['offerName']}, {seen['quantity']} {seen['unitType']}")
        self.sales.change(path, seen, lambda now: {"quantity": now["quantity"] + 200})
        # This one still holds what it saw before the 200 came: 412, read again, then 1450.
        after = self.sales.change(path, seen, lambda now: {"quantity": now["quantity"] + 50})
        say("Changed by two at once", f"both count: {after['quantity']} {after['unitType']}")

    def look_around(self) -> None:
        """A partner's lists lag by seconds and say of when they are."""
        path = f"/api/partners/{self.partner}/customers"
        wanted = {"status": "active", "search": "rivers", "maxpagesize": 1}
        found = eventually(lambda: list(self.sales.every(path, **wanted)))
        as_of = self.sales.get(path)["asOf"]
        for each in found:
            say("Customer", f"{each['name']}, privileges {each['delegatedAdmin']}, as of {as_of}")

    def export(self, file: Path) -> None:
        """The list of subscriptions for a spreadsheet."""
        path = f"/api/partners/{self.partner}/subscriptions"
        eventually(lambda: list(self.sales.every(path)))
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            out.writelines(self.sales.export(path))
        say("Exported", f"{file}, {file.stat().st_size} bytes")

    def follow(self, until: str) -> None:
        """Reads the feed behind the cursor, which a portal keeps with what it has processed."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            page = self.sales.get(f"/api/partners/{self.partner}/events", **self._position())
            self.cursor = page["cursor"]
            for event in page["value"]:
                say(f"Event {event['feedsequence']}", event["type"])
            if any(event["type"] == until for event in page["value"]):
                return
            # At the end there is a cursor too. A portal that need not be instant asks less often.
            time.sleep(0.5)
        sys.exit(f"partner_portal: no event {until} within {PATIENCE} seconds")

    def _position(self) -> dict[str, str]:
        return {"after": self.cursor} if self.cursor else {}

    def explain(self) -> None:
        """What the partner can do in the customer's tenant, and why."""
        access = self.admin.get(f"/api/customers/{self.customer}/access", partnerId=self.partner)
        for each in access["partners"]:
            for role in each["tenant"]:
                because = ", ".join(role["because"])
                say("Access", f"{role['group']} is {role['role']} ({because})")
            for held in each["subscriptions"]:
                say("Access", f"on the subscription: {held['role']} ({', '.join(held['because'])})")

    def end(self) -> None:
        """A relationship ends after what was sold in it; ending it takes a Global admin."""
        admin = self.signed_in(tenant=self.partner, roles=["GlobalAdmin"])
        relationship = f"/api/customers/{self.customer}/relationships/{self.partner}"
        subscription = f"/api/customers/{self.customer}/subscriptions/{self.subscription}"
        try:
            admin.send("POST", f"{relationship}/remove")
        except ApiError as error:
            if not error.rules:
                raise
            say(f"Not yet: {error.code}", explained(error.details))
        self.sales.send("POST", f"{subscription}/delete")
        ended = admin.send("POST", f"{relationship}/remove").json()
        say("The relationship", f"{ended['status']}, privileges {ended['delegatedAdmin']}")


def explained(details: list[Json]) -> str:
    """Each broken rule, and who can do something about it."""
    return "; ".join(f"{d['code']} {d['message']} [{d['resolvableBy']}]" for d in details)


def eventually[T](look: Callable[[], T]) -> T:
    """What `look` finds once it finds something: for lists that lag."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def say(what: str, told: str) -> None:
    """One line of the story."""
    print(f"{what:>28}  {told}")


def walk(running: Backend, file: Path) -> None:
    """The whole way, from the first token to the end of the relationship."""
    portal = Portal(running)
    portal.begin()
    portal.try_out()
    portal.invite()
    portal.accept()
    portal.sell()
    portal.look_around()
    portal.export(file)
    portal.follow(until="subscription-updated")
    portal.explain()
    portal.end()
    portal.follow(until="reseller-relationship-removed")


def main() -> None:
    """Walks on the backend at PORT or on one of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, default=".local/subscriptions.csv")
    file = parser.parse_args().file
    try:
        with backend() as running:
            walk(running, file)
    except (Unable, OSError) as error:
        print(f"partner_portal: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
