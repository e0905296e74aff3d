"""`python -m devhost` as a process: refusals to start, signals, restarts, exit codes."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import httpx
import pytest
from azure.storage.queue import QueueClient

from devhost.azurite import Azurite, AzuriteError
from tests.devhost.sample import SECONDS, Sample, in_background, leftovers

TENANT = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize("offset", range(5))
def test_a_port_in_use_is_one_line(sample: Sample, offset: int):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", sample.port + offset))
        taken.listen()
        output = sample.refused()
    assert output.splitlines()[-1] == f"devhost: port {sample.port + offset} is in use"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("import asyncio\n", "import nowhere\n", "ModuleNotFoundError: No module named 'nowhere'"),
        ('"cookies", methods', '"sync", methods', "have the same route 'api/sync'"),
        ("%TICK_SCHEDULE%", "every day", "schedule 'every day' (not here: a schedule that"),
        ("%TICK_SCHEDULE%", "%NO_SUCH%", "setting NO_SUCH is missing"),
    ],
)
def test_a_broken_app_is_one_line(sample: Sample, old: str, new: str, expected: str):
    sample.edit(old, new)
    lines = [line for line in sample.refused().splitlines() if line.startswith("devhost:")]
    assert expected in lines[-1]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_the_apps_own_check_may_refuse(sample: Sample, kind: str):
    shared = sample.app_dir / "shared"
    shared.mkdir()
    (shared / "__init__.py").touch()
    (shared / "bootstrap.py").write_text(
        "class SettingsError(Exception): pass\n"
        f"{kind} check():\n    raise SettingsError('setting CLOUD is missing')\n"
    )
    assert sample.refused().splitlines()[-1] == "devhost: setting CLOUD is missing"


@pytest.mark.parametrize("environ", [{"PORT": "x"}, {"PORT": "65532"}, {"PORT": "0"}])
def test_a_port_that_is_none_is_one_line(tmp_path: Path, environ: dict[str, str]):
    output = Sample(tmp_path, **environ).refused()
    expected = f"devhost: PORT must be a number from 1 to 65531, is '{environ['PORT']}'\n"
    assert output == expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("whole_group", [True, False])
def test_a_signal_drains_and_leaves_nothing(
    sample: Sample, number: signal.Signals, whole_group: bool
):
    sample.start()
    call = in_background(
        lambda: httpx.get(f"{sample.base_url}/api/slow?seconds=0.5", timeout=SECONDS)
    )
    sample.until(lambda: "slow.began" in sample.output())
    assert sample.process
    (os.killpg if whole_group else os.kill)(sample.process.pid, number)
    assert sample.process.wait(SECONDS) == 0
    sample.until(lambda: call)
    assert (call[0].status_code, call[0].text) == (200, "done")
    assert sample.output().splitlines()[-1] == "stopped"
    assert not leftovers(sample)


def test_what_does_not_finish_is_cut_off_and_comes_back(sample: Sample):
    sample.start()
    httpx.post(f"{sample.base_url}/api/put", content="slow 60", timeout=SECONDS)
    in_background(lambda: httpx.get(f"{sample.base_url}/api/block?seconds=60", timeout=SECONDS))
    sample.until(lambda: sample.seen("work"))
    assert sample.stop() == 0
    assert "Traceback" not in sample.output()
    assert sample.output().splitlines()[-1] == "stopped"
    assert not leftovers(sample)
    ports = {"blob": sample.port + 2, "queue": sample.port + 3, "table": sample.port + 4}
    with Azurite(sample.data / "azurite", **ports) as azurite:
        queue = QueueClient.from_connection_string(azurite.connection_string, "work")
        with queue:
            assert [message.content for message in queue.peek_messages()] == ["slow 60"]


def test_nobody_reads_what_another_is_still_saving(sample: Sample):
    ports = {"blob": sample.port + 2, "queue": sample.port + 3, "table": sample.port + 4}
    first, second = (Azurite(sample.data / "azurite", **ports) for _ in range(2))
    with first:
        assert first.pid
        os.kill(first.pid, signal.SIGSTOP)
        with pytest.raises(AzuriteError, match="another Azurite keeps its data in"):
            second.start(patience=0.1)
        os.kill(first.pid, signal.SIGCONT)
    with second:
        assert second.pid


def test_a_signal_while_starting_stops_cleanly(sample: Sample):
    process = sample.spawn()
    sample.until(lambda: "using local.settings.json.sample" in sample.output())
    process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 0
    assert sample.output().splitlines()[-1] == "stopped"
    assert "ready" not in sample.output()
    assert not leftovers(sample)


def test_a_killed_host_leaves_nothing_and_starts_again_on_its_data(sample: Sample):
    sample.start()
    token = sample.token(TENANT)
    httpx.post(f"{sample.base_url}/api/put", content="before the kill", timeout=SECONDS)
    sample.until(lambda: sample.seen("work"))
    assert leftovers(sample), "those that run are found"
    sample.kill()
    sample.until(lambda: not leftovers(sample))
    keys = json.loads((sample.data / "issuer-keys.json").read_text())
    status = sample.data / "timers" / "tick.json"
    kept = json.loads(status.read_text())
    # As if it had been down for two days.
    missed = {"Next": "2026-01-01T03:00:00+00:00", "LastUpdated": "2026-01-01T00:00:00+00:00"}
    status.write_text(json.dumps(kept | missed))
    sample.start()
    assert json.loads((sample.data / "issuer-keys.json").read_text()) == keys
    assert sample.token(TENANT).split(".")[0] == token.split(".")[0]
    sample.until(lambda: [firing["pastDue"] for firing in sample.seen("tick")] == [True])


def test_a_change_of_the_code_restarts_the_app_alone(sample: Sample):
    sample.start()
    assert sample.process
    with httpx.Client(base_url=sample.base_url, timeout=SECONDS) as client:
        sample.edit("plain {", "changed {")
        sample.until(lambda: "restarted after a change" in sample.output())
        assert client.get("/api/sync").text == "changed GET"
        sample.edit("import asyncio\n", "import asyncio, nowhere\n")
        sample.until(lambda: "waiting for a change" in sample.output())
        with pytest.raises(httpx.TransportError):
            client.get("/api/sync")
        assert "No module named 'nowhere'; waiting for a change" in sample.output()
        sample.edit("import asyncio, nowhere\n", "import asyncio\n")
        sample.until(lambda: sample.output().count("restarted after a change") == 2)
        assert client.get("/api/sync").text == "changed GET"
    assert sample.output().count("ready ") == 1
    assert "Traceback" not in sample.output()
    assert sample.stop() == 0


def test_an_app_that_dies_is_started_again(sample: Sample):
    sample.start()
    assert httpx.get(f"{sample.base_url}/api/die", timeout=SECONDS).status_code == 500
    assert httpx.get(f"{sample.base_url}/api/sync", timeout=SECONDS).text == "plain GET"
    assert "the app's process ended with code 3" in sample.output()
    assert sample.stop() == 0
    assert not leftovers(sample)


def test_an_app_that_cannot_start_again_ends_the_host(sample: Sample):
    sample.start()
    # Not seen by the watch, which looks at the app's own files.
    (sample.app_dir / "shared").mkdir()
    (sample.app_dir / "shared" / "__init__.py").touch()
    (sample.app_dir / "shared" / "bootstrap.py").write_text(
        "def check():\n    raise RuntimeError('never again')\n"
    )
    assert httpx.get(f"{sample.base_url}/api/die", timeout=SECONDS).status_code == 500
    assert sample.process
    assert sample.process.wait(SECONDS) == 1
    assert sample.output().splitlines()[-1] == "devhost: RuntimeError: never again"
    assert not leftovers(sample)


def test_keys_are_checked_when_asked_for(sample: Sample):
    sample.start("--enable-auth")
    keys = json.loads((sample.data / "keys.json").read_text())
    with httpx.Client(base_url=sample.base_url, timeout=SECONDS) as client:
        assert client.get("/api/sync").status_code == 200
        assert client.get("/api/protected").status_code == 401
        opened = client.get("/api/protected", headers={"x-functions-key": keys["host"].upper()})
        assert opened.text == "let in"
        assert client.get("/admin/host/status").status_code == 401
        assert client.get(f"/admin/host/status?code={keys['master']}").status_code == 200


def test_a_disabled_function_is_not_there(tmp_path: Path):
    sample = Sample(tmp_path, **{"AzureWebJobs.sync.Disabled": "true"})
    sample.start()
    assert httpx.get(f"{sample.base_url}/api/sync", timeout=SECONDS).status_code == 404
    assert httpx.get(f"{sample.base_url}/api/echo/x", timeout=SECONDS).status_code == 201
    assert sample.stop() == 0
