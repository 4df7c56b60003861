import pytest
from publicsuffixlist import PublicSuffixList

from bellhop.domain.advice import advice_on_email
from bellhop.domain.emails import Claim
from bellhop.domain.facts import FactKind
from bellhop.domain.inbox import Doubt, Verdict, inbox_of
from bellhop.domain.reasons import Actor
from bellhop.domain.senders import Alignment
from bellhop.domain.status import Dispatch
from tests.builders import NOW, a_fact, a_record

organisational_domain = PublicSuffixList().privatesuffix
DELIVERED = a_fact(FactKind.DELIVERY)


def test_a_company_that_gets_email_from_its_own_domain_may_have_stopped_it():
    inbox = inbox_of(a_record(DELIVERED, address="recepcion@hotel-sol.test"), organisational_domain)
    assert (inbox.verdict, inbox.doubts) == (Verdict.DOUBTFUL, (Doubt.SAME_ORGANISATION,))


@pytest.mark.parametrize(
    ("address", "company_domains"),
    [("x@oficina.hotel-sol.test", ()), ("x@grupo-sol.test", ("grupo-sol.test",))],
    ids=["subdomain", "another domain of the company"],
)
def test_sibling_domains_are_the_same_organisation(address, company_domains):
    record = a_record(DELIVERED, address=address)
    inbox = inbox_of(record, organisational_domain, company_domains)
    assert inbox.doubts == (Doubt.SAME_ORGANISATION,)


def test_two_customers_of_one_registry_are_strangers():
    record = a_record(DELIVERED, address="x@otro.co.uk")
    assert inbox_of(record, organisational_domain).verdict is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("dkim", "spf", "doubts"),
    [
        (True, True, ()),
        (True, False, ()),
        (False, True, ()),
        (False, False, (Doubt.NOT_ALIGNED,)),
    ],
)
def test_an_email_that_nothing_ties_to_its_sender_is_in_doubt(dkim, spf, doubts):
    record = a_record(DELIVERED, claim=a_claim(dkim=dkim, spf=spf))
    assert inbox_of(record, organisational_domain).doubts == doubts


def test_where_the_alignment_is_not_known_nothing_is_made_of_it():
    record = a_record(DELIVERED, claim=Claim(attempt="at_1", lease_until=NOW))
    assert inbox_of(record, organisational_domain).verdict is Verdict.UNVERIFIED


def test_the_records_are_mended_before_anybody_asks_the_it():
    claim = a_claim(dkim=False, spf=False)
    record = a_record(DELIVERED, address="recepcion@hotel-sol.test", claim=claim)
    inbox = inbox_of(record, organisational_domain)
    assert inbox.doubts == (Doubt.NOT_ALIGNED, Doubt.SAME_ORGANISATION)
    advice = advice_on_email(record, inbox)
    assert (advice.topics, advice.who) == (("inbox.not_aligned",), Actor.WEB_COMPANY)


def a_claim(*, dkim: bool, spf: bool) -> Claim:
    alignment = Alignment(dkim=dkim, spf=spf, checked_at=NOW)
    return Claim(attempt="at_1", lease_until=NOW, alignment=alignment)


def test_a_guest_who_complains_has_seen_the_email():
    record = a_record(DELIVERED, a_fact(FactKind.COMPLAINT, minutes=5))
    assert inbox_of(record, organisational_domain).verdict is Verdict.SEEN


def test_what_was_not_delivered_has_no_inbox():
    assert inbox_of(a_record(a_fact(FactKind.SENT)), organisational_domain) is None
    bounced = a_record(DELIVERED, a_fact(FactKind.BOUNCE, reason="user_unknown"))
    assert inbox_of(bounced, organisational_domain) is None


def test_it_is_the_hotels_own_it_that_can_let_it_in():
    record = a_record(DELIVERED, address="recepcion@hotel-sol.test")
    advice = advice_on_email(record, inbox_of(record, organisational_domain))
    assert (advice.topics, advice.who) == (("inbox.same_organisation",), Actor.YOUR_IT)


def test_a_bounce_is_explained_by_its_reason():
    record = a_record(a_fact(FactKind.BOUNCE, reason="user_unknown"))
    advice = advice_on_email(record, None)
    assert (advice.topics, advice.who) == (("reason.user_unknown",), Actor.RECEPTION)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [("complaint", "signal.complained"), ("user_unknown", "reason.user_unknown")],
)
def test_what_was_not_sent_says_the_cause_behind_it(reason, cause):
    record = a_record(a_fact(FactKind.SUPPRESSED, attempt=None, reason=reason))
    advice = advice_on_email(record, None)
    assert (advice.topics, advice.who) == (("status.suppressed", cause), Actor.RECEPTION)


def test_an_uncertain_email_does_not_say_that_all_is_well():
    claim = Claim(attempt="at_1", lease_until=NOW, uncertain_since=NOW)
    record = a_record(dispatch=Dispatch.CLAIMED, claim=claim)
    assert advice_on_email(record, None).topics == ("status.uncertain",)
