"""`python -m tests.contract ACCOUNT SUFFIX`: a real account's answers, then the suites over it."""

import asyncio
import os
import sys
from uuid import uuid4

import pytest
from azure.core.exceptions import ClientAuthenticationError

from shared.services.ports.values import StorageError
from shared.storage.engine.clients import Clients
from tests.contract.account import asked
from tests.contract.real import ACCOUNT, SUFFIX, account, cleaned, signed_in
from tests.strict.raw import Raw

_OWN_EMULATOR = "--ignore=tests/contract/test_identity.py"
_OUT = sys.stdout.write


async def _ask() -> None:
    there = account()
    assert there
    with pytest.MonkeyPatch.context() as patch:
        signed_in(patch)
        async with cleaned(patch, there):
            clients = Clients(there, prefix := f"t{uuid4().hex[:12]}")
            try:
                await clients.create_all()
                async for finding in asked(Raw(clients, prefix + "tenants")):
                    _OUT(f"{finding}\n")
            finally:
                await clients.close()


def main() -> int:
    """0 when every suite passed; 1 with one line when nobody is signed in, or nothing answers."""
    if not 1 < len(sys.argv) <= 3 or not sys.argv[1]:
        _OUT("usage: make contract-azure ACCOUNT=name [SUFFIX=core.usgovcloudapi.net]\n")
        return 2
    os.environ[ACCOUNT] = sys.argv[1]
    if len(sys.argv) > 2 and sys.argv[2]:
        os.environ[SUFFIX] = sys.argv[2]
    try:
        asyncio.run(_ask())
    except (ClientAuthenticationError, StorageError) as error:
        first = str(error).strip().splitlines()[0]
        _OUT(f"contract-azure: {type(error).__name__}: {first}\n")
        return 1
    return int(pytest.main(["tests/contract", _OWN_EMULATOR, "--timeout=600"]))


if __name__ == "__main__":
    sys.exit(main())
