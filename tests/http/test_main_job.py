"""A customer's story from end to end, over real HTTP."""

from itertools import chain
from uuid import uuid4

from tests.cast.bodies import SIGNER, sale_document
from tests.running.client import World, code, ok, rules
from tests.running.waiting import eventually


def test_two_partners_of_one_customer(world: World):
    direct = world.partner()
    provider, reseller = world.linked()
    agency = world.customer()

    world.hired(direct, agency, message="We would like to work with you.")
    existing = world.sold(direct, agency)
    before = ok(agency.get(existing))

    invitation = world.invited(provider, agency, indirectResellerId=reseller.tenant)
    accepted = ok(agency.post(f"{invitation}/accept"))
    assert accepted["status"] == "accepted"
    azure = world.sold(provider, agency, productType="azurePlan", partnerOfRecord=reseller.mpn_id)

    relationships = ok(agency.get(f"/customers/{agency.tenant}/relationships"))["value"]
    assert {item["partnerId"] for item in relationships} == {
        direct.tenant,
        provider.tenant,
        reseller.tenant,
    }
    assert {item["delegatedAdmin"] for item in relationships} == {"granted"}
    assert ok(agency.get(existing)) == before
    assert ok(reseller.get(azure)) == ok(provider.get(azure))
    verification = ok(agency.get(f"/customers/{agency.tenant}/ledger/verification"))
    assert verification["valid"]
    assert verification["firstBreak"] is None
    assert verification["verifiedThrough"] == verification["head"]["sequence"] == 6


def test_an_invitation_leads_to_one_end(world: World):
    partner, customer = world.partner(), world.customer()
    declined = world.invited(partner, customer)
    assert ok(customer.post(f"{declined}/decline", {"reason": "Not now."}))["closeReason"] == (
        "Not now."
    )
    assert ok(customer.post(f"{declined}/decline"))["status"] == "declined"
    assert rules(customer.post(f"{declined}/accept", {"country": "US"})) == ["ACC-3"]
    assert rules(partner.post(f"{declined}/cancel")) == ["INV-2"]

    canceled = world.invited(partner, customer)
    assert ok(partner.post(f"{canceled}/cancel"))["status"] == "canceled"
    assert ok(partner.post(f"{canceled}/cancel"))["status"] == "canceled"

    accepted = world.hired(partner, customer)
    again = customer.post(f"{accepted}/accept", {"country": "US"})
    assert ok(again)["status"] == "accepted"
    statuses = [
        item["status"]
        for item in ok(partner.get(f"/customers/{customer.tenant}/invitations"))["value"]
    ]
    assert sorted(statuses) == ["accepted", "canceled", "declined"]
    only = ok(
        customer.get(f"/customers/{customer.tenant}/invitations", params={"status": "declined"})
    )
    assert [item["id"] for item in only["value"]] == [declined.rpartition("/")[2]]


def test_a_decline_may_block(world: World):
    partner, customer = world.partner(), world.customer()
    ok(customer.post(f"{world.invited(partner, customer)}/decline", {"block": True}))
    answer = partner.put(
        f"/customers/{customer.tenant}/invitations/{uuid4()}", {"delegatedAdmin": True}
    )
    assert rules(answer) == ["INV-9"]


def test_the_first_acceptance_asks_for_the_agreement_and_the_country(world: World):
    partner, customer = world.partner(), world.customer()
    path = world.invited(partner, customer)
    missing = customer.post(f"{path}/accept", {"customerAgreement": SIGNER})
    assert code(missing) == (400, "InvalidRequest")
    assert missing.json()["error"]["details"][0]["target"] == "country"
    assert rules(customer.post(f"{path}/accept", {"country": "US"})) == ["AGR-3"]
    ok(customer.post(f"{path}/accept", {"country": "US", "customerAgreement": SIGNER}))
    profile = ok(customer.get(f"/customers/{customer.tenant}"))
    assert profile["kind"] == "customer"
    assert profile["customerAgreement"]["acceptedBy"] == {
        "tenantId": customer.tenant,
        "role": "CG",
    }


def test_refusals_name_every_broken_rule_in_the_callers_language(world: World):
    unsigned = world.partner(partnerAgreementSignedAt=None)
    customer = world.customer()
    path = f"/customers/{customer.tenant}/invitations/{uuid4()}"
    english = unsigned.put(path, {"delegatedAdmin": False})
    assert rules(english) == ["AGR-1", "GOV-1"]
    korean = unsigned.put(
        path, {"delegatedAdmin": False}, headers={"Accept-Language": "en;q=0.2, ko-KR"}
    )
    assert rules(korean) == ["AGR-1", "GOV-1"]
    said, gesagt = (
        [detail["message"] for detail in answer.json()["error"]["details"]]
        for answer in (english, korean)
    )
    assert all(ord(letter) < 128 for letter in "".join(said))
    assert all(any("가" <= letter <= "힣" for letter in message) for message in gesagt)
    for detail in english.json()["error"]["details"]:
        assert detail["retryable"] in {"never", "afterChange", "afterTime"}
        assert detail["resolvableBy"] in {"partner", "customer", "operator", "nobody"}


def test_a_partner_without_a_relationship_registers_nothing(world: World):
    partner = world.partner()
    for tenant in (world.customer().tenant, str(uuid4())):
        answer = partner.put(f"/customers/{tenant}/subscriptions/{uuid4()}", sale_document())
        assert rules(answer) == ["SUB-1"]


