"""Who is asked what: a sender's own name servers first, resolvers for the rest, nobody for ever."""

from collections.abc import Callable

import dns.flags
import dns.message
import dns.rrset
import pytest

from bellhop.domain.authentication.answers import Fault, Outcome, RecordType
from bellhop.name_servers import lookups
from bellhop.name_servers.exchange import Endpoint
from bellhop.name_servers.lookups import Lookups

ZONE = "hotel-sol.test"
RESOLVER = Endpoint("192.0.2.53")
FIRST, SECOND, CHILD = (Endpoint(f"192.0.2.{number}") for number in (1, 2, 3))
DELEGATION = {
    (RESOLVER, f"{ZONE} SOA"): [f"{ZONE}. 60 IN SOA ns1 host 1 2 3 4 5"],
    (RESOLVER, f"{ZONE} NS"): [f"{ZONE}. 60 IN NS ns1.panel.test. | ns2.panel.test."],
    (RESOLVER, "ns1.panel.test A"): ["ns1.panel.test. 60 IN A 192.0.2.1"],
    (RESOLVER, "ns2.panel.test A"): ["ns2.panel.test. 60 IN A 192.0.2.2"],
    (RESOLVER, "ns.child.test A"): ["ns.child.test. 60 IN A 192.0.2.3"],
}
Look = Callable[..., Lookups]


def answered(*records: str, authority: str = "", aa: bool = True) -> dns.message.Message:
    message = dns.message.make_response(dns.message.make_query("x.test", "A"))
    message.flags |= dns.flags.AA if aa else 0
    message.answer = [_set(record) for record in records]
    if authority:
        message.authority = [_set(authority)]
    return message


def _set(record: str) -> dns.rrset.RRset:
    """A set of records, its values between bars."""
    name, ttl, class_, type_, values = record.split(" ", 4)
    return dns.rrset.from_text(name, int(ttl), class_, type_, *values.split(" | "))


@pytest.fixture
def asked() -> list[tuple[Endpoint, str]]:
    return []


@pytest.fixture
def look(monkeypatch, asked) -> Look:
    """Lookups of a sender whose servers say what a test puts into a dictionary."""

    def made(said: dict, **options) -> Lookups:
        def exchange(server, name, record_type, *, recursive, timeout):  # noqa: ARG001 - as the real one is called
            asked.append((server, f"{name} {record_type}"))
            found = {**DELEGATION, **said}.get((server, f"{name} {record_type}"))
            if isinstance(found, list):
                return answered(*found)
            return answered() if found is None else found

        monkeypatch.setattr(lookups, "exchange", exchange)
        return Lookups(ZONE, [RESOLVER], **options)

    return made


DMARC = f"_dmarc.{ZONE} TXT"
TEXT = f'_dmarc.{ZONE}. 60 IN TXT "v=DMARC1; p=none"'


def at_both(said: dns.message.Message | Fault) -> dict:
    return {(FIRST, DMARC): said, (SECOND, DMARC): said}


def test_the_zones_own_name_servers_are_believed(look):
    answer = look({(FIRST, DMARC): [TEXT]}).ask(f"_dmarc.{ZONE}", RecordType.TXT)
    assert answer.values == ("v=DMARC1; p=none",)
    assert answer.authoritative


def test_a_name_of_others_is_asked_at_resolvers(look):
    said = {(RESOLVER, "_spf.b.test TXT"): ['_spf.b.test. 60 IN TXT "v=spf1 -all"']}
    answer = look(said).ask("_spf.b.test", RecordType.TXT)
    assert answer.values == ("v=spf1 -all",)
    assert not answer.authoritative


def test_a_name_server_that_is_down_is_no_hindrance(look):
    said = {(FIRST, DMARC): Fault.TIMEOUT, (SECOND, DMARC): [TEXT]}
    assert look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT).authoritative


def test_a_lame_server_is_passed_over_for_one_that_knows(look):
    said = {(FIRST, DMARC): answered(aa=False), (SECOND, DMARC): [TEXT]}
    assert look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT).authoritative


def test_resolvers_help_out_where_name_servers_fail_and_prove_nothing(look):
    said = {**at_both(Fault.SERVFAIL), (RESOLVER, DMARC): [TEXT]}
    answer = look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT)
    assert answer.values == ("v=DMARC1; p=none",)
    assert not answer.authoritative


def test_where_nobody_answers_the_name_servers_fault_is_told(look):
    said = {**at_both(Fault.LAME), (RESOLVER, DMARC): Fault.SERVFAIL}
    assert look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT).fault is Fault.LAME


def test_an_answer_without_authority_is_a_lame_servers(look):
    said = {**at_both(answered(aa=False)), (RESOLVER, DMARC): Fault.SERVFAIL}
    assert look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT).fault is Fault.LAME


