import pytest

from bellhop.domain.facts import FactKind
from bellhop.domain.status import (
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


def test_a_late_bounce_overrides_delivered_and_says_it_was_first_accepted():
    facts = [a_fact(K.DELIVERY), a_fact(K.BOUNCE, minutes=30, reason="user_unknown")]
    assert outcome_of(facts, Dispatch.DONE).status is S.BOUNCED
    assert was_accepted_first(facts)
    assert not was_accepted_first(facts[1:])


def test_a_bounce_of_another_attempt_was_not_accepted_first():
    facts = [a_fact(K.BOUNCE), a_fact(K.DELIVERY, attempt="at_2")]
    assert not was_accepted_first(facts)


def test_of_two_attempts_the_better_one_counts():
    facts = [a_fact(K.BOUNCE, attempt="at_1"), a_fact(K.DELIVERY, minutes=9, attempt="at_2")]
    assert outcome_of(facts, Dispatch.DONE).status is S.DELIVERED


def test_an_attempt_without_news_is_better_than_one_that_bounced():
    facts = [a_fact(K.BOUNCE, attempt="at_1"), a_fact(K.SENT, minutes=9, attempt="at_2")]
    assert outcome_of(facts, Dispatch.DONE).status is S.SENT


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
