"""Which kind of row of table `operations` lies where, and what a sweep takes from it."""

from collections.abc import Callable
from typing import Final

from shared.services.ports.dead_letters import LetterStatus
from shared.services.ports.findings import FindingStatus
from shared.services.ports.scanning import Altered, Attested, OperationsValue
from shared.services.ports.values import Undecodable
from shared.storage.encoding.codec import budgets, dead_letters, operations, sweeps, webhooks
from shared.storage.encoding.fields import decoding, text
from shared.storage.encoding.keys import budgets as budgets_keys
from shared.storage.encoding.keys import dead_letters as dead_letters_keys
from shared.storage.encoding.keys import operations as operations_keys
from shared.storage.encoding.keys import sweeps as sweeps_keys
from shared.storage.encoding.keys import webhooks as webhooks_keys
from shared.storage.encoding.keys.places import Key, row_id
from shared.storage.engine.table import Entity


def operations_value(entity: Entity) -> OperationsValue:
    """Raises Undecodable, or ValueError for a row that nothing here writes."""
    partition = entity.key.partition
    kind, bar, feed = partition.partition("|")
    if kind == operations_keys.RESULTS and bar:
        return _result(entity, feed)
    if kind == budgets_keys.BUDGETS and bar:
        return _told(budgets.decode_sold(entity))
    what, bar, _ = entity.key.row.partition("|")
    return _ROWS[partition, what + bar](entity)


def _result(entity: Entity, feed_id: str) -> None:
    if entity.key.row.startswith("mark|"):
        return _told(operations.decode_mark(entity))
    _told(operations.decode_result(entity, feed_id))
    return None


def _checkpoint(entity: Entity) -> OperationsValue:
    try:
        return sweeps.decode_checkpoint(entity)
    except Undecodable:
        return Altered(sweeps_keys.id_of(entity.key))


def _sweep(entity: Entity) -> Attested | None:
    sweep = sweeps.decode_sweep(entity)
    _require(sweeps_keys.sweep(sweep.id), entity)
    return Attested(sweep.checkpoint_id) if sweep.checkpoint_id else None


def _running(entity: Entity) -> None:
    with decoding(entity):
        text(entity, "sweepId")


def _finding(entity: Entity) -> None:
    _require(sweeps_keys.finding_place(sweeps.decode_finding(entity)), entity)


def _where(entity: Entity) -> None:
    """What says where a record lies names the same id."""
    with decoding(entity):
        if text(entity, "place").rpartition("|")[2] != row_id(entity.key):
            raise ValueError("place")


def _webhook(entity: Entity) -> None:
    _require(webhooks_keys.webhook(webhooks.decode_webhook(entity).key), entity)


def _pipeline(entity: Entity) -> None:
    _require(operations_keys.pipeline(operations.decode_pipeline(entity).id), entity)


def _letter(entity: Entity) -> None:
    _require(dead_letters_keys.place(dead_letters.decode_letter(entity)), entity)


def _empty(entity: Entity) -> None:
    """A row that says all by being there."""
    with decoding(entity):
        return


def _told(_: object) -> None:
    """What decodes is looked at no further."""


def _require(key: Key, entity: Entity) -> None:
    if key != entity.key:
        raise ValueError(entity.key.row)


_ROWS: Final[dict[tuple[str, str], Callable[[Entity], OperationsValue]]] = {
    (sweeps_keys.CHECKPOINTS, "id|"): _checkpoint,
    (sweeps_keys.SWEEPS, "id|"): _sweep,
    (sweeps_keys.SWEEPS, "running"): _running,
    (sweeps_keys.FINDINGS, "id|"): _where,
    **dict.fromkeys([(sweeps_keys.FINDINGS, f"{each}|") for each in FindingStatus], _finding),
    (operations_keys.PIPELINES, "id|"): _pipeline,
    (operations_keys.PIPELINES, "source|"): lambda entity: _told(operations.decode_source(entity)),
    (webhooks_keys.WEBHOOKS, "id|"): _webhook,
    (webhooks_keys.WEBHOOKS, "slot|"): _empty,
    (dead_letters_keys.PARTITION, "letter|"): _where,
    **dict.fromkeys([(dead_letters_keys.PARTITION, f"{each}|") for each in LetterStatus], _letter),
    (dead_letters_keys.PARTITION, "text|"): lambda entity: _told(dead_letters.decode_text(entity)),
    (dead_letters_keys.PARTITION, "tenant|"): _empty,
}
