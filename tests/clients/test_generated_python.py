"""The client that openapi-python-client makes: a first invitation to the end, nothing lost."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.http.endpoint import API_VERSION
from tests.clients.doc_comments import joined, sentences
from tests.running.system import ROOT, System

AGREED = datetime(2026, 1, 1, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC)
UNTIL = datetime(2099, 1, 1, tzinfo=UTC)


class Client:
    """Calls operations of the generated package by their names."""

    def __init__(self, package: str, base_url: str, token: str) -> None:
        self._package = package
        self._client = import_module(package).AuthenticatedClient(base_url, token, timeout=60)

    def __call__(self, operation: str, status: int, *ids: str, **request: Any) -> Any:
        """What the operation answers, parsed; `status` is what it must be."""
        module = import_module(f"{self._package}.api.{operation}")
        answer = module.sync_detailed(*ids, client=self._client, api_version=API_VERSION, **request)
        assert answer.status_code == status, answer.content
        return answer.parsed

    def close(self) -> None:
        self._client.get_httpx_client().close()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The generated package, which can be imported; a warning of the generator is a failure."""
    home: Path = tmp_path_factory.mktemp("python-client")
    (home / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")
    command = [
        *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"),
        *("--path", str(ROOT / "docs" / "openapi.json"), "--meta", "none"),
        *("--config", str(home / "config.yml"), "--output-path", str(home / "generated_client")),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.append(str(home))
    return "generated_client"


@pytest.fixture
def callers(
    package: str, system: System, parties: dict[str, dict[str, str]]
) -> Iterator[dict[str, Client]]:
    found = {
        name: Client(package, system.base_url, each["token"]) for name, each in parties.items()
    }
    yield found
    for each in found.values():
        each.close()


@pytest.fixture
def models(package: str) -> Any:
    return import_module(f"{package}.models")


@pytest.fixture
def tenants(parties: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: each["tenant"] for name, each in parties.items()}


def number() -> str:
    return str(uuid4().int)[:10].replace("0", "1")


@pytest.fixture
def mpn_ids(callers: Any, models: Any, tenants: dict[str, str]) -> dict[str, str]:
    """Provider and reseller, enrolled and linked."""
    found = {"provider": number(), "reseller": number()}
    for name, kind in (("provider", "INDIRECTPROVIDER"), ("reseller", "INDIRECTRESELLER")):
        body = models.PartnerBody(
            name=f"{name} é 한국",
            type_=models.PartnerType[kind],
            mpn_id=found[name],
            mpn_country="US",
            country="US",
            partner_agreement_signed_at=AGREED,
            affiliated_tenant_ids=[affiliate := str(uuid4())],
        )
        callers["operator"]("partners.partners_create_or_replace", 201, tenants[name], body=body)
        shown = callers[name]("partners.partners_get", 200, tenants[name])
        assert (shown.name, shown.type_, shown.mpn_id) == (body.name, body.type_, body.mpn_id)
        assert shown.partner_agreement_signed_at == AGREED
        assert shown.affiliated_tenant_ids == [affiliate]
    link = (tenants["provider"], tenants["reseller"])
    callers["provider"]("resellers.resellers_create", 201, *link)
    callers["reseller"]("resellers.resellers_accept", 200, *link)
    return found


def invitation_body(models: Any, reseller: str) -> Any:
    """With every field that a provider may send."""
    return models.InvitationBody(
        delegated_admin=True,
        indirect_reseller_id=reseller,
        country="US",
        message="Hello, 산림청.",
        contact=models.ContactBody(email="ada@agency.example", locale="ko"),
        external_reference="CRM-4711 é",
        expires_in_days=30,
    )


@pytest.mark.usefixtures("mpn_ids")
def test_an_invitation_with_every_field_is_read_back(callers, models, tenants):
    invitation = (tenants["customer"], str(uuid4()))
    body = invitation_body(models, tenants["reseller"])
    made = callers["provider"]("invitations.invitations_create", 201, *invitation, body=body)
    shown = callers["customer"]("invitations.invitations_get", 200, *invitation)
    assert shown.to_dict() == made.to_dict()
    for name in ("delegated_admin", "indirect_reseller_id", "message", "external_reference"):
        assert getattr(shown, name) == getattr(body, name), name
    assert (shown.contact.email, shown.contact.locale) == ("ada@agency.example", "ko")
    assert (shown.expires_at - shown.created_at).days == 30
    assert (shown.closed_at, shown.closed_by, shown.link_id) == (None, None, None)
    declined = callers["customer"](
        "invitations.invitations_decline",
        200,
        *invitation,
        body=models.DeclineBody(reason="Nobody asked for it.", block=True),
    )
    assert (declined.status, declined.close_reason) == ("declined", "Nobody asked for it.")
    assert declined.closed_by.tenant_id == tenants["customer"]


def sell(callers: Any, models: Any, customer: str, partner_of_record: str) -> None:
    """A subscription with every field that may be sent is read back."""
    subscription = (customer, str(uuid4()))
    sale = models.SubscriptionBody(
        product_type=models.ProductType.ONLINESERVICE,
        offer_id="CFQ7TTC0LF8R",
        offer_name="Office 365 G3",
        billing_type=models.BillingType.LICENSE,
        quantity=25,
        unit_type="licenses",
        auto_renew=True,
        term=models.TermBody(models.BillingCycle.MONTHLY, STARTS, "P1Y", ENDS),
        partner_of_record=partner_of_record,
        friendly_name="Seats 한국",
        external_reference="PO-1",
    )
    callers["provider"]("subscriptions.subscriptions_create", 201, *subscription, body=sale)
    shown = callers["customer"]("subscriptions.subscriptions_get", 200, *subscription)
    for name in ("partner_of_record", "friendly_name", "external_reference", "quantity"):
        assert getattr(shown, name) == getattr(sale, name), name
    assert (shown.term.starts_at, shown.term.ends_at) == (STARTS, ENDS)
    listed = callers["customer"]("subscriptions.subscriptions_list", 200, customer)
    assert [each.to_dict() for each in listed.value] == [shown.to_dict()]


def test_a_first_invitation_to_the_end(callers, models, tenants, mpn_ids):
    customer, provider = tenants["customer"], tenants["provider"]
    invitation = (customer, str(uuid4()))
    body = invitation_body(models, tenants["reseller"])
    callers["provider"]("invitations.invitations_create", 201, *invitation, body=body)
    acceptance = models.AcceptanceBody(
        customer_agreement=models.SignerBody("Ada", "Lee", "ada@agency.example"),
        country="US",
        name="Agency é",
        domain="agency.example",
        delegated_admin_until=UNTIL,
    )
    accepted = callers["customer"](
        "invitations.invitations_accept", 200, *invitation, body=acceptance
    )
    assert accepted.status == "accepted"
    profile = callers["customer"]("customers.customers_get", 200, customer)
    assert (profile.name, profile.domain, profile.country) == ("Agency é", "agency.example", "US")
    assert profile.customer_agreement.accepted_by.tenant_id == customer
    related = callers["customer"]("relationships.relationships_get", 200, customer, provider)
    assert related.delegated_admin_until == UNTIL
    assert related.indirect_reseller_id == tenants["reseller"]
    sell(callers, models, customer, mpn_ids["reseller"])


def test_doc_comments_say_what_each_field_and_value_is(package):
    home = Path(str(import_module(package).__file__)).parent
    written = joined("\n".join(each.read_text("utf-8") for each in sorted(home.rglob("*.py"))))
    assert [where for where, said in sentences() if said not in written] == []


def test_an_error_is_one_that_can_be_read(callers, tenants):
    error = callers["customer"]("partners.partners_get", 403, tenants["provider"])
    assert error.error.code == "AuthorizationFailed"
