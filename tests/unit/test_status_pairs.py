"""Every pair of facts, against what status_pairs.txt says by hand."""

import itertools
from pathlib import Path

import pytest

from bellhop.domain.facts import FactKind
from bellhop.domain.status import Dispatch, outcome_of, signals_of
from tests.builders import a_fact

PAIRS = Path(__file__).with_name("status_pairs.txt")

# Facts that say another thing than their kind alone.
LESS = {
    "open": (FactKind.OPEN, {"by": "human"}),
    "click": (FactKind.CLICK, {"by": "human"}),
    "bounce_not_tried": (FactKind.BOUNCE, {"reason": "suppressed"}),
    "open_by_bot": (FactKind.OPEN, {"by": "bot"}),
    "click_by_bot": (FactKind.CLICK, {"by": "bot"}),
}
NAMES = {*FactKind, *LESS}


def rows():
    lines = PAIRS.read_text().splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def named(name, **changes):
    kind, detail = LESS.get(name, (name, {}))
    return a_fact(FactKind(kind), **changes, **detail)


def test_the_file_has_every_pair_once():
    found = sorted(sorted(row[:2]) for row in rows())
    wanted = itertools.combinations_with_replacement(sorted(NAMES), 2)
    assert found == [list(pair) for pair in wanted], f"{PAIRS.name}: a line for each pair"


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]}+{row[1]}")
@pytest.mark.parametrize("first", [0, 1], ids=["one first", "other first"])
def test_two_facts_have_the_outcome_that_the_file_says(row, first):
    one, other, in_one_attempt, in_two_attempts, signals = row
    for attempt, status in (("at_1", in_one_attempt), ("at_2", in_two_attempts)):
        facts = [
            named(one, minutes=first),
            named(other, minutes=1 - first, attempt=attempt),
        ]
        for order in (facts, facts[::-1]):
            assert outcome_of(order, Dispatch.DONE).status == status
            assert (",".join(signals_of(order)) or "-") == signals
