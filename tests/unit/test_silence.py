from datetime import timedelta

from bellhop.domain.advice import advice_on_email
from bellhop.domain.facts import FactKind
from bellhop.domain.silence import silent_since
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


def test_silence_is_said_in_words():
    record = a_record(a_fact(FactKind.SENT))
    advice = advice_on_email(record, None, NOW + HOUR)
    assert advice.topics == ("status.silent",)
