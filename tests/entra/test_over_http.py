"""Every recorded access token sent to the app: what its caller may do, or what it is answered.

The requests below stand for the rows of the role table. Their bodies are empty or wrong: who may
not is told so before anybody looks at them, who may gets another answer, and nothing changes.
"""

import json
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from shared.http.endpoint import API_VERSION
from shared.http.messages import Incoming
from shared.http.pipeline import App, serve
from tests.entra.vectors import ACCEPTED, CUSTOMER, REFUSED, Vector, settings, verifier
from tests.running.app import LocalApp

SOMEBODY = str(uuid4())


class Asked(NamedTuple):
    method: str
    path: str
    roles: str


ASKED = [
    Asked("GET", "/api/policy/rules", "any token"),
    Asked("PUT", "/api/customers/{tid}", "CG"),
    Asked("PUT", f"/api/customers/{{tid}}/blocked-partners/{SOMEBODY}", "CG"),
    Asked("GET", "/api/customers/{tid}/blocked-partners", "CG CR"),
    Asked("GET", "/api/partners/{tid}/customers", "G U S A H"),
    Asked("PUT", f"/api/customers/{CUSTOMER}/invitations/{SOMEBODY}", "G U S A"),
    Asked("PUT", f"/api/customers/{CUSTOMER}/subscriptions/{SOMEBODY}", "G S A PL"),
    Asked("POST", "/api/onboarding", "PL"),
    Asked("GET", "/api/sweeps", "OP"),
    Asked("PUT", f"/api/partners/{SOMEBODY}", "OP"),
]


async def ask(vector: Vector, asked: Asked, tenant: str = CUSTOMER) -> tuple[int, dict[str, Any]]:
    local = LocalApp(settings(vector.cloud))
    name, ids = local.routes.match(asked.method, asked.path.format(tid=tenant))
    incoming = Incoming(
        headers={"authorization": f"Bearer {vector.token}", "content-type": "application/json"},
        path=ids,
        query={"api-version": API_VERSION},
        body=b"" if asked.method == "GET" else b"[]",
    )
    app = App(local.services, verifier(vector.cloud))
    answer = await serve(local.endpoints[name], incoming, lambda: app)
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize("vector", ACCEPTED, ids=str)
async def test_who_gets_in_may_do_what_its_roles_may(vector: Vector):
    tenant = vector.claims["tid"].lower()
    for asked in ASKED:
        status, body = await ask(vector, asked, tenant)
        wanted = set(asked.roles.split())
        if asked.roles == "any token" or wanted & set(vector.roles):
            assert status in {200, 400, 404}, (asked, body)
            continue
        untold = vector.untold and wanted & {"CG", "CR"}
        code = "DirectoryRolesNotInToken" if untold else "AuthorizationFailed"
        assert (status, body["error"]["code"]) == (403, code), asked


@pytest.mark.parametrize("vector", REFUSED, ids=str)
async def test_who_stays_out_gets_nothing(vector: Vector):
    status, body = await ask(vector, ASKED[0])

    error = body["error"]
    code = "InvalidAuthenticationToken" if vector.status == 401 else "AuthorizationFailed"
    assert (status, error["code"]) == (vector.status, code)
    assert error.get("target") == (vector.because if vector.status == 401 else None)
    assert vector.token not in json.dumps(body)