def test_a_subscription_id_exists_once(world: World):
    partner, customer, other = world.partner(), world.customer(), world.customer()
    world.hired(partner, customer)
    world.hired(partner, other)
    path = world.sold(partner, customer)
    assert partner.put(path, sale_document()).status_code == 200
    assert rules(partner.put(path, sale_document(quantity=26))) == ["SUB-2"]
    elsewhere = path.replace(customer.tenant, other.tenant)
    assert rules(partner.put(elsewhere, sale_document())) == ["SUB-2"]


def test_links_between_a_provider_and_a_reseller(world: World):
    provider, reseller = world.partner("indirectProvider"), world.partner("indirectReseller")
    path = f"/partners/{provider.tenant}/resellers/{reseller.tenant}"
    assert provider.put(path).status_code == 201
    assert provider.put(path, {"status": "active"}).json()["status"] == "pending"
    assert code(provider.post(f"{path}/accept")) == (404, "ResourceNotFound")
    assert ok(reseller.post(f"{path}/accept"))["status"] == "active"
    listed = ok(provider.get(f"/partners/{provider.tenant}/resellers"))
    assert [item["status"] for item in listed["value"]] == ["active"]
    assert "asOf" not in listed
    theirs = eventually(
        lambda: ok(reseller.get(f"/partners/{reseller.tenant}/resellers")),
        lambda found: [item["status"] for item in found["value"]] == ["active"],
    )
    assert theirs["asOf"]
    ended = reseller.delete(path)
    assert (ended.status_code, ended.content) == (204, b"")
    assert provider.delete(path).status_code == 204
    assert ok(provider.get(f"/partners/{provider.tenant}/resellers"))["value"][0]["status"] == (
        "ended"
    )


def test_a_partner_lists_its_customers_and_invitations(world: World):
    partner, active, invited = world.partner(), world.customer(), world.customer()
    world.hired(partner, active)
    pending = world.invited(partner, invited, message="Hello there.", externalReference="R-1")
    found = eventually(
        lambda: ok(partner.get(f"/partners/{partner.tenant}/customers")),
        lambda found: (
            {item["customerId"]: item["status"] for item in found["value"]}
            == {active.tenant: "active", invited.tenant: "invited"}
        ),
    )
    assert found["asOf"]
    pages = partner.pages(f"/partners/{partner.tenant}/customers", maxpagesize=1)
    assert sorted(item["customerId"] for item in chain(*pages)) == sorted(
        [active.tenant, invited.tenant]
    )
    waiting = eventually(
        lambda: ok(
            partner.get(f"/partners/{partner.tenant}/invitations", params={"status": "pending"})
        )["value"],
        lambda found: len(found) == 1,
    )
    assert waiting[0]["id"] == pending.rpartition("/")[2]
    assert waiting[0]["externalReference"] == "R-1"
    assert waiting[0].keys().isdisjoint({"message", "contact", "etag"})


def test_the_ledger_is_complete_and_recomputable(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    for _ in range(3):
        world.sold(partner, customer)
    path = f"/customers/{customer.tenant}/ledger"
    pages = customer.pages(path, maxpagesize=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    entries = list(chain(*pages))
    assert [entry["sequence"] for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry["previousHash"] for entry in entries[1:]] == [
        entry["hash"] for entry in entries[:-1]
    ]
    assert ok(world.operator.get(path))["value"] == entries
    verification = ok(world.operator.get(f"{path}/verification"))
    assert verification["head"] == {"sequence": 5, "hash": entries[-1]["hash"]}


def test_an_operator_registers_pipelines_and_follows_them(world: World):
    pipeline = f"erp-{uuid4()}"
    path = f"/pipelines/{pipeline}"
    body = {"source": f"/erp/{uuid4()}", "partnerIds": [], "types": ["partner-enrolment"]}
    created = world.operator.put(path, body)
    assert created.status_code == 201
    assert world.operator.put(path, body).status_code == 200
    assert ok(world.operator.get(path)) == created.json()
    wider = {**created.json(), "types": ["customer-profile", "partner-enrolment"]}
    assert code(world.operator.put(path, wider)) == (428, "PreconditionRequired")
    etag = {"If-Match": created.headers["ETag"]}
    assert ok(world.operator.put(path, wider, headers=etag))["types"] == wider["types"]
    assert code(world.operator.put(path, body, headers=etag)) == (412, "ConditionNotMet")
    assert code(world.operator.put(f"/pipelines/other-{uuid4()}", body)) == (
        409,
        "ResourceAlreadyExists",
    )
    listed = chain(*world.operator.pages("/pipelines", maxpagesize=1))
    assert pipeline in {item["id"] for item in listed}
    feed = ok(world.operator.get(f"{path}/results"))
    assert feed["value"] == []
    assert "nextLink" not in feed
    again = ok(world.operator.get(f"{path}/results", params={"after": feed["cursor"]}))
    assert again == feed


def test_the_operator_lists_partners_and_a_partner_itself(world: World):
    first, second = world.partner(), world.partner()
    ids = eventually(
        lambda: [item["id"] for item in chain(*world.operator.pages("/partners", maxpagesize=5))],
        {first.tenant, second.tenant}.issubset,
    )
    assert ids == sorted(set(ids))
    assert [item["id"] for item in ok(first.get("/partners"))["value"]] == [first.tenant]
    assert code(first.get(f"/partners/{second.tenant}")) == (404, "ResourceNotFound")
