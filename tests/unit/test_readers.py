"""Who read an email, by the delivery, whichever is heard first."""

import itertools

import pytest

from bellhop.domain.facts import FactKind
from bellhop.domain.status import Signal, signals_of, timeline_of
from tests.builders import a_fact

DELAYED = a_fact(FactKind.DELAY, minutes=1)
LATE = a_fact(FactKind.DELIVERY, minutes=20)


@pytest.mark.parametrize(
    ("minutes", "said", "is_human"),
    [
        (20.1, {}, False),
        (19, {}, False),  # before its server had said that it took it
        (20.5, {}, True),
        (20.1, {"by": "human"}, True),  # SES's own word
        (300, {"by": "bot"}, False),
    ],
)
def test_a_click_within_seconds_of_a_late_delivery_is_no_persons(minutes, said, is_human):
    click = a_fact(FactKind.CLICK, minutes=minutes, **said)
    for facts in itertools.permutations([DELAYED, LATE, click]):
        assert (Signal.CLICKED in signals_of(facts)) is is_human
        told = [fact for fact in timeline_of(facts) if fact.kind is FactKind.CLICK]
        assert [fact.detail["by"] for fact in told] == ["human" if is_human else "bot"]


def test_another_attempts_delivery_says_nothing_of_a_click():
    click = a_fact(FactKind.CLICK, minutes=20.1, attempt="at_2")
    assert Signal.CLICKED in signals_of([LATE, click])
