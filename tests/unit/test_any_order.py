"""Whatever order SES's events come in, how often, and in which batches: the record is the same."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bellhop.domain.facts import FactKind
from bellhop.domain.status import outcome_of, signals_of, timeline_of, was_accepted_first
from bellhop.ses.engagement import DAYS, STARTS
from bellhop.ses.events import read_event
from bellhop.usecases.record_event import record_event
from tests.builders import GUEST, NOW, a_fact, a_record, an_email_id
from tests.stories import STORIES, Attempt
from tests.unit.fakes import FakeContacts, FakeRecords, FakeTenants

MARK = object()  # our own answer to an attempt is written down: it too comes at any time


def told(attempt, story):
    sender = Attempt(
        email_id=an_email_id(), address=GUEST, attempt=attempt, sent_at=NOW + timedelta(minutes=1)
    )
    return list(sender.tell(story))


@st.composite
def runs(draw):
    """Events of one or two attempts in order; and the same shuffled, some of them repeated."""
    stories = draw(st.lists(st.sampled_from(sorted(STORIES)), min_size=1, max_size=2))
    attempts = [f"at_{number}" for number in range(len(stories))]
    ordered = [(each, MARK) for each in attempts if draw(st.booleans())]
    for attempt, story in zip(attempts, stories, strict=True):
        ordered += [(attempt, event) for event in told(attempt, story)]
    repeated = draw(st.lists(st.sampled_from(ordered), max_size=6))
    return ordered, draw(st.permutations([*ordered, *repeated]))


def end_of(steps):
    records, contacts = FakeRecords(), FakeContacts()
    record = a_record()
    records.kept[record.id] = record
    for attempt, event in steps:
        if event is MARK:
            sent = a_fact(FactKind.SENT, minutes=1, attempt=attempt)
            records.complete(record.id, sent)
            continue
        for each in read_event(event):
            record_event(each, records=records, contacts=contacts, tenants=FakeTenants())
    end = records.get(record.id)
    contact = contacts.get(record.id.contact)
    return {
        "outcome": outcome_of(end.facts, end.dispatch),
        "signals": signals_of(end.facts),
        "timeline": timeline_of(end.facts),
        "accepted first": was_accepted_first(end.facts),
        "suppression": contact.suppression if contact else None,
    }


@settings(deadline=None)
@given(runs())
def test_order_and_repetition_decide_nothing(run):
    ordered, shuffled = run
    assert end_of(shuffled) == end_of(ordered)


@settings(deadline=None)
@given(
    kind=st.sampled_from(["Open", "Click"]),
    seconds=st.lists(st.floats(0, 400 * 86_400), max_size=300),
)
def test_however_often_an_email_is_read_its_record_stays_bounded(kind, seconds):
    opened = Attempt(email_id=an_email_id(), address=GUEST, attempt="at_1", sent_at=NOW)
    bodies = [opened.event(kind, "person", NOW + timedelta(seconds=each)) for each in seconds]
    facts = [event.fact for body in bodies for event in read_event(body)]
    values = {fact.identity: fact for fact in facts}
    assert len(values) <= len(STARTS) + DAYS + 1  # the first day's, a day each, and what is later
    assert all(values[fact.identity] == fact for fact in facts)
