from datetime import timedelta

from bellhop.domain.advice import advice_on_email
from bellhop.domain.facts import FactKind
from bellhop.domain.silence import ends_silence, silent_since
from tests.builders import NOW, a_fact, a_record

HOUR = timedelta(hours=1)


def test_a_sent_email_of_which_nothing_is_heard_becomes_silent_after_an_hour():
    record = a_record(a_fact(FactKind.SENT))
    assert silent_since(record, NOW + HOUR - timedelta(seconds=1)) is None
    assert silent_since(record, NOW + HOUR) == NOW + HOUR


def test_any_news_ends_the_silence():
    for kind in (FactKind.DELIVERY, FactKind.DELAY, FactKind.BOUNCE):
        record = a_record(a_fact(FactKind.SENT), a_fact(kind, minutes=90))
        assert silent_since(record, NOW + 9 * HOUR) is None


def test_a_delay_of_which_no_end_is_heard_is_silent_when_ses_must_have_given_up():
    record = a_record(a_fact(FactKind.SENT), a_fact(FactKind.DELAY, minutes=60))
    assert silent_since(record, NOW + 16 * HOUR - timedelta(seconds=1)) is None
    silence = silent_since(record, NOW + 16 * HOUR)
    assert silence == NOW + 16 * HOUR
    assert advice_on_email(record, None, silence).topics == ("status.overdue",)


def test_silence_is_said_in_words():
    record = a_record(a_fact(FactKind.SENT))
    advice = advice_on_email(record, None, NOW + HOUR)
    assert advice.topics == ("status.silent",)


SENT = a_fact(FactKind.SENT)
DELIVERY = a_fact(FactKind.DELIVERY, minutes=1)


def ends(fact, *others) -> bool:
    return ends_silence(a_record(*others, fact), fact)


def test_the_first_news_of_an_attempt_ends_its_silence_and_no_later_one_does():
    assert ends(DELIVERY, SENT)
    assert not ends(a_fact(FactKind.BOUNCE, minutes=2), SENT, DELIVERY)
    assert ends(a_fact(FactKind.BOUNCE, attempt="at_2"), SENT, DELIVERY, other_sent())


def other_sent():
    return a_fact(FactKind.SENT, attempt="at_2")


def test_what_says_only_that_ses_has_it_ends_no_silence():
    scanned = a_fact(FactKind.CLICK, by="bot")
    for fact in (a_fact(FactKind.SEND), a_fact(FactKind.UNRECOGNISED), scanned):
        assert not ends(fact, SENT)
        assert ends(DELIVERY, SENT, fact)


def test_news_of_an_attempt_that_was_never_counted_as_sent_is_not_counted_either():
    assert not ends(DELIVERY)
    assert not ends(DELIVERY, other_sent())
