"""Whose turn it is: what `send` waits for before it looks at an email."""

import importlib

import pytest

from bellhop.domain.emails import EmailClass
from bellhop.domain.stops import StopReason
from bellhop.usecases.pacing import Pacer
from bellhop.usecases.stops import Stops
from tests.builders import NOW, an_email
from tests.unit.api import ENVIRONMENT
from tests.unit.fakes import FakeClock, FakeStops

OF_SEND = {
    "BELLHOP_CONCURRENCY": "2",
    "BELLHOP_LEASE_SECONDS": "90",
    **{f"BELLHOP_{each.name}_WINDOW_SECONDS": "900" for each in EmailClass},
    **{
        f"BELLHOP_{each.name}_DEAD_LETTER_QUEUE_URL": f"https://sqs.example/{each}-dead"
        for each in EmailClass
    },
}


@pytest.fixture
def send(monkeypatch):
    """The handler's module, whose worker has just called SES and may call it once a second."""
    for name, value in (ENVIRONMENT | OF_SEND).items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("send.handler")
    stops = Stops(FakeStops(), FakeClock(NOW), dict.fromkeys(EmailClass, "set"))
    pacer = Pacer(rate=lambda: 1.0, share=1, workers=1, monotonic=lambda: 100.0)
    pacer.begin()
    monkeypatch.setattr(module, "stops", stops)
    monkeypatch.setattr(module, "pacers", dict.fromkeys(EmailClass, pacer))
    module.slept = []
    monkeypatch.setattr(module.time, "sleep", module.slept.append)
    return module


def test_an_email_waits_for_its_workers_turn(send):
    assert send.take_turn(an_email(), lambda _seconds: True)
    assert send.slept == [1.0]


def test_what_a_stop_holds_back_takes_no_turn_from_others(send):
    send.stops.stopped(an_email(), StopReason.TENANT_PAUSED, "words")
    assert send.take_turn(an_email(), lambda _seconds: True)
    assert send.slept == []


@pytest.mark.parametrize(("left", "has_turn"), [(43, True), (41, False)])
def test_no_turn_is_taken_without_the_time_for_it(send, left, has_turn):
    assert send.take_turn(an_email(), lambda seconds: left > seconds) == has_turn
