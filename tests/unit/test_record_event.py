import itertools

import pytest

from bellhop.domain.contacts import Contact
from bellhop.domain.facts import FactKind
from bellhop.domain.status import Status, outcome_of
from bellhop.usecases.record_event import EmailEvent, Recording, record_event
from tests.builders import GUEST, NOW, TENANT, a_fact, a_record, an_email_id
from tests.unit.fakes import FakeContacts, FakeRecords, FakeTenants


class Inbox:
    def __init__(self, *facts) -> None:
        self.contacts, self.records = FakeContacts(), FakeRecords()
        self.record = a_record(*facts)
        self.records.kept[self.record.id] = self.record

    def hear(self, fact, **said) -> Recording:
        own = {"email_id": self.record.id, "tenant": TENANT, "address": GUEST}
        event = EmailEvent(fact=fact, **{**own, **said})
        return record_event(
            event, records=self.records, contacts=self.contacts, tenants=FakeTenants(TENANT)
        )

    @property
    def contact(self):
        return self.contacts.get(self.record.id.contact)

    @property
    def status(self):
        record = self.records.get(self.record.id)
        return outcome_of(record.facts, record.dispatch).status

    @property
    def suppression(self):
        return self.contact.suppression if self.contact else None


def a_bounce(reason="user_unknown", bounce_type="Permanent", minutes=1.0):
    return a_fact(FactKind.BOUNCE, minutes=minutes, reason=reason, bounce_type=bounce_type)


def test_a_delivery_is_written_once():
    inbox = Inbox(a_fact(FactKind.SENT))
    assert inbox.hear(a_fact(FactKind.DELIVERY)) is Recording.FIRST_NEWS
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


@pytest.mark.parametrize(
    "said",
    [{"email_id": None}, {"tenant": "hotel-mar"}, {"address": "other@correo.test"}, {"tenant": ""}],
    ids=["no tag of ours", "another hotel's", "another address", "no tenant"],
)
def test_another_systems_event_changes_nothing(said):
    inbox = Inbox()
    inbox.records.kept.clear()
    assert inbox.hear(a_bounce(), **said) is Recording.FOREIGN
    assert (inbox.records.kept, inbox.contact) == ({}, None)


@pytest.mark.parametrize("spelling", [GUEST, GUEST.upper()])
def test_a_bounce_after_its_record_expired_suppresses_and_does_not_bring_it_back(spelling):
    inbox = Inbox()
    inbox.records.kept.clear()
    assert inbox.hear(a_bounce(), address=spelling) is Recording.EXPIRED
    assert inbox.records.kept == {}
    assert (inbox.contact.tenant, inbox.contact.address) == (TENANT, spelling)
    assert inbox.suppression.reason == "user_unknown"


def test_a_contact_that_is_known_needs_no_word_from_the_event():
    inbox = Inbox()
    inbox.hear(a_bounce(minutes=1))
    inbox.records.kept.clear()
    complaint = a_fact(FactKind.COMPLAINT, minutes=2)
    assert inbox.hear(complaint, tenant="", address="") is Recording.EXPIRED
    assert complaint.identity in inbox.contact.suppressions


def test_what_must_be_counted_proves_nothing_without_its_record():
    inbox = Inbox()
    inbox.records.kept.clear()
    assert inbox.hear(a_bounce("mailbox_full", "Transient")) is Recording.EXPIRED
    assert inbox.contact is None


@pytest.mark.parametrize("fact", [a_bounce(), a_fact(FactKind.COMPLAINT)], ids=lambda f: f.kind)
def test_an_erased_contact_is_suppressed_and_stays_erased(fact):
    inbox = Inbox()
    inbox.records.kept.clear()
    key = inbox.record.id.contact
    inbox.contacts.kept[key] = Contact(
        tenant=TENANT, key=key, address="", suppressions={}, erased_at=NOW
    )
    assert inbox.hear(fact) is Recording.ERASED
    assert inbox.records.kept == {}
    assert (inbox.contact.address, inbox.contact.erased_at) == ("", NOW)
    assert inbox.suppression.identity == fact.identity
    assert GUEST not in repr(inbox.contact)


def test_a_hotel_that_is_gone_gets_no_guest_back():
    inbox = Inbox()
    inbox.records.kept.clear()
    gone = an_email_id(tenant="hotel-gone")
    assert inbox.hear(a_bounce(), email_id=gone, tenant="hotel-gone") is Recording.TENANT_GONE
    assert (inbox.records.kept, inbox.contacts.kept) == ({}, {})


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
