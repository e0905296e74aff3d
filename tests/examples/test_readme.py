"""README's commands and what `/docs` offers, followed as a stranger would."""

import html
import json
import random
import re
import subprocess
from uuid import uuid4

import httpx

from tests.running.system import ROOT, System
from tests.running.waiting import STILL_SECONDS

README = (ROOT / "README.md").read_text(encoding="utf-8")
# An interactive zsh takes these for commands.
COMMENT = re.compile(r"(^|\s)#(\s|$)", re.MULTILINE)


def pasted(system: System) -> str:
    """The blocks, with the system's addresses, and ids that no other test knows."""
    script = "".join(re.findall(r"^```bash\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
    assert not COMMENT.search(script)
    for name in ("PARTNER", "CUSTOMER", "INVITATION"):
        script, found = re.subn(rf"^{name}=\S+$", f"{name}={uuid4()}", script, flags=re.MULTILINE)
        assert found == 1
    for ours, theirs in (
        ("http://127.0.0.1:7071", system.base_url),
        ("http://127.0.0.1:7072", system.issuer_url),
        ("4025520", str(random.randrange(10**8, 10**9))),
    ):
        assert ours in script
        script = script.replace(ours, theirs)
    return script


def test_copied_commands_lead_to_an_accepted_invitation(system: System):
    script = pasted(system)
    for created in ("201", "200"):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        statuses = re.findall(r"^\d{3}$", done.stdout, re.MULTILINE)
        assert statuses == [created, "409", created, "200", "200", "200"], done.stdout
        # Sent again, the refused one meets the invitation that the other made under its id.
        refusal = '"rules":["GOV-1"]' if created == "201" else '"code":"ResourceAlreadyExists"'
        assert refusal in done.stdout
        assert '"status":"accepted"' in done.stdout
        assert '"valid":true' in done.stdout


def test_what_the_page_docs_fills_in_leads_to_one_too(system: System):
    page = html.unescape(httpx.get(f"{system.base_url}/docs", timeout=STILL_SECONDS).text)
    commands = re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    wanted = [json.loads(re.findall(r"-d '(.*)'", command)[0]) for command in commands]
    assert all(f"{system.issuer_url}/token" in command for command in commands)
    partner, customer = (str(uuid4()) for _ in range(2))
    for request, tenant in zip(wanted[1:], (partner, customer), strict=True):
        assert request["tenant"] in README
        request["tenant"] = tenant
    operator, sales, admin = (system.token(**request) for request in wanted)
    paths = httpx.get(f"{system.base_url}/api/openapi.json", timeout=STILL_SECONDS).json()["paths"]
    invitation = "/api/customers/{customerId}/invitations/{invitationId}"
    ids = {"partnerId": partner, "customerId": customer, "invitationId": str(uuid4())}
    statuses = []
    for token, method, path in (
        (operator, "put", "/api/partners/{partnerId}"),
        (sales, "put", invitation),
        (admin, "post", f"{invitation}/accept"),
    ):
        content = paths[path][method]["requestBody"]["content"]["application/json"]
        body = content["examples"]["example"]["value"]
        if "mpnId" in body:
            body["mpnId"] = str(random.randrange(10**8, 10**9))
        answer = httpx.request(
            method,
            f"{system.base_url}{path.format(**ids)}?api-version=2026-11-01",
            headers={"Authorization": f"Bearer {token}"},
            json=body,
        )
        statuses.append(answer.status_code)
    assert statuses == [201, 201, 200]
