from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.contacts import Contact, Suppression
from bellhop.domain.emails import Claim, EmailClass, Guarantee
from bellhop.domain.facts import FactKind
from bellhop.domain.identifiers import new_attempt_id
from bellhop.domain.senders import Alignment
from bellhop.domain.status import Dispatch, Status, outcome_of
from bellhop.usecases.ports import SendOutcome
from bellhop.usecases.send_email import Sending, Worker
from bellhop.usecases.stops import Stops
from tests.builders import GUEST, NOW, TENANT, a_fact, an_email
from tests.unit.fakes import (
    FakeClock,
    FakeContacts,
    FakeEvents,
    FakeRecords,
    FakeSes,
    FakeStops,
)

LEASE, WINDOW = timedelta(seconds=90), timedelta(minutes=15)


class World:
    """A worker with everything around it."""

    def __init__(self, *outcomes: SendOutcome) -> None:
        self.contacts, self.records = FakeContacts(), FakeRecords()
        self.ses, self.clock = FakeSes(*outcomes), FakeClock(NOW)
        self.alignment = Alignment(dkim=True, spf=False, checked_at=NOW)
        self.events, self.stop_items = FakeEvents(), FakeStops()
        self.stops = Stops(self.stop_items, self.clock, dict.fromkeys(EmailClass, "set"))
        self.throttled: list[EmailClass] = []

    def send(self, email, has_time=lambda: True) -> Sending:
        return self.worker.send(email, has_time)

    @property
    def worker(self) -> Worker:
        return Worker(
            contacts=self.contacts,
            records=self.records,
            ses=self.ses,
            alignment_of=lambda *_sender: self.alignment,
            events=self.events,
            stops=self.stops,
            throttled=self.throttled.append,
            clock=self.clock,
            new_attempt_id=new_attempt_id,
            lease=LEASE,
            windows={EmailClass.TRANSACTIONAL: WINDOW, EmailClass.MARKETING: timedelta(hours=14)},
        )

    def status(self, email):
        record = self.records.get(email.id)
        return outcome_of(record.facts, record.dispatch).status


def test_an_email_is_sent_once_and_its_record_says_so():
    world, email = World(), an_email()
    assert world.send(email) is Sending.SENT
    assert world.status(email) is Status.SENT
    assert world.send(email) is Sending.ALREADY_DONE
    assert world.ses.sent == [email.id]


def test_the_message_id_is_kept_with_the_attempt():
    world, email = World(), an_email()
    world.send(email)
    (fact,) = world.records.get(email.id).facts
    assert fact.kind is FactKind.SENT
    assert fact.detail == {"message_id": f"ses-{fact.attempt}"}


def test_the_senders_alignment_is_kept_with_the_claim():
    world, email = World(), an_email()
    world.send(email)
    assert world.records.get(email.id).claim.alignment == world.alignment


def test_a_suppressed_contact_is_not_mailed_and_the_record_says_why():
    world, email = World(), an_email()
    suppression = Suppression(identity="b", reason="user_unknown", at=NOW, email_id="em")
    world.contacts.suppress(
        tenant=TENANT, key=email.id.contact, address=GUEST, suppression=suppression
    )
    assert world.send(email) is Sending.SUPPRESSED
    assert world.ses.sent == []
    (fact,) = world.records.get(email.id).facts
    assert (fact.kind, fact.detail["reason"]) == (FactKind.SUPPRESSED, "user_unknown")


def test_a_suppression_that_was_cleared_since_counts_no_more():
    world, email = World(), an_email()
    suppression = Suppression(identity="b", reason="user_unknown", at=NOW, email_id="em")
    key = email.id.contact
    world.contacts.suppress(tenant=TENANT, key=key, address=GUEST, suppression=suppression)
    world.contacts.kept[key] = replace(
        world.contacts.kept[key], cleared_at=NOW + timedelta(seconds=1)
    )
    assert world.send(email) is Sending.SENT


def erase(world, email, at=NOW):
    world.contacts.kept[email.id.contact] = Contact(
        tenant=TENANT, key=email.id.contact, address="", suppressions={}, erased_at=at
    )


