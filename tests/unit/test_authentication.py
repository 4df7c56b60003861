"""The whole check of a sender: parts, what each proves, and what is never held against anybody."""

import time

import pytest

from bellhop.domain.authentication.answers import Fault
from bellhop.domain.authentication.check import Evidence, PartName, Report, Sender, check
from bellhop.domain.authentication.codes import CODES, FAULT_CODES, Code
from bellhop.domain.authentication.findings import State
from bellhop.domain.authentication.standing import look_of
from tests.builders import NOW
from tests.unit.zones import ZONE, FakeDns, organisational

HEALTHY = {
    f"{ZONE} SOA": ["ns1.panel.test hostmaster.panel.test 1 2 3 4 5"],
    f"{ZONE} TXT": ["v=spf1 mx ~all"],
    f"{ZONE} MX": ["10 mx.hotel-sol.test"],
    f"t1._domainkey.{ZONE} CNAME": ["t1.dkim.amazonses.com"],
    f"t1._domainkey.{ZONE} TXT": ["v=DKIM1; p=AAAA"],
    f"bounce.{ZONE} MX": ["10 feedback-smtp.eu-west-1.amazonses.com"],
    f"bounce.{ZONE} TXT": ["v=spf1 include:amazonses.com ~all"],
    "amazonses.com TXT": ["v=spf1 ip4:192.0.2.0/24 -all"],
    f"_dmarc.{ZONE} TXT": [f"v=DMARC1; p=none; rua=mailto:a@{ZONE}"],
}
SENDER = Sender(domain=ZONE, region="eu-west-1", tokens=("t1",), mail_from=f"bounce.{ZONE}")


def report(changes: dict | None = None, *, authoritative: bool = True) -> Report:
    dns = FakeDns({**HEALTHY, **(changes or {})}, authoritative=authoritative)
    return check(dns, SENDER, organisational)


def test_every_code_has_its_properties_and_every_fault_its_code():
    assert set(CODES) == set(Code)
    assert set(FAULT_CODES) == set(Fault)


def test_a_sender_in_order_works_in_all_its_parts():
    found = report()
    assert {part.name: part.state for part in found.parts} == dict.fromkeys(PartName, State.WORKS)
    assert found.evidence is Evidence.FOR


@pytest.mark.parametrize("key", [key for key in HEALTHY if not key.startswith(f"{ZONE} ")])
@pytest.mark.parametrize("fault", Fault)
def test_no_fault_of_the_dns_at_any_record_is_evidence_against_a_sender(key, fault):
    assert report({key: fault}).evidence is not Evidence.AGAINST


@pytest.mark.parametrize("fault", Fault)
def test_a_dns_that_answers_nothing_leaves_everything_open(fault):
    found = report(dict.fromkeys(HEALTHY, fault))
    assert found.state is State.UNCLEAR
    assert found.evidence is Evidence.NONE
    assert look_of(found, NOW).findings == ()


NEEDED = [f"t1._domainkey.{ZONE} CNAME", f"bounce.{ZONE} MX", f"bounce.{ZONE} TXT"]


@pytest.mark.parametrize("key", [*NEEDED, f"_dmarc.{ZONE} TXT"])
def test_a_record_that_is_missing_is_evidence_if_the_zones_own_servers_say_so(key):
    changes = {key: (), f"t1._domainkey.{ZONE} TXT": ()}
    assert report(changes).evidence is Evidence.AGAINST
    by_resolvers = report(changes, authoritative=False)
    assert by_resolvers.evidence is Evidence.NONE
    assert by_resolvers.state is State.WAITING


@pytest.mark.parametrize("text", ["v=spf1 +all", "v=spf1 nonsense", "v=spf1 include:gone.test"])
def test_the_domains_own_spf_record_is_diagnosed_and_never_counts(text):
    found = report({f"{ZONE} TXT": [text]})
    assert found.parts[-1].state is State.BROKEN
    assert found.evidence is Evidence.FOR


def test_what_is_seen_to_be_broken_counts_whatever_else_is_silent():
    found = report({f"_dmarc.{ZONE} TXT": ["v=DMARC1; p=x"], f"bounce.{ZONE} MX": Fault.TIMEOUT})
    assert (found.state, found.evidence) == (State.BROKEN, Evidence.AGAINST)


def test_what_resolvers_say_of_anothers_zone_is_no_proof_against_a_sender():
    found = report({"amazonses.com TXT": ()})
    assert (found.state, found.evidence) == (State.UNCLEAR, Evidence.NONE)


def test_caches_that_are_behind_are_told_and_not_held_against_a_sender():
    dns = FakeDns(HEALTHY, cached={f"bounce.{ZONE} MX": ()})
    found = check(dns, SENDER, organisational)
    codes = [finding.code for part in found.parts for finding in part.findings]
    assert codes == [Code.SPREADING]
    assert found.evidence is Evidence.FOR


