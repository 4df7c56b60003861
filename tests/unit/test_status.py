import itertools

import pytest

from bellhop.domain.facts import FactKind
from bellhop.domain.status import (
    STATUS_OF_FACT,
    Dispatch,
    Signal,
    Status,
    outcome_of,
    signals_of,
    timeline_of,
    was_accepted_first,
)
from tests.builders import a_fact

K, S = FactKind, Status

# Written by hand, apart from the table in status.py: of two facts of one attempt, what it ends as.
PAIRS = {
    (K.SENT, K.SEND): S.SENT,
    (K.SENT, K.DELAY): S.DELAYED,
    (K.SENT, K.DELIVERY): S.DELIVERED,
    (K.SENT, K.BOUNCE): S.BOUNCED,
    (K.SENT, K.COMPLAINT): S.DELIVERED,
    (K.SENT, K.AUTO_REPLY): S.DELIVERED,
    (K.SENT, K.REJECT): S.REJECTED,
    (K.SENT, K.RENDERING_FAILURE): S.FAILED,
    (K.SENT, K.REPORT): S.SENT,
    (K.SEND, K.DELAY): S.DELAYED,
    (K.SEND, K.DELIVERY): S.DELIVERED,
    (K.SEND, K.BOUNCE): S.BOUNCED,
    (K.SEND, K.REJECT): S.REJECTED,
    (K.DELAY, K.DELIVERY): S.DELIVERED,
    (K.DELAY, K.BOUNCE): S.BOUNCED,
    (K.DELAY, K.COMPLAINT): S.DELIVERED,
    (K.DELIVERY, K.BOUNCE): S.BOUNCED,
    (K.DELIVERY, K.COMPLAINT): S.DELIVERED,
    (K.DELIVERY, K.AUTO_REPLY): S.DELIVERED,
    (K.DELIVERY, K.REPORT): S.DELIVERED,
    (K.DELIVERY, K.UNRECOGNISED): S.DELIVERED,
    (K.BOUNCE, K.COMPLAINT): S.BOUNCED,
    (K.BOUNCE, K.AUTO_REPLY): S.BOUNCED,
}


@pytest.mark.parametrize(("pair", "expected"), PAIRS.items(), ids=str)
@pytest.mark.parametrize("order", [1, -1], ids=["in order", "reversed"])
def test_two_facts_of_one_attempt(pair, expected, order):
    facts = [a_fact(kind, minutes=index) for index, kind in enumerate(pair)]
    assert outcome_of(facts[::order], Dispatch.DONE).status is expected


def test_a_late_bounce_overrides_delivered_and_says_it_was_first_accepted():
    facts = [a_fact(K.DELIVERY), a_fact(K.BOUNCE, minutes=30, reason="user_unknown")]
    assert outcome_of(facts, Dispatch.DONE).status is S.BOUNCED
    assert was_accepted_first(facts)
    assert not was_accepted_first(facts[1:])


def test_of_two_attempts_the_better_one_counts():
    facts = [a_fact(K.BOUNCE, attempt="at_1"), a_fact(K.DELIVERY, minutes=9, attempt="at_2")]
    assert outcome_of(facts, Dispatch.DONE).status is S.DELIVERED


def test_an_attempt_without_news_is_better_than_one_that_bounced():
    facts = [a_fact(K.BOUNCE, attempt="at_1"), a_fact(K.SENT, minutes=9, attempt="at_2")]
    assert outcome_of(facts, Dispatch.DONE).status is S.SENT


def test_an_address_on_a_suppression_list_of_ses_was_never_tried():
    facts = [a_fact(K.SENT), a_fact(K.BOUNCE, minutes=1, reason="suppressed")]
    assert outcome_of(facts, Dispatch.DONE).status is S.SUPPRESSED


@pytest.mark.parametrize(
    ("dispatch", "status"),
    [(Dispatch.WAITING, S.QUEUED), (Dispatch.CLAIMED, S.SENDING), (Dispatch.DONE, S.SENT)],
)
def test_without_facts_our_own_progress_is_the_status(dispatch, status):
    assert outcome_of([], dispatch).status is status


def test_since_is_when_it_happened_not_when_it_was_heard():
    first, again = a_fact(K.DELIVERY, minutes=5), a_fact(K.DELIVERY, minutes=7)
    assert outcome_of([again, first], Dispatch.DONE).since == first.at


def test_signals_stand_beside_the_status():
    facts = [a_fact(K.COMPLAINT, minutes=9), a_fact(K.COMPLAINT, minutes=3), a_fact(K.DELIVERY)]
    assert signals_of(facts) == {Signal.COMPLAINED: facts[1].at}


def test_order_and_repetition_of_any_three_facts_decide_nothing():
    for kinds in itertools.combinations(STATUS_OF_FACT, 3):
        facts = [a_fact(kind, minutes=index) for index, kind in enumerate(kinds)]
        outcomes = {
            outcome_of([*order, *repeated], Dispatch.DONE).fact.identity
            for order in itertools.permutations(facts)
            for repeated in ([], facts)
        }
        assert len(outcomes) == 1


def test_a_scanners_click_is_no_signal_but_a_persons_is():
    bot = a_fact(K.CLICK, minutes=1, by="bot")
    person = a_fact(K.CLICK, minutes=9, by="human")
    assert signals_of([bot]) == {}
    assert signals_of([bot, person]) == {Signal.CLICKED: person.at}


def test_whether_send_came_before_our_own_answer_shows_nowhere():
    sent, send = a_fact(K.SENT, minutes=2), a_fact(K.SEND, minutes=1)
    assert outcome_of([send, sent], Dispatch.DONE) == outcome_of([sent], Dispatch.DONE)
    assert timeline_of([send, sent]) == timeline_of([sent])
    assert timeline_of([send]) == [send]
