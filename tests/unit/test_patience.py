from datetime import timedelta

import pytest

from bellhop.usecases.patience import MOST_LOOKS, Patience
from bellhop.usecases.send_email import Sending

PATIENCE = Patience(lease=timedelta(seconds=90), window=timedelta(minutes=15))
CAMPAIGN = Patience(lease=timedelta(seconds=90), window=timedelta(hours=14))
TWELVE_HOURS = timedelta(hours=12)  # the longest that SQS hides a message


def waits(sending, receives, left=timedelta(hours=72), patience=PATIENCE):
    return [patience.until_next(sending, receives, left).total_seconds() for _ in range(200)]


@pytest.mark.parametrize(("receives", "longest"), [(1, 5), (2, 10), (5, 80), (11, 5120)])
def test_a_refusal_backs_off_with_jitter(receives, longest):
    seen = waits(Sending.REFUSED_FOR_NOW, receives)
    assert longest * 0.75 <= min(seen) < max(seen) <= longest


def test_a_foreign_claim_is_looked_at_when_its_lease_ends():
    assert set(waits(Sending.HELD, 1)) == {90}


def test_an_uncertain_email_is_looked_at_when_its_window_is_over():
    assert set(waits(Sending.UNCERTAIN, 1)) == {90 + 15 * 60}
    assert set(waits(Sending.AWAITING_NEWS, 1, patience=CAMPAIGN)) == {3600}


def test_a_probe_is_given_time_and_then_more():
    assert 90 <= min(waits(Sending.AWAITING_EVENTS, 2)) <= 120
    assert max(waits(Sending.AWAITING_EVENTS, 11)) <= 3600


@pytest.mark.parametrize("sending", [Sending.POSTPONED, Sending.THROTTLED])
def test_what_only_many_others_delay_comes_back_at_once(sending):
    assert max(waits(sending, 1)) <= 5


def test_behind_many_others_an_email_is_hidden_for_an_eighth_of_its_age_at_most():
    age = timedelta()
    for receives in range(1, 60):
        longest = timedelta(seconds=max(waits(Sending.POSTPONED, receives)))
        assert longest <= timedelta(seconds=5) + age / 6
        age += longest


@pytest.mark.parametrize("sending", [s for s in Sending if not s.leaves_queue])
@pytest.mark.parametrize("receives", [1, 50, MOST_LOOKS, 100])
def test_no_wait_is_longer_than_sqs_allows(sending, receives):
    assert timedelta(seconds=max(waits(sending, receives, timedelta(days=7)))) < TWELVE_HOURS


@pytest.mark.parametrize(
    "sending", [Sending.REFUSED_FOR_NOW, Sending.AWAITING_EVENTS, Sending.THROTTLED]
)
@pytest.mark.parametrize("days", [3, 7])
def test_the_looks_that_sqs_allows_outlast_an_emails_validity(sending, days):
    left = timedelta(days=days)
    for receives in range(1, MOST_LOOKS):
        left -= PATIENCE.until_next(sending, receives, max(left, timedelta()))
    assert left <= timedelta(seconds=1)
