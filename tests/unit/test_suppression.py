import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.facts import FactKind
from bellhop.domain.identifiers import EmailId
from bellhop.domain.reasons import REASONS, Reason, SuppressionRule
from bellhop.domain.suppression import counted, demand_of
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.usecases.record_event import EmailEvent, record_event
from tests.builders import GUEST, NOW, TENANT, a_fact, a_record, an_email_id
from tests.unit.fakes import FakeContacts, FakeRecords, FakeTenants

DAY = 24 * 60  # minutes


def a_bounce(reason=Reason.MAILBOX_FULL, minutes=0.0, bounce_type="Transient", **detail):
    return a_fact(
        FactKind.BOUNCE, minutes=minutes, reason=reason.value, bounce_type=bounce_type, **detail
    )


def a_bounced_record(number: int, fact):
    email_id = EmailId.create(
        contact=an_email_id().contact,
        at=NOW + timedelta(minutes=number),
        request=number,
        recipient_index=0,
    )
    return a_record(fact, id=email_id)


def bounced(*minutes: float, reason=Reason.MAILBOX_FULL):
    return [a_bounced_record(n, a_bounce(reason, minute)) for n, minute in enumerate(minutes)]


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_suppresses_as_its_table_says(reason):
    rule = REASONS[reason].suppression
    enough = bounced(*(n * 60 for n in range(rule.count)), reason=reason)
    demand = demand_of(a_bounce(reason))
    if demand.rule.count > 1:
        assert counted(demand, enough, None, rule).reason == reason
        assert counted(demand, enough[1:], None, rule) is None
    else:
        permanent = demand_of(a_bounce(reason, bounce_type="Permanent"))
        assert permanent.rule.count == (1 if reason is Reason.UNKNOWN else rule.count)


@pytest.mark.parametrize(
    ("reason", "bounce_type", "count"),
    [
        (Reason.UNKNOWN, "Permanent", 1),
        (Reason.UNKNOWN, "Undetermined", 3),
        (Reason.UNKNOWN, "Transient", 3),
        (Reason.USER_UNKNOWN, "Permanent", 1),
        (Reason.USER_UNKNOWN, "Undetermined", 1),  # the server's own words are clear
        (Reason.USER_UNKNOWN, "Transient", 0),  # and SES goes on trying
        (Reason.AUTH_FAILED, "Permanent", 0),
    ],
)
def test_what_ses_calls_a_bounce_counts_where_the_table_says(reason, bounce_type, count):
    assert demand_of(a_bounce(reason, bounce_type=bounce_type)).rule.count == count


def test_five_full_mailboxes_in_thirty_days_suppress_and_four_do_not():
    demand = demand_of(a_bounce())
    assert counted(demand, bounced(0, 1, 2, 3), None, demand.rule) is None
    suppression = counted(demand, bounced(0, 1, 2, 3, 29 * DAY), None, demand.rule)
    assert suppression.at == NOW + timedelta(days=29)


def test_bounces_spread_over_more_than_the_window_do_not_add_up():
    spread = bounced(*(n * 10 * DAY for n in range(8)))
    demand = demand_of(a_bounce())
    assert counted(demand, spread, None, demand.rule) is None


def test_what_was_cleared_counts_no_more():
    demand, times = demand_of(a_bounce()), (0, 1, 2, 3, 4)
    assert counted(demand, bounced(*times), NOW + timedelta(minutes=1), demand.rule) is None


def test_a_hotel_counts_by_its_own_rule_and_asks_for_it_only_where_bounces_are_counted():
    kept, contacts, asked = FakeRecords(), FakeContacts(), []
    patient = {Reason.MAILBOX_FULL: SuppressionRule.after(3, 7)}

    def settings_of(tenant):
        asked.append(tenant)
        return TenantSettings(suppression_rules=patient)

    delivered = a_bounced_record(9, a_fact(FactKind.DELIVERY))
    suppressed = []
    for record in (delivered, *bounced(0, 1 * DAY, 9 * DAY, 10 * DAY, 11 * DAY)):
        kept.kept[record.id] = replace(record, facts=())
        event = EmailEvent(email_id=record.id, fact=record.facts[0])
        record_event(
            event, records=kept, contacts=contacts, tenants=FakeTenants(), settings_of=settings_of
        )
        suppressed.append(contacts.get(record.id.contact) is not None)
    assert suppressed == [False, False, False, False, False, True]
    assert asked == [TENANT] * 5


def test_other_reasons_do_not_add_up():
    mixed = [*bounced(0, 1, 2, 3), *bounced(4, reason=Reason.SERVER_ERROR)]
    demand = demand_of(a_bounce())
    assert counted(demand, mixed, None, demand.rule) is None


@pytest.mark.parametrize("reason", [Reason.AUTH_FAILED, Reason.REPUTATION_BLOCKED])
def test_our_own_faults_never_condemn_an_address(reason):
    assert demand_of(a_bounce(reason, bounce_type="Permanent")).rule.count == 0


def test_a_domain_that_takes_no_email_is_not_tried_twice():
    null_mx = a_bounce(Reason.DOMAIN_UNKNOWN, diagnostic="smtp; 556 5.1.10 Recipient has null MX")
    assert demand_of(null_mx).rule.count == 1
    assert demand_of(a_bounce(Reason.DOMAIN_UNKNOWN)).rule.count == 2


def test_every_order_of_bounces_ends_in_the_same_suppression():
    records = bounced(0, 5, 9, reason=Reason.EXPIRED)
    ends = set()
    for order in itertools.permutations(records):
        kept, contacts = FakeRecords(), FakeContacts()
        for record in records:
            kept.kept[record.id] = a_record(id=record.id, address=GUEST)
        for record in order:
            event = EmailEvent(email_id=record.id, fact=record.facts[0])
            record_event(event, records=kept, contacts=contacts, tenants=FakeTenants())
        ends.add(contacts.get(records[0].id.contact).suppression)
    assert len(ends) == 1
    assert ends.pop().at == NOW + timedelta(minutes=9)
