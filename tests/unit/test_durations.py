"""Every wait that must outlast the storage does, by what the service documents."""

from datetime import timedelta

import pytest

from shared.durations import (
    ANNOUNCEMENT_SECONDS,
    COMMAND_SECONDS,
    CONNECT_SECONDS,
    GRACE_SECONDS,
    LANDING_SECONDS,
    LEAST_HOLD_SECONDS,
    LOOK_SECONDS,
    READ_SECONDS,
    SERVER_SECONDS,
    tolerated_skew,
)
from shared.proving import history
from shared.services.sweeping import sweeps
from shared.services.webhooks.attempts import TURN
from shared.settings import Settings
from shared.storage.engine.remote_table import READ_PATIENCE, SEARCH_SECONDS
from tests.strict.rules import TABLE

LANDING = timedelta(seconds=LANDING_SECONDS)


def test_the_server_takes_what_is_documented():
    assert TABLE["write_seconds"].limit == SERVER_SECONDS
    assert TABLE["query_seconds"].limit == SERVER_SECONDS


def test_landing_outlasts_connecting_and_the_server():
    assert LANDING_SECONDS >= CONNECT_SECONDS + SERVER_SECONDS


def test_grace_outlasts_the_last_try_of_a_command():
    assert GRACE_SECONDS >= COMMAND_SECONDS + READ_SECONDS + LANDING_SECONDS


def test_the_last_look_outlasts_every_command_that_does_not_announce_itself_again():
    assert sum(LOOK_SECONDS.values()) >= ANNOUNCEMENT_SECONDS + READ_SECONDS + LANDING_SECONDS
    assert list(LOOK_SECONDS) == [1, 2, 3]


def test_an_announcement_outlasts_a_command_in_peace():
    assert ANNOUNCEMENT_SECONDS > COMMAND_SECONDS + CONNECT_SECONDS + READ_SECONDS


def test_a_search_outlasts_what_the_service_looks_for():
    assert TABLE["page_seconds"].limit < SEARCH_SECONDS
    assert READ_PATIENCE < READ_SECONDS


def test_an_answer_that_the_client_waits_for_is_in_time():
    hold = timedelta(seconds=Settings.model_fields["feed_hold_seconds"].default)
    assert tolerated_skew(hold) > timedelta(seconds=CONNECT_SECONDS + READ_SECONDS)
    assert tolerated_skew(hold) > timedelta(seconds=7)


def test_the_least_hold_outlasts_a_write_in_peace():
    assert tolerated_skew(timedelta(seconds=LEAST_HOLD_SECONDS)) >= timedelta(seconds=READ_SECONDS)


@pytest.mark.parametrize(
    "wait",
    [
        TURN,
        history.PROJECTION_DELAY,
        sweeps.CALLED_AGAIN_AFTER,
        sweeps.DEAD_AFTER,
    ],
    ids=["a webhook's turn", "followers are behind", "a shard is called again", "a sweep is dead"],
)
def test_who_is_taken_for_dead_has_nothing_on_its_way_any_more(wait):
    assert wait > LANDING