def test_an_email_to_a_guest_erased_meanwhile_is_not_sent_and_its_record_says_nothing_of_them():
    world, email = World(), an_email(reference="Ruiz, one night")
    erase(world, email)
    assert world.send(email) is Sending.SUPPRESSED
    assert world.status(email) is Status.CANCELLED
    assert world.ses.sent == []
    for told in (GUEST, "Elena", email.subject, "B-2201", "Ruiz"):
        assert told not in str(world.records.get(email.id))


def test_a_guest_who_comes_back_after_erasure_is_mailed():
    world, email = World(), an_email()
    erase(world, email, at=NOW - timedelta(days=1))
    assert world.send(email) is Sending.SENT


def test_a_throttle_slows_its_lane_and_its_email_comes_again_soon():
    world, email = World(SendOutcome.REFUSED_FOR_NOW), an_email()
    world.ses.throttles = True
    assert world.send(email) is Sending.THROTTLED
    assert world.throttled == [email.email_class]
    assert world.status(email) is Status.QUEUED


def test_a_refusal_for_now_gives_the_claim_back_and_the_next_try_sends():
    world, email = World(SendOutcome.REFUSED_FOR_NOW), an_email()
    sending = world.send(email)
    assert (sending, sending.leaves_queue) == (Sending.REFUSED_FOR_NOW, False)
    assert world.status(email) is Status.QUEUED
    assert world.send(email) is Sending.SENT
    assert world.records.get(email.id).attempts == 1


def test_a_refusal_for_good_fails_the_email_with_ses_words():
    world, email = World(SendOutcome.REFUSED), an_email()
    assert world.send(email) is Sending.FAILED
    assert world.status(email) is Status.FAILED
    assert world.send(email) is Sending.ALREADY_DONE


def test_an_uncertain_call_is_neither_repeated_nor_lost():
    world, email = World(SendOutcome.UNCERTAIN), an_email()
    sending = world.send(email)
    assert (sending, sending.leaves_queue) == (Sending.UNCERTAIN, False)
    assert world.records.get(email.id).claim.uncertain_since == NOW
    world.clock.pass_time(minutes=16)
    again = world.send(email)
    assert (again, again.leaves_queue) == (Sending.AWAITING_NEWS, False)
    assert world.records.get(email.id).claim.uncertain_since == NOW
    assert world.ses.sent == []


def uncertain(world: World, **changes):
    """An email whose window is over."""
    world.ses.outcomes.append(SendOutcome.UNCERTAIN)
    email = an_email(**changes)
    assert world.send(email) is Sending.UNCERTAIN
    world.clock.pass_time(seconds=(LEASE + WINDOW).total_seconds() + 1)
    return email


def test_without_a_sign_that_events_come_nothing_is_repeated():
    world = World()
    email = uncertain(world)
    for _ in range(20):
        sending = world.send(email)
        assert (sending, sending.leaves_queue) == (Sending.AWAITING_EVENTS, False)
        world.clock.pass_time(minutes=1)
    assert world.ses.sent == []
    assert world.ses.probes == 4  # at 0, 6, 12 and 18 minutes: more than five apart


def test_events_of_emails_sent_before_the_window_ended_prove_nothing():
    world = World()
    email = uncertain(world)
    world.events.came = NOW + LEASE + WINDOW
    assert world.send(email) is Sending.AWAITING_EVENTS


def test_while_events_come_late_newer_ones_prove_nothing_of_older_ones():
    world = World()
    email = uncertain(world)
    world.events.late_until = world.clock() + timedelta(minutes=5)
    world.events.came = world.events.late_until
    assert world.send(email) is Sending.AWAITING_EVENTS
    world.events.came += timedelta(seconds=1)
    assert world.send(email) is Sending.SENT


def test_once_events_come_at_least_once_means_again():
    world = World()
    email = uncertain(world)
    world.events.came = world.clock()
    assert world.send(email) is Sending.SENT
    record = world.records.get(email.id)
    assert (world.status(email), record.attempts) == (Status.SENT, 2)
    assert world.send(email) is Sending.ALREADY_DONE
    assert world.ses.sent == [email.id]


