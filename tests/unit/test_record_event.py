import itertools

import pytest

from bellhop.domain.facts import FactKind
from bellhop.domain.status import Status, outcome_of
from bellhop.usecases.record_event import EmailEvent, Recording, record_event
from tests.builders import NOW, a_fact, a_record
from tests.unit.fakes import FakeContacts, FakeRecords


class Inbox:
    def __init__(self, *facts) -> None:
        self.contacts, self.records = FakeContacts(), FakeRecords()
        self.record = a_record(*facts)
        self.records.kept[self.record.id] = self.record

    def hear(self, fact, email_id="own") -> Recording:
        event = EmailEvent(email_id=self.record.id if email_id == "own" else email_id, fact=fact)
        return record_event(event, records=self.records, contacts=self.contacts)

    @property
    def status(self):
        record = self.records.get(self.record.id)
        return outcome_of(record.facts, record.dispatch).status

    @property
    def suppression(self):
        contact = self.contacts.get(self.record.id.contact)
        return contact.suppression if contact else None


def a_bounce(reason="user_unknown", bounce_type="Permanent", minutes=1.0):
    return a_fact(FactKind.BOUNCE, minutes=minutes, reason=reason, bounce_type=bounce_type)


def test_a_delivery_is_written_once():
    inbox = Inbox(a_fact(FactKind.SENT))
    assert inbox.hear(a_fact(FactKind.DELIVERY)) is Recording.ADDED
    assert inbox.hear(a_fact(FactKind.DELIVERY)) is Recording.REPEATED
    assert inbox.status is Status.DELIVERED


def test_a_send_event_is_not_written_where_sent_is_known():
    inbox = Inbox(a_fact(FactKind.SENT))
    assert inbox.hear(a_fact(FactKind.SEND)) is Recording.NOT_NEEDED
    assert len(inbox.records.get(inbox.record.id).facts) == 1


def test_a_send_event_says_sent_where_the_worker_died():
    inbox = Inbox()
    assert inbox.hear(a_fact(FactKind.SEND)) is Recording.ADDED
    assert inbox.status is Status.SENT


def test_another_systems_event_changes_nothing():
    inbox = Inbox()
    assert inbox.hear(a_bounce(), email_id=None) is Recording.UNMATCHED
    assert inbox.suppression is None


def test_an_event_for_a_record_that_expired_does_not_bring_it_back():
    inbox = Inbox()
    inbox.records.kept.clear()
    assert inbox.hear(a_bounce()) is Recording.UNMATCHED
    assert not inbox.records.kept


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (a_bounce("user_unknown"), "user_unknown"),
        (a_bounce("mailbox_disabled"), "mailbox_disabled"),
        (a_bounce("suppressed"), "suppressed"),
        (a_fact(FactKind.COMPLAINT), "complaint"),
    ],
    ids=["unknown user", "closed mailbox", "on a list of SES's", "complaint"],
)
def test_what_must_not_be_mailed_again_is_suppressed(fact, reason):
    inbox = Inbox(a_fact(FactKind.SENT))
    inbox.hear(fact)
    assert inbox.suppression.reason == reason
    assert inbox.suppression.email_id == str(inbox.record.id)


@pytest.mark.parametrize(
    "fact",
    [
        a_bounce("auth_failed"),
        a_bounce("reputation_blocked"),
        a_bounce("policy_rejected"),
        a_bounce("mailbox_full", "Transient"),
        a_fact(FactKind.AUTO_REPLY),
        a_fact(FactKind.REPORT),
        a_fact(FactKind.DELAY),
        a_fact(FactKind.DELIVERY),
    ],
    ids=lambda fact: f"{fact.kind} {fact.detail.get('reason', '')}",
)
def test_what_says_nothing_against_the_address_does_not_suppress(fact):
    inbox = Inbox(a_fact(FactKind.SENT))
    inbox.hear(fact)
    assert inbox.suppression is None


def test_a_repeated_bounce_suppresses_even_if_the_first_time_was_cut_short():
    inbox = Inbox(a_fact(FactKind.SENT), a_bounce())
    assert inbox.hear(a_bounce()) is Recording.REPEATED
    assert inbox.suppression.at == a_bounce().at


def test_every_order_of_events_ends_in_the_same_record_and_contact():
    heard = [
        a_fact(FactKind.DELAY, minutes=1),
        a_fact(FactKind.DELIVERY, minutes=2),
        a_bounce(minutes=3),
        a_fact(FactKind.COMPLAINT, minutes=4),
    ]
    ends = set()
    for order in itertools.permutations(heard):
        inbox = Inbox(a_fact(FactKind.SENT))
        for fact in (*order, order[0]):
            inbox.hear(fact)
        ends.add((inbox.status, inbox.suppression.reason, inbox.suppression.at))
    assert ends == {(Status.BOUNCED, "user_unknown", a_bounce(minutes=3).at)}
    assert min(end[2] for end in ends) > NOW
