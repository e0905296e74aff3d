"""Whatever anybody asks, in any order and at any time, the promises of the domain hold."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.deciding.accepting import AcceptInvitation
from shared.deciding.commands import Command
from shared.deciding.ending import RecordLapse, RemoveRelationship, RequestEnd, RevokeDelegatedAdmin
from shared.deciding.evolve import evolve, stamp
from shared.deciding.facts import Decided, Decision, Refused
from shared.deciding.importing import ImportRelationship
from shared.deciding.redeeming import AcceptLink
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import AnnulSubscription, DisputeSubscription
from shared.model.events import parties
from shared.model.ledger import Chain
from shared.model.models import (
    DelegatedAdmin,
    Invitation,
    InvitationStatus,
    Relationship,
    RelationshipStatus,
    Subscription,
    SubscriptionStatus,
)
from shared.model.state import Head, RowKind, Tenant
from shared.policy.clouds import cloud_profile
from tests.cast.every_command import CHANGES
from tests.cast.ids import AT, PROVIDER, RESELLER
from tests.properties import later, world
from tests.running.core import Core

RULES = frozenset(
    f"{family}-{number}"
    for family, numbers in {
        "ELG": (1, 2, 3, 4, 5, 6, 7, 8),
        "GOV": (1, 2, 3),
        "AGR": (1, 2, 3),
        "INV": (1, 2, 3, 4, 5, 6, 9),
        "ACC": (1, 2, 3),
        "SUB": (1, 2, 3, 4, 5, 6, 7, 8),
        "POR": (1, 2, 3),
        "LNK": (1,),
        "PRT": (1,),
        "REM": (1, 5),
        "IMP": (1,),
    }.items()
    for number in numbers
)

FINAL = {SubscriptionStatus.DELETED, SubscriptionStatus.ANNULLED}


class Story(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.core = Core(cloud_profile("usGovernment"))
        self.now = AT
        self.touched: set[str] = set()

    @initialize(cloud=st.sampled_from(("usGovernment", "usGovernment", "public")))
    def founding(self, cloud: str) -> None:
        self.core = Core(cloud_profile(cloud))
        for command in world.founding():
            self.ask(command)

    @rule(command=world.commands(), step=world.steps())
    def somebody_asks(self, command: Command, step: timedelta) -> None:
        self.now += step
        before = dict(self.core.tenants)
        self.others_make_no_difference(command)
        decision = self.ask(command)
        if isinstance(decision, Decided):
            again = self.core.decide(command, self.now)
            assert again == Decided(), "the same again is the same result"
        for tenant_id, tenant in self.core.tenants.items():
            assert_promises(before.get(tenant_id, tenant), tenant, command)

    @rule(command=later.commands(), step=world.steps())
    def somebody_asks_later(self, command: Command, step: timedelta) -> None:
        self.somebody_asks(command, step)

    @rule(sale=world.sales(), life=later.lives(), step=world.steps())
    def what_becomes_of_it(self, sale: list[Command], life: list[Command], step: timedelta) -> None:
        for command in (*sale, *life):
            self.somebody_asks(command, step)

    @rule(sale=world.sales(), step=world.steps())
    def somebody_sells(self, sale: list[Command], step: timedelta) -> None:
        for command in sale:
            self.somebody_asks(command, step)

    def ask(self, command: Command) -> Decision:
        decision = self.core.decide(command, self.now)
        if isinstance(decision, Refused):
            assert {refusal.rule_id for refusal in decision.refusals} <= RULES
            assert decision.refusals
        if isinstance(decision, Decided) and not self.core.contested(command, decision.events):
            self.core.commit(command, decision, self.now)
        elif isinstance(decision, Decided):
            return Refused(())
        self.touched.add(command.tenant_id)
        return decision

    def others_make_no_difference(self, command: Command) -> None:
        """MUL-1: had nobody else ever registered anything, the decision would be the same."""
        mine = command.actor.tenant_id
        named = {row_id for _, row_id in command.names}
        alone = Tenant(Head(id=command.tenant_id))
        for entry in self.core.ledgers.get(command.tenant_id, []):
            for event in entry.events():
                sold = event.data if isinstance(event.data, Subscription) else None
                if sold is None or sold.partner_id == mine or sold.id in named:
                    alone = evolve(alone, event)
        alone = replace(alone, details=self.core.tenant(command.tenant_id).details)
        assert self.core.decide(command, self.now, alone) == self.core.decide(command, self.now)

    @invariant()
    def what_was_touched_agrees(self) -> None:
        for tenant_id in self.touched & self.core.tenants.keys():
            assert_replays(self.core, tenant_id)
            assert_head_sums_up(self.core.tenants[tenant_id])
        self.touched.clear()


def assert_replays(core: Core, tenant_id: str) -> None:
    """The ledger verifies, and makes the same state and the same feeds again."""
    tenant, replayed, chain = core.tenants[tenant_id], Tenant(Head(id=tenant_id)), Chain(tenant_id)
    feeds: dict[str, int] = {}
    for entry in core.ledgers[tenant_id]:
        chain = chain.follow(entry)
        for event in entry.events():
            replayed = evolve(replayed, event)
            for partner_id in parties(event, replayed.head):
                feeds[partner_id] = feeds.get(partner_id, 0) + 1
        replayed = stamp(replayed, entry)
    assert (replayed.head, replayed.rows) == (tenant.head, tenant.rows)
    assert chain.conclude(tenant.head).first_break is None
    assert feeds == {
        one: related.feed for one, related in tenant.head.related.items() if related.feed
    }


def assert_head_sums_up(tenant: Tenant) -> None:
    """What the head knows of each partner is what the rows say."""
    invitations = [row for row in tenant.rows.values() if isinstance(row, Invitation)]
    sold = [row for row in tenant.rows.values() if isinstance(row, Subscription)]
    for row in invitations:
        if row.status is InvitationStatus.EXPIRED:
            assert row.closed_at == row.expires_at, "INV-4: nothing expires before its time"
    for partner_id, related in tenant.head.related.items():
        asked = [row for row in invitations if row.partner_id == partner_id]
        waiting = [row.id for row in asked if row.status is InvitationStatus.PENDING]
        assert waiting == ([related.pending.id] if related.pending else []), "INV-3"
        assert list(related.invited) == sorted(row.created_at for row in asked)[-3:]
        assert related.blocking == sum(
            row.blocks_removal for row in sold if row.partner_id == partner_id
        )
        assert related.subscriptions == sum(row.partner_id == partner_id for row in sold)
        relationship = related.relationship
        if relationship and relationship.status is RelationshipStatus.REMOVED:
            assert relationship.delegated_admin is not DelegatedAdmin.GRANTED, "REM-2"
            assert relationship.removed_at
            assert related.removals, "what is removed was counted"
        elif relationship and relationship.indirect_provider_id:
            provider = tenant.head.of(relationship.indirect_provider_id).relationship
            assert provider.status is RelationshipStatus.ACTIVE, "REM-5: both or none"


def assert_promises(before: Tenant, after: Tenant, command: Command) -> None:
    """NIF-1 to NIF-5: nothing that exists changes by what anybody else asks."""
    named = command.names
    for key, row in before.rows.items():
        if isinstance(row, Subscription) and after.rows[key] != row:
            assert key in named
            assert_allowed(row, after.rows[key], command)
    if before.head.agreement:
        assert after.head.agreement == before.head.agreement
    assert isinstance(command, RegisterSubscriptions) or _ids(before) == _ids(after)
    sides = _sides(before, command)
    assert _relationships(before, but=sides) == _relationships(after, but=sides)


def assert_allowed(was: Subscription, now: Subscription, command: Command) -> None:
    """SUB-3, SUB-8, POR-3 by the transacting partner; SUB-6 by the customer and the operator."""
    changed = {name for name in type(was).model_fields if getattr(was, name) != getattr(now, name)}
    assert changed <= CHANGES[type(command)] | {"updated_at"}
    if isinstance(command, DisputeSubscription):
        assert command.actor.tenant_id == was.customer_id
    elif isinstance(command, AnnulSubscription):
        assert command.actor == world.operator()
        assert was.disputed_at
    else:
        assert command.actor.tenant_id == was.partner_id
    assert was.status not in FINAL or isinstance(command, DisputeSubscription | AnnulSubscription)
    assert was.partner_of_record in {None, now.partner_of_record}
    assert now.term.ends_at >= was.term.ends_at
    assert now.term.but(ends_at=was.term.ends_at) == was.term


def _sides(before: Tenant, command: Command) -> set[str]:
    """The partners whose relationship the command may make, change, or end."""
    match command:
        case AcceptInvitation():
            invitation = before.invitation(command.invitation_id)
            named = invitation and (
                invitation.partner_id,
                invitation.indirect_reseller_id,
                invitation.indirect_provider_id,
            )
            return {side for side in named or () if side}
        case AcceptLink():
            return (
                {command.partner_id, RESELLER}
                if command.partner_id == PROVIDER
                else {command.partner_id}
            )
        case RevokeDelegatedAdmin() | RecordLapse() | RequestEnd():
            return {command.partner_id}
        case ImportRelationship():
            return {command.partner_id, command.body.indirect_reseller_id}
        case RemoveRelationship():
            through = _relationships(before).items()
            return {command.partner_id} | {
                one for one, known in through if known.indirect_provider_id == command.partner_id
            }
        case _:
            return set()


def _relationships(tenant: Tenant, but: set[str] = frozenset()) -> dict[str, Relationship]:
    return {
        one: related.relationship
        for one, related in tenant.head.related.items()
        if one not in but and related.relationship
    }


def _ids(tenant: Tenant) -> set[str]:
    return {key[1] for key in tenant.rows if key[0] is RowKind.SUBSCRIPTION}


Story.TestCase.settings = settings(stateful_step_count=25, max_examples=50)
TestStory = Story.TestCase