def test_at_most_once_means_never_again_and_visibly_unknown():
    world = World()
    email = uncertain(world, guarantee=Guarantee.AT_MOST_ONCE)
    world.events.came = world.clock()
    sending = world.send(email)
    assert (sending, sending.leaves_queue) == (Sending.UNKNOWN, True)
    assert world.status(email) is Status.UNKNOWN
    assert world.ses.sent == []


def test_late_news_of_an_unknown_email_are_the_truth():
    world = World()
    email = uncertain(world, guarantee=Guarantee.AT_MOST_ONCE)
    world.events.came = world.clock()
    world.send(email)
    attempt = world.records.get(email.id).claim.attempt
    world.records.add(email.id, a_fact(FactKind.DELIVERY, attempt=attempt))
    assert world.status(email) is Status.DELIVERED


def test_after_its_time_an_uncertain_email_ends_as_unknown_even_without_events():
    world = World()
    email = uncertain(world)
    world.clock.pass_time(hours=72)
    assert world.send(email) is Sending.UNKNOWN
    assert world.status(email) is Status.UNKNOWN


def test_a_guest_suppressed_meanwhile_is_not_mailed_again():
    world = World()
    email = uncertain(world)
    suppress(world, email)
    world.events.came = world.clock()
    assert world.send(email) is Sending.UNKNOWN
    assert world.ses.sent == []


def refused_again(world: World, outcome: SendOutcome):
    """An email whose first attempt is uncertain, and whose second SES refuses."""
    email = uncertain(world)
    world.events.came = world.clock()
    world.ses.outcomes.append(outcome)
    first = world.records.get(email.id)
    return email, first, world.send(email)


def test_a_second_attempt_that_is_refused_for_now_leaves_the_first_as_uncertain_as_it_was():
    world = World()
    email, first, sending = refused_again(world, SendOutcome.REFUSED_FOR_NOW)
    assert sending is Sending.REFUSED_FOR_NOW
    assert world.records.get(email.id) == first
    assert first.claim.uncertain_since
    assert world.send(email) is Sending.SENT
    assert world.records.get(email.id).attempts == 2


def test_what_lapses_after_a_refused_second_attempt_is_unknown():
    world = World()
    email, _, _ = refused_again(world, SendOutcome.REFUSED_FOR_NOW)
    world.clock.pass_time(hours=72)
    assert world.send(email) is Sending.UNKNOWN


def test_a_second_attempt_that_is_refused_for_good_says_nothing_of_the_first():
    world = World()
    email, first, sending = refused_again(world, SendOutcome.REFUSED)
    assert (sending, world.status(email)) == (Sending.UNKNOWN, Status.UNKNOWN)
    assert world.records.get(email.id).facts[0].attempt == first.claim.attempt
    assert world.records.get(email.id).facts[0].detail["error"]


def test_a_claim_whose_answer_is_lost_is_given_back():
    world, email = World(), an_email()
    claim = world.records.claim

    def lose_the_answer(*arguments):
        claim(*arguments)
        raise TimeoutError("the table did not answer")

    world.records.claim = lose_the_answer
    with pytest.raises(TimeoutError):
        world.send(email)
    world.records.claim = claim
    assert world.status(email) is Status.QUEUED
    assert world.send(email) is Sending.SENT
    assert world.records.get(email.id).attempts == 1


def test_a_parked_email_has_failed_and_says_why():
    world, email = World(), an_email()
    assert world.worker.park(email, "TypeError: x") is Sending.FAILED
    assert world.status(email) is Status.FAILED
    assert world.send(email) is Sending.ALREADY_DONE


def test_a_parked_email_that_was_returned_waits_and_is_sent_like_any_other():
    world, email = World(SendOutcome.UNCERTAIN), an_email()
    world.worker.park(email, "TypeError: x")
    assert world.records.reopen(email.id)
    assert world.status(email) is Status.QUEUED
    world.send(email)
    assert world.status(email) is Status.SENDING


