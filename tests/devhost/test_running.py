"""A running `python -m devhost`: what it prints and serves."""

from __future__ import annotations

import json

import httpx

from tests.devhost.sample import SECONDS, Sample

TENANT = "11111111-2222-4333-8444-555555555555"


def test_start_prints_what_a_person_needs(running: Sample):
    output = running.output()
    assert output.count("ready ") == 1
    assert f"ready {running.base_url}\n" in output
    assert "no local.settings.json, using local.settings.json.sample" in output
    curl = next(line for line in output.splitlines() if line.startswith("curl "))
    assert f"'{running.base_url}/api/partners?api-version=2026-11-01'" in curl
    assert "Bearer ey" in curl
    # Equal specificity is no concern of the real host: the name decides, and it says so.
    assert "routes overlap, aa_pattern wins" in output


def test_serves_http_over_a_socket(running: Sample):
    with httpx.Client(base_url=running.base_url, timeout=SECONDS) as client:
        answer = client.post("/api/echo/a%2Fb/c/", content=b"hi", headers={"X-Y": "z"})
        assert answer.status_code == 201
        assert answer.json()["route"] == {"first": "a%2Fb", "second": "c"}
        assert answer.json()["url"] == f"{running.base_url}/api/echo/a%2Fb/c/"
        assert answer.json()["headers"]["x-y"] == "z"
        assert client.get("/api/sync").text == "plain GET"
        assert client.get("/api/a-literal/fixed").text == "pattern"
        assert client.request("DELETE", "/api/nothing").status_code == 204
        failed = client.get("/api/fail")
        assert (failed.status_code, failed.content) == (500, b"")
        cookies = client.get("/api/cookies").headers.get_list("set-cookie")
        assert [cookie.split("=")[0] for cookie in cookies] == ["a", "b"]


def test_a_chunked_body_arrives_empty(running: Sample):
    answer = httpx.post(
        f"{running.base_url}/api/echo/x", content=iter([b"a", b"b"]), timeout=SECONDS
    )
    assert answer.json()["body"] == ""
    assert answer.json()["headers"]["transfer-encoding"] == "chunked"


def test_queue_output_reaches_the_queue_trigger(running: Sample):
    texts = ["first of two", "second of two"]
    answer = httpx.post(f"{running.base_url}/api/put", content=json.dumps(texts), timeout=SECONDS)
    assert answer.status_code == 202
    running.until(lambda: {m["text"] for m in running.seen("work")} >= set(texts))


def test_output_of_a_failed_call_is_not_written(running: Sample):
    failed = httpx.post(f"{running.base_url}/api/put?fail=1", content="never", timeout=SECONDS)
    assert failed.status_code == 500
    httpx.post(f"{running.base_url}/api/put", content="marker", timeout=SECONDS)
    running.until(lambda: "marker" in [m["text"] for m in running.seen("work")])
    assert "never" not in [m["text"] for m in running.seen("work")]


def test_poison_is_worked_by_its_own_trigger(running: Sample):
    httpx.post(f"{running.base_url}/api/put", content="fail for good", timeout=SECONDS)
    running.until(lambda: running.seen("work_poison"))
    tries = [m["dequeueCount"] for m in running.seen("work") if m["text"] == "fail for good"]
    assert tries == [1, 2, 3, 4, 5]


def test_a_timer_is_fired_by_hand(running: Sample):
    answer = httpx.post(
        f"{running.base_url}/admin/functions/tick", json={"input": ""}, timeout=SECONDS
    )
    assert answer.status_code == 202
    running.until(lambda: running.seen("tick"))
    assert running.seen("tick")[0]["pastDue"] is False


def test_a_queue_function_is_fired_by_hand(running: Sample):
    httpx.post(
        f"{running.base_url}/admin/functions/work", json={"input": "by hand"}, timeout=SECONDS
    )
    running.until(lambda: "by hand" in [m["text"] for m in running.seen("work")])


def test_the_issuer_serves_tokens_and_keys(running: Sample):
    assert running.token(TENANT, roles=["GlobalAdmin"]).count(".") == 2
    discovery = f"{running.issuer_url}/{TENANT}/v2.0/.well-known/openid-configuration"
    document = httpx.get(discovery, timeout=SECONDS).json()
    assert document["issuer"] == f"{running.issuer_url}/{TENANT}/v2.0"
    assert httpx.get(document["jwks_uri"], timeout=SECONDS).json()["keys"]


def test_the_derived_settings_win_over_the_file(running: Sample):
    found = httpx.get(f"{running.base_url}/api/settings", timeout=SECONDS).json()
    assert found["PUBLIC_BASE_URL"] == running.base_url
    assert found["DEVELOPMENT_ISSUER"] == running.issuer_url
    assert f"QueueEndpoint=http://127.0.0.1:{running.port + 3}/" in found["AzureWebJobsStorage"]
    assert found["AZURE_FUNCTIONS_ENVIRONMENT"] == "Development"
    assert found["WORK_QUEUE"] == "work"
