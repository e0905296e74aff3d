"""Two reads of one load, and a writer between them: no refusal rests on two times."""

import pytest

from shared.errors import PolicyRefused
from shared.storage.engine.memory import Request
from tests.cast.commands import cancel, enrol, invite
from tests.cast.ids import AGENCY, DIRECT, PROVIDER, RESELLER
from tests.running.backend import Backend


@pytest.fixture
async def backend() -> Backend:
    made = Backend()
    await made.do(enrol(DIRECT), enrol(PROVIDER), enrol(RESELLER))
    return made


@pytest.mark.parametrize("earlier", [0, 2])
async def test_the_same_invitation_by_two_instances(backend, earlier):
    """A client's retry goes to another instance, which sees the head behind the first's commit."""
    for number in range(earlier):
        await backend.do(invite(DIRECT, 50 + number))
        await backend.do(cancel(50 + number))
    second = backend.instance(2)
    repeated = invite(DIRECT, 1)

    async def meanwhile(request: Request) -> None:
        if request.verb == "get" and request.keys[0] == (AGENCY, "head"):
            backend.calm()
            await backend.services.executor.execute(repeated)

    backend.before = meanwhile
    done = await second.executor.execute(repeated)
    assert done.after.invitation(repeated.invitation_id)
    assert len([row for row in backend.rows("tenants", AGENCY) if row.startswith("invit")]) == (
        1 + earlier
    )


async def test_a_refusal_that_stands_is_told_after_one_more_read_of_the_row(backend):
    await backend.do(invite(DIRECT, 1))
    backend.requests.clear()
    with pytest.raises(PolicyRefused) as refused:
        await backend.do(invite(DIRECT, 2))
    assert [each.rule_id for each in refused.value.refusals] == ["INV-3"]