def test_parking_an_uncertain_email_leaves_it_unknown():
    world = World()
    email = uncertain(world)
    assert world.worker.park(email, "not sent in 95 looks") is Sending.UNKNOWN
    assert world.status(email) is Status.UNKNOWN


def test_parking_what_was_sent_changes_nothing():
    world, email = World(), an_email()
    world.send(email)
    assert world.worker.park(email, "TypeError: x") is Sending.ALREADY_DONE
    assert world.status(email) is Status.SENT


def test_a_living_workers_claim_is_left_alone():
    world, email = World(), an_email()
    world.records.kept[email.id] = _claimed_by_another(world, email)
    world.clock.pass_time(seconds=LEASE.total_seconds() - 1)
    sending = world.send(email)
    assert (sending, sending.leaves_queue) == (Sending.HELD, False)


def test_a_dead_workers_claim_is_recognised_as_uncertain():
    world, email = World(), an_email()
    world.records.kept[email.id] = _claimed_by_another(world, email)
    world.clock.pass_time(seconds=LEASE.total_seconds() + 1)
    assert world.send(email) is Sending.UNCERTAIN
    assert world.ses.sent == []
    assert world.records.get(email.id).claim.uncertain_since == world.clock.now


@pytest.mark.parametrize("kind", [FactKind.SEND, FactKind.DELIVERY, FactKind.BOUNCE])
def test_any_event_of_the_attempt_settles_an_uncertain_email(kind):
    world, email = World(SendOutcome.UNCERTAIN), an_email()
    world.send(email)
    attempt = world.records.get(email.id).claim.attempt
    world.records.add(email.id, a_fact(kind, attempt=attempt, reason="user_unknown"))
    assert world.send(email) is Sending.ALREADY_DONE
    assert world.ses.sent == []


def test_an_email_whose_time_is_over_lapses_visibly():
    world, email = World(), an_email(not_after=NOW)
    assert world.send(email) is Sending.LAPSED
    assert world.status(email) is Status.LAPSED
    assert world.ses.sent == []


def test_what_was_sent_does_not_lapse_afterwards():
    world, email = World(), an_email()
    world.send(email)
    world.clock.pass_time(days=10)
    assert world.send(email) is Sending.ALREADY_DONE
    assert world.status(email) is Status.SENT


def suppress(world, email):
    suppression = Suppression(identity="c", reason="complaint", at=NOW, email_id="em")
    key = email.id.contact
    world.contacts.suppress(tenant=TENANT, key=key, address=GUEST, suppression=suppression)


def test_an_uncertain_email_stays_in_the_queue_though_its_guest_is_suppressed():
    world, email = World(SendOutcome.UNCERTAIN), an_email()
    world.send(email)
    world.clock.pass_time(minutes=5)
    suppress(world, email)
    sending = world.send(email)
    assert (sending, sending.leaves_queue) == (Sending.AWAITING_NEWS, False)


def test_a_dead_workers_email_becomes_uncertain_though_its_guest_is_suppressed():
    world, email = World(), an_email()
    world.records.kept[email.id] = _claimed_by_another(world, email)
    world.clock.pass_time(minutes=5)
    suppress(world, email)
    sending = world.send(email)
    assert (sending, sending.leaves_queue) == (Sending.UNCERTAIN, False)
    assert world.records.get(email.id).claim.uncertain_since == world.clock.now


def test_a_second_copy_of_what_was_sent_is_no_suppression():
    world, email = World(), an_email()
    world.send(email)
    suppress(world, email)
    assert world.send(email) is Sending.ALREADY_DONE


def test_a_call_that_has_no_time_left_is_not_begun():
    world, email = World(), an_email()
    sending = world.send(email, has_time=lambda: False)
    assert (sending, sending.leaves_queue) == (Sending.REFUSED_FOR_NOW, False)
    assert world.ses.sent == []
    assert world.status(email) is Status.QUEUED


def _claimed_by_another(world, email):
    claim = Claim(attempt="at_other", lease_until=world.clock.now + LEASE)
    world.records.claim(email, claim)
    record = world.records.get(email.id)
    assert record.dispatch is Dispatch.CLAIMED
    return record
