"""Invitation links for tests, beside `tests.building`."""

from shared.canonical import digest
from shared.deciding.bodies import LinkBody
from shared.model.models import InvitationLink
from tests.building import AT, DAY, DIRECT


def link_id(number: int = 1) -> str:
    return f"70000000-0000-4000-8000-{number:012d}"


def link_body(**changes: object) -> LinkBody:
    return LinkBody.model_validate({"delegatedAdmin": True, **changes}, by_name=False)


def invitation_link(number: int = 1, partner_id: str = DIRECT, **changes: object) -> InvitationLink:
    body = link_body()
    return InvitationLink(
        id=link_id(number),
        partner_id=partner_id,
        delegated_admin=True,
        indirect_reseller_id=None,
        expires_at=AT + 29 * DAY,
        max_acceptances=100,
        created_at=AT - DAY,
        updated_at=AT - DAY,
        create_digest=digest(body.model_dump(mode="json")),
    ).but(**changes)