def test_a_zone_below_is_asked_at_its_own_name_servers(look):
    bounce = f"bounce.{ZONE} MX"
    said = {
        (FIRST, bounce): answered(authority=f"bounce.{ZONE}. 60 IN NS ns.child.test.", aa=False),
        (CHILD, bounce): [f"bounce.{ZONE}. 60 IN MX 10 mx.child.test."],
    }
    looked = look(said)
    answer = looked.ask(f"bounce.{ZONE}", RecordType.MX)
    assert answer.values == ("10 mx.child.test",)
    assert answer.authoritative
    assert looked.zone_of(f"bounce.{ZONE}").name == f"bounce.{ZONE}"
    assert looked.zone_of(f"_dmarc.{ZONE}").name == ZONE


def test_a_zone_that_refers_to_itself_is_lame(look):
    said = {
        (FIRST, DMARC): answered(authority=f"{ZONE}. 60 IN NS ns1.panel.test.", aa=False),
        (RESOLVER, DMARC): Fault.SERVFAIL,
    }
    assert look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT).fault is Fault.LAME


def test_an_alias_is_followed_out_of_the_zone(look):
    said = {
        (FIRST, DMARC): [f"_dmarc.{ZONE}. 60 IN CNAME hotel.dmarc.test."],
        (RESOLVER, "hotel.dmarc.test TXT"): ['hotel.dmarc.test. 60 IN TXT "v=DMARC1; p=none"'],
    }
    answer = look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT)
    assert answer.values == ("v=DMARC1; p=none",)
    assert answer.aliases == ("hotel.dmarc.test",)
    assert answer.name == f"_dmarc.{ZONE}"


def test_an_alias_that_leads_nowhere_says_so(look):
    said = {(FIRST, DMARC): [f"_dmarc.{ZONE}. 60 IN CNAME hotel.dmarc.test."]}
    answer = look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT)
    assert answer.outcome is Outcome.NO_RECORDS
    assert answer.aliases == ("hotel.dmarc.test",)


def test_each_name_server_is_asked_by_itself(look):
    old = [f'_dmarc.{ZONE}. 60 IN TXT "v=DMARC1; p=reject"']
    looked = look({(FIRST, DMARC): [TEXT], (SECOND, DMARC): old})
    assert looked.at_each(f"_dmarc.{ZONE}", RecordType.TXT) == {
        "ns1.panel.test": ("v=DMARC1; p=none",),
        "ns2.panel.test": ("v=DMARC1; p=reject",),
    }


def test_a_name_server_that_does_not_answer_disagrees_with_nobody(look):
    said = {(FIRST, DMARC): [TEXT], (SECOND, DMARC): Fault.TIMEOUT}
    assert list(look(said).at_each(f"_dmarc.{ZONE}", RecordType.TXT)) == ["ns1.panel.test"]


def test_the_name_servers_of_others_are_not_compared(look):
    assert look({}).at_each("_spf.b.test", RecordType.TXT) == {}


@pytest.mark.parametrize(
    "name", [f"{'a' * 64}.test", "b..test", ".".join(["x" * 60] * 5), "\u00ad.test", "", "\\1"]
)
def test_a_name_that_no_name_can_be_does_not_exist(look, asked, name):
    looked = look({})
    asked.clear()
    for each in (name, f"{name}.{ZONE}"):
        assert looked.ask_resolvers(each, RecordType.TXT).outcome in {
            Outcome.NO_NAME,
            Outcome.NO_RECORDS,
        }
        assert looked.at_each(name, RecordType.TXT) == {}


def test_each_question_is_asked_once(look, asked):
    looked = look({(FIRST, DMARC): [TEXT]})
    for _ in range(3):
        looked.ask(f"_dmarc.{ZONE}", RecordType.TXT)
    assert asked.count((FIRST, DMARC)) == 1


def test_a_silent_server_is_not_waited_for_again_and_again(look, asked):
    said = {(FIRST, f"n{number}.{ZONE} A"): Fault.TIMEOUT for number in range(9)}
    looked = look(said)
    for number in range(9):
        looked.ask(f"n{number}.{ZONE}", RecordType.A)
    assert [server for server, _ in asked].count(FIRST) == 2


def test_when_the_time_is_over_nothing_is_asked_and_nothing_is_proved(look, asked):
    looked = look({(FIRST, DMARC): [TEXT]}, lifetime=-1.0)
    assert looked.ask(f"_dmarc.{ZONE}", RecordType.TXT).fault is Fault.TIMEOUT
    assert asked == []


def test_without_a_zone_resolvers_are_asked_for_everything(look):
    said = {(RESOLVER, f"{ZONE} SOA"): Fault.SERVFAIL, (RESOLVER, DMARC): [TEXT]}
    answer = look(said).ask(f"_dmarc.{ZONE}", RecordType.TXT)
    assert answer.values == ("v=DMARC1; p=none",)
    assert not answer.authoritative
