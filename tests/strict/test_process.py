"""The proxy's process ends with whoever started it, also before there is anything to serve."""

import subprocess
import sys

import pytest

from tests.running.system import ROOT

from .azurite import free_ports


@pytest.fixture
def proxy():
    ports = free_ports(3)
    (nobody,) = free_ports(1)
    command = [sys.executable, "-m", "tests.strict"]
    for name, port in zip(("table", "whole", "queue"), ports, strict=True):
        command.append(f"--{name}-port={port}")
    command += [f"--{name}=http://127.0.0.1:{nobody}" for name in ("table", "queue")]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()


def test_it_ends_though_no_service_ever_listened(proxy: subprocess.Popen[bytes]):
    with pytest.raises(subprocess.TimeoutExpired):
        proxy.wait(0.5)
    _, said = proxy.communicate(timeout=60)
    assert (proxy.returncode, said) == (0, b"")
