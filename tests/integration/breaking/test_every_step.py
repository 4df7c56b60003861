"""Whatever breaks at whatever step: nothing is lost, nothing doubled, and everything has an end."""

from __future__ import annotations

import pytest

from bellhop.usecases import send_email
from bellhop.usecases.send_email import Sending
from tests.integration.breaking.every_step import MOMENTS, Break, break_all, few_ways, table
from tests.integration.breaking.scenarios import SCENARIOS


@pytest.fixture(scope="module")
def breaks() -> list[Break]:
    return list(break_all(few_ways))


def test_nothing_is_lost_or_doubled_and_everything_has_an_end(breaks):
    faults = [
        f"{each.scenario}, {each.moment} step {each.number} ({each.step}): {fault}"
        for each in breaks
        for fault in each.faults
    ]
    assert not faults, "\n".join(faults)


def test_every_function_was_broken(breaks):
    assert {each.step.function for each in breaks} == {"api", "send", "ingest"}
    assert {each.moment for each in breaks} == {*MOMENTS} - {"killed before"}
    assert "ses.SendEmail" in {each.step.operation for each in breaks}


def test_the_table_shows_the_case_in_which_two_copies_are_right(breaks):
    twice = [each for each in breaks if any("twice" in end for end in each.outcomes)]
    assert twice, "no answer of SES's was lost together with its events"
    assert "0 not as promised" in table(breaks)


def test_it_is_noticed_where_the_queue_forgets_what_is_uncertain(monkeypatch):
    monkeypatch.setattr(send_email, "_STAYS", send_email._STAYS - {Sending.AWAITING_EVENTS})
    broken = break_all(lambda _number: ["killed after"], SCENARIOS[:1])
    faults = [fault for each in broken for fault in each.faults]
    assert any("it is sending for ever" in fault for fault in faults)
