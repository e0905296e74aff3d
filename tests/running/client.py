"""Callers of the running system: people of partners and customers, each with a token of its own."""

import random
from typing import Any
from uuid import uuid4

import httpx

from tests.cast.bodies import ACCEPTANCE, partner_document, sale_document
from tests.running.system import System

API_VERSION = "2026-11-01"
OPERATOR_TENANT = "00000000-0000-4000-8000-000000000001"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"


class Caller:
    """Somebody with a token: `tenant` is where it is from, `mpn_id` a partner's number."""

    def __init__(
        self, http: httpx.Client, tenant: str, token: str | None, mpn_id: str = ""
    ) -> None:
        self.http = http
        self.tenant = tenant
        self.token = token
        self.mpn_id = mpn_id

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request; `params` and `headers` go beside the API version and the token."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.http.request(
            method,
            path if "://" in path else f"/api{path}",
            params=None
            if "://" in path
            else {"api-version": API_VERSION, **request.pop("params", {})},
            headers={**headers, **request.pop("headers", {})},
            **request,
        )

    def get(self, path: str, **request: Any) -> httpx.Response:
        return self.call("GET", path, **request)

    def put(self, path: str, body: Any = None, **request: Any) -> httpx.Response:
        return self.call("PUT", path, **_json(body), **request)

    def post(self, path: str, body: Any = None, **request: Any) -> httpx.Response:
        return self.call("POST", path, **_json(body), **request)

    def delete(self, path: str, **request: Any) -> httpx.Response:
        return self.call("DELETE", path, **request)

    def pages(self, path: str, **params: Any) -> list[list[dict[str, Any]]]:
        """The values of all pages of a list, following nextLink."""
        answer = ok(self.get(path, params=params))
        found = [answer["value"]]
        while "nextLink" in answer:
            answer = ok(self.get(answer["nextLink"]))
            found.append(answer["value"])
        return found


class World:
    """Makes tenants that no other test knows."""

    def __init__(self, system: System, http: httpx.Client) -> None:
        self.system = system
        self.http = http
        self.operator = self.caller(OPERATOR_TENANT, roles=["PlatformOperator"])

    def caller(self, tenant: str, *, mpn_id: str = "", **token: Any) -> Caller:
        return Caller(self.http, tenant, self.system.token(tenant, **token), mpn_id)

    def nobody(self) -> Caller:
        return Caller(self.http, "", None)

    def partner(
        self, kind: str = "directBill", *, tenant: str | None = None, **changes: Any
    ) -> Caller:
        """The Global admin of a newly enrolled partner; of a `tenant` of one's choice."""
        tenant = tenant or str(uuid4())
        body = partner_body(kind, **changes)
        assert self.operator.put(f"/partners/{tenant}", body).status_code == 201
        return self.caller(tenant, mpn_id=body["mpnId"], roles=["GlobalAdmin"])

    def customer(self) -> Caller:
        """The Global admin of a tenant that has said nothing yet."""
        return self.caller(str(uuid4()), wids=[GLOBAL_ADMINISTRATOR])

    def linked(self) -> tuple[Caller, Caller]:
        """A provider and its reseller."""
        provider, reseller = self.partner("indirectProvider"), self.partner("indirectReseller")
        link = f"/partners/{provider.tenant}/resellers/{reseller.tenant}"
        assert provider.put(link).status_code == 201
        assert reseller.post(f"{link}/accept").status_code == 200
        return provider, reseller

    def invited(self, partner: Caller, customer: Caller, **body: Any) -> str:
        """The path of a new invitation."""
        path = f"/customers/{customer.tenant}/invitations/{uuid4()}"
        answer = partner.put(path, {"delegatedAdmin": True, **body})
        assert answer.status_code == 201, answer.text
        return path

    def hired(self, partner: Caller, customer: Caller, **body: Any) -> str:
        """The path of an accepted invitation."""
        path = self.invited(partner, customer, **body)
        answer = customer.post(f"{path}/accept", ACCEPTANCE)
        assert answer.status_code == 200, answer.text
        return path

    def sold(self, partner: Caller, customer: Caller, **changes: Any) -> str:
        """The path of a registered subscription."""
        path = f"/customers/{customer.tenant}/subscriptions/{uuid4()}"
        answer = partner.put(path, sale_document(**changes))
        assert answer.status_code == 201, answer.text
        return path


def partner_body(kind: str = "directBill", **changes: Any) -> dict[str, Any]:
    """With an MPN id that no other test has."""
    own = {"type": kind, "mpnId": str(random.randrange(10**9, 10**10))}
    return partner_document(**(own | changes))


def ok(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and error code, after the promises that every error keeps."""
    error = answer.json()["error"]
    assert answer.headers["x-ms-error-code"] == error["code"]
    assert answer.headers["x-ms-request-id"]
    assert error["message"]
    return answer.status_code, error["code"]


def rules(answer: httpx.Response) -> list[str]:
    """The broken rules of a refusal by policy."""
    assert code(answer) == (409, "PolicyRefused"), answer.text
    error = answer.json()["error"]
    assert error["innererror"]["rules"] == list(
        dict.fromkeys(detail["code"] for detail in error["details"])
    )
    return error["innererror"]["rules"]


def targets(answer: httpx.Response) -> list[str]:
    """The fields that a 400 names."""
    assert answer.status_code == 400, answer.text
    return [detail["target"] for detail in answer.json()["error"]["details"]]


def _json(body: Any) -> dict[str, Any]:
    return {} if body is None else {"json": body}