def test_a_look_remembers_what_was_answered_and_why_it_is_not_in_order():
    changes = {f"bounce.{ZONE} MX": ["10 mx.hotel-sol.test"], f"_dmarc.{ZONE} TXT": Fault.SERVFAIL}
    look = look_of(report(changes), NOW)
    assert [finding.code for finding in look.findings] == [Code.RECORD_DIFFERENT]
    assert look.observed[f"bounce.{ZONE} MX"] == ("10 mx.hotel-sol.test",)
    assert f"_dmarc.{ZONE} TXT" not in look.observed


def test_name_servers_that_do_not_agree_prove_nothing():
    """Of the two the first one is believed, which may be the one with the zone of last week."""
    dns = FakeDns({**HEALTHY, f"_dmarc.{ZONE} TXT": ()})
    assert check(dns, SENDER, organisational).evidence is Evidence.AGAINST
    dns.others = {"ns2": ("v=DMARC1; p=none",)}
    found = check(dns, SENDER, organisational)
    codes = {finding.code for part in found.parts for finding in part.findings}
    assert Code.NAME_SERVERS_DIFFER in codes
    assert found.evidence is Evidence.NONE


def test_name_servers_that_do_not_agree_leave_the_record_to_paste_as_it_is():
    dns = FakeDns({**HEALTHY, f"_dmarc.{ZONE} TXT": ["v=DMARC1; p=none rua=mailto:a@b.test"]})
    dns.others = {"ns2": ("v=DMARC1; p=none",)}
    (dmarc,) = check(dns, SENDER, organisational).parts[2].sought
    assert dmarc.record.value == "v=DMARC1; p=none; rua=mailto:a@b.test"


def test_name_servers_that_do_not_agree_are_told_where_the_first_is_right():
    dns = FakeDns(HEALTHY)
    dns.others = {"ns2": ("somewhere.test",)}
    found = check(dns, SENDER, organisational)
    codes = {finding.code for part in found.parts for finding in part.findings}
    assert codes == {Code.NAME_SERVERS_DIFFER}
    assert found.evidence is Evidence.FOR


def test_an_unreadable_record_of_ses_is_not_the_hotels_to_mend():
    found = report({"amazonses.com TXT": ("v=spf1 -all", "v=spf1 ~all")})
    (finding,) = [finding for part in found.parts for finding in part.findings]
    assert (finding.code, finding.cure) == (Code.SPF_SES_UNREADABLE, None)


@pytest.mark.parametrize(
    "text",
    [
        *(f"v=spf1 {'x ' * 30_000}", f"v=spf1 {'+mx ' * 16_000}", f"v=spf1 a:a.{'a' * 60_000}!"),
        *(
            f"v=spf1; mx{',' * 60_000}x",
            f"v=DMARC1, p=none{',' * 60_000}x",
            f"v=DMARC1; {'x=1;' * 16_000}",
        ),
    ],
    ids=["terms", "signs", "a name", "commas", "more commas", "tags"],
)
def test_a_text_as_long_as_dns_allows_does_not_stop_a_check(text):
    begin = time.process_time()
    for name in (ZONE, f"bounce.{ZONE}", f"_dmarc.{ZONE}"):
        found = report({f"{name} TXT": (text,)})
        assert sum(len(part.findings) for part in found.parts) < 50
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    ("record", "wild", "values"),
    [
        (f"t1._domainkey.{ZONE} CNAME", f"_nobody-entered-this._domainkey.{ZONE} A", ["192.0.2.1"]),
        (f"bounce.{ZONE} MX", f"_nobody-entered-this.{ZONE} MX", ["10 mx.hotel-sol.test"]),
    ],
)
def test_a_wildcard_is_no_record_that_somebody_entered(record, wild, values):
    name, type_ = wild.split(" ")
    there = f"{record.split(' ')[0]} {type_}"
    changes = {record: (), f"t1._domainkey.{ZONE} TXT": (), there: values}
    found = report({**changes, f"{name} {type_}": values})
    codes = {finding.code for part in found.parts for finding in part.findings}
    assert Code.WILDCARD in codes
    assert found.state is State.WAITING
    assert report(changes).state is State.BROKEN


def test_a_mail_server_of_any_preference_will_do():
    changes = {f"bounce.{ZONE} MX": ["0 feedback-smtp.eu-west-1.amazonses.com"]}
    assert report(changes).evidence is Evidence.FOR


def test_ses_may_stand_beside_others_in_the_record_of_the_return_address():
    changes = {f"bounce.{ZONE} TXT": ["v=spf1 ip4:192.0.2.1 include:amazonses.com -all"]}
    assert report(changes).evidence is Evidence.FOR


def test_parts_that_nobody_asked_for_are_not_there():
    found = check(FakeDns(HEALTHY), Sender(domain=ZONE, region="eu-west-1"), organisational)
    assert [part.name for part in found.parts] == [PartName.DMARC, PartName.SPF]
