"""DMARC as RFC 7489 and RFC 9989 have it: tags, the walk up the tree, and proposals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellhop.domain.authentication.answers import Fault
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.dmarc import (
    is_dmarc,
    mended,
    merged,
    parse,
    repaired,
    resembles,
)
from bellhop.domain.authentication.dmarc_check import check_dmarc
from bellhop.domain.authentication.dmarc_diagnosis import Wishes
from bellhop.domain.authentication.dmarc_discovery import discover
from bellhop.domain.authentication.presence import Presence
from tests.unit.zones import ZONE, FakeDns, organisational

NONE = "v=DMARC1; p=none; rua=mailto:a@hotel-sol.test"


def walk(domain: str, *owners: str):
    """The discovery for a domain when each of the owners has a record."""
    texts = {f"_dmarc.{owner} TXT": [NONE] for owner in owners}
    return discover(FakeDns(texts), domain, organisational)


def found(*texts: str, domain: str = ZONE, **wishes) -> list[Code]:
    records = {f"_dmarc.{ZONE} TXT": texts}
    wanted = Wishes(organisational_domain=organisational, **wishes)
    return [each.code for each in check_dmarc(FakeDns(records), domain, wanted).findings]


@pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1;p=none", "v = DMARC1 ; p=none"])
def test_dmarc_is_what_begins_so(text):
    assert is_dmarc(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("v=dmarc1; p=none", "v=DMARC1; p=none"),
        ("DMARC1; p=reject", "v=DMARC1; p=reject"),
        ("v=DMARC1 p=reject", "v=DMARC1; p=reject"),
        ("v=DMARC1, p=quarantine, pct=50", "v=DMARC1; p=quarantine; pct=50"),
        ("V=DMARC1; p=none", "v=DMARC1; p=none"),
        ("p=reject; v=DMARC1", "v=DMARC1; p=reject"),
        ("v=DMARC1: p:none", "v=DMARC1; p=none"),
        ("v:DMARC1; p=none", "v=DMARC1; p=none"),
        ("'v=DMARC1;p=none;sp=reject'", "v=DMARC1; p=none; sp=reject"),
    ],
)
def test_a_text_that_resembles_dmarc_is_repaired(text, meant):
    assert not is_dmarc(text)
    assert resembles(text)
    assert repaired(text) == meant


@pytest.mark.parametrize("text", ["v=spf1 -all", "site-verification=dmarc", "", "v=DKIM1; p="])
def test_other_texts_do_not_resemble_it(text):
    assert not resembles(text)


@given(st.text(max_size=60))
def test_whatever_follows_the_version_a_mended_record_is_dmarc(text):
    record = mended(parse(f"v=DMARC1; {text}").tags)
    assert is_dmarc(record)
    assert mended(parse(record).tags) == record


def test_the_walk_goes_up_to_the_top():
    names = [level.domain for level in walk("a.b.hotel-sol.test").walk]
    assert names == ["a.b.hotel-sol.test", "b.hotel-sol.test", "hotel-sol.test", "test"]


def test_a_long_name_is_walked_in_eight_queries():
    names = [level.domain for level in walk("a.b.c.d.e.f.g.h.hotel-sol.test").walk]
    assert len(names) == 8
    assert names[:2] == ["a.b.c.d.e.f.g.h.hotel-sol.test", "d.e.f.g.h.hotel-sol.test"]


def test_the_organisation_is_the_highest_domain_with_a_record():
    below = walk("a.b.hotel-sol.test", "a.b.hotel-sol.test", "b.hotel-sol.test")
    assert below.organisation == "b.hotel-sol.test"
    assert walk("a.b.hotel-sol.test", ZONE, "b.hotel-sol.test").organisation == ZONE


def test_the_domains_own_record_counts_before_that_of_the_organisation():
    both = walk("a.hotel-sol.test", "a.hotel-sol.test", ZONE)
    assert both.level is both.older_level is both.walk[0]
    inherited = walk("a.hotel-sol.test", ZONE).level
    assert inherited is not None
    assert inherited.domain == ZONE


def test_only_the_new_standard_finds_a_record_in_between():
    between = walk("a.b.hotel-sol.test", "b.hotel-sol.test")
    assert between.level is not None
    assert between.level.domain == "b.hotel-sol.test"
    assert between.older_level is None


def test_a_record_for_psd_n_ends_the_walk_and_is_the_organisation():
    texts = {
        "_dmarc.b.hotel-sol.test TXT": ["v=DMARC1; p=none; psd=n"],
        "_dmarc.hotel-sol.test TXT": [NONE],
    }
    discovery = discover(FakeDns(texts), "a.b.hotel-sol.test", organisational)
    assert discovery.organisation == "b.hotel-sol.test"
    assert discovery.walk[-1].domain == "b.hotel-sol.test"


def test_a_registrys_record_makes_the_domain_below_it_the_organisation():
    texts = {"_dmarc.test TXT": ["v=DMARC1; p=reject; psd=y"]}
    discovery = discover(FakeDns(texts), "a.hotel-sol.test", organisational)
    assert discovery.organisation == "hotel-sol.test"
    assert discovery.level is not None
    assert discovery.level.domain == "test"


def test_a_domain_without_any_record_is_its_own_organisation():
    assert walk("a.hotel-sol.test").organisation == "a.hotel-sol.test"


def test_two_records_at_one_name_count_as_none():
    texts = {"_dmarc.hotel-sol.test TXT": [NONE, NONE.replace("none", "reject")]}
    assert discover(FakeDns(texts), "hotel-sol.test", organisational).level is None


@pytest.mark.parametrize(
    ("text", "subdomain", "exists", "policy"),
    [
        ("p=reject", False, True, "reject"),
        ("p=reject; sp=none", False, True, "reject"),
        ("p=reject; sp=none", True, True, "none"),
        ("p=none; sp=quarantine; np=reject", True, False, "reject"),
        ("p=none; sp=quarantine", True, False, "quarantine"),
        ("p=reject; t=y", False, True, "quarantine"),
        ("p=quarantine; t=y", False, True, "none"),
        ("p=none; t=y", False, True, "none"),
        ("rua=mailto:a@b.test", False, True, "none"),
        ("p=later", False, True, "none"),
    ],
)
def test_the_policy_that_counts(text, subdomain, exists, policy):
    record = parse(f"v=DMARC1; {text}")
    assert record.policy_for(subdomain=subdomain, exists=exists) == policy


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (
            "v=DMARC1;p=reject; rua=mailto:a@b.test ; custom=1; fo=1; pct=20",
            "v=DMARC1; p=reject; rua=mailto:a@b.test,mailto:x@c.test; custom=1; fo=1; pct=20",
        ),
        ("v=DMARC1; p=none;", "v=DMARC1; p=none; rua=mailto:x@c.test"),
        ("v=DMARC1; p=none; rua=", "v=DMARC1; p=none; rua=mailto:x@c.test"),
        ("v=DMARC1; p=none; rua=mailto:x@c.test", "v=DMARC1; p=none; rua=mailto:x@c.test"),
    ],
)
def test_a_record_is_extended_and_never_replaced(text, right):
    wishes = Wishes(organisational_domain=organisational, reports_to="x@c.test")
    assert wishes.right(text) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("rua=mailto: a@b.test", "rua=mailto:a@b.test"),
        (
            "rua=mailto:dmarc@b.test, mailto:dmarc1@b.test",
            "rua=mailto:dmarc@b.test,mailto:dmarc1@b.test",
        ),
        ("rua=mailto:a@b.test;mailto:c@b.test", "rua=mailto:a@b.test,mailto:c@b.test"),
        ("rua=mailto:a@b.test; rua=c@b.test", "rua=mailto:a@b.test,mailto:c@b.test"),
        ("rua=mailto:a@b..test,https://b.test", ""),
    ],
)
def test_no_place_for_reports_is_lost_by_mending(text, right):
    assert repaired(f"v=DMARC1; p=none; {text}") == "; ".join(
        filter(None, ("v=DMARC1; p=none", right))
    )


def test_a_tag_that_stands_there_twice_is_told():
    assert found(f"{NONE}; p=reject") == [Code.DMARC_REPEATED_TAG]
    assert repaired("v=DMARC1; p=reject; p=none") == "v=DMARC1; p=none"


def test_a_record_that_asks_for_nothing_is_none():
    # RFC 7489, section 6.6.3: without a policy a place for reports makes it one of `none`.
    assert found("v=DMARC1") == [Code.DMARC_EMPTY, Code.DMARC_NO_REPORTS]
    assert found("v=DMARC1; rua=mailto:a@hotel-sol.test") == [Code.DMARC_NO_POLICY]


def test_several_records_become_the_mildest_with_all_reports():
    texts = ("v=DMARC1; p=reject; rua=mailto:a@b.test", "v=DMARC1; p=none; rua=mailto:c@b.test")
    assert merged(map(parse, texts)) == "v=DMARC1; p=none; rua=mailto:a@b.test,mailto:c@b.test"


def test_a_record_in_order_gives_nothing_to_say():
    assert found(NONE) == []
    assert (
        found("v=DMARC1; p=reject; sp=none; np=reject; adkim=r; rua=mailto:a@hotel-sol.test") == []
    )


def test_a_record_that_stands_there_is_the_one_that_is_shown():
    dns = FakeDns({f"_dmarc.{ZONE} TXT": [NONE]})
    sought = check_dmarc(dns, ZONE, Wishes(organisational_domain=organisational))
    assert (sought.record.value, sought.seen) == (NONE, (NONE,))


def test_a_record_of_the_old_standard_is_in_order_too():
    assert found(f"{NONE}; pct=100; ri=86400; rf=afrf") == [Code.DMARC_REMOVED_TAG] * 3


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_of_the_dns_proves_nothing(fault):
    wishes = Wishes(organisational_domain=organisational)
    sought = check_dmarc(FakeDns({f"_dmarc.{ZONE} TXT": fault}), ZONE, wishes)
    assert sought.presence is Presence.UNCLEAR
    assert [each.code for each in sought.findings] == [Code(fault.value)]


def test_a_parent_that_does_not_answer_leaves_open_whether_a_record_is_missing():
    dns = FakeDns({f"_dmarc.{ZONE} TXT": Fault.TIMEOUT})
    sought = check_dmarc(dns, f"a.{ZONE}", Wishes(organisational_domain=organisational))
    assert [each.code for each in sought.findings] == [Code.TIMEOUT]


def test_reports_within_the_organisation_need_no_consent():
    assert found("v=DMARC1; p=none; rua=mailto:a@informes.hotel-sol.test") == []


def test_strict_spf_matters_only_with_a_mail_from_domain():
    text = f"{NONE}; aspf=s"
    assert found(text) == []
    assert found(text, mail_from=f"bounce.{ZONE}") == [Code.DMARC_STRICT_SPF]
