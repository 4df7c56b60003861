"""SPF (RFC 7208): terms, the tree of look-ups, and the record that would be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellhop.domain.authentication.answers import Fault
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.spf import is_spf, meant, merged, parse
from bellhop.domain.authentication.spf_check import check_spf
from bellhop.domain.authentication.spf_tree import grow
from tests.unit.zones import ZONE, FakeDns

TERMS = st.lists(
    st.one_of(
        st.sampled_from(["a", "mx", "-all", "~all", "ptr", "include:b.test", "redirect=b.test"]),
        st.text(st.characters(codec="utf-8", exclude_characters=" "), min_size=1, max_size=12),
    ),
    max_size=12,
).map(lambda terms: " ".join(["v=spf1", *terms]))


def found(records: dict, absent: str | None = None) -> list[Code]:
    return [each.code for each in check_spf(FakeDns(records), ZONE, absent).findings]


@pytest.mark.parametrize("text", ["v=spf1", "v=spf1 -all", "V=SPF1 mx", "v=spf1  a"])
def test_spf_is_what_begins_so(text):
    assert is_spf(text)


@pytest.mark.parametrize("text", ["v=spf10 a", " v=spf1 a", "v=spf1;a", "spf1 a", '"v=spf1 a"'])
def test_other_texts_are_not_spf(text):
    assert not is_spf(text)


@pytest.mark.parametrize(
    "term",
    [
        *("a", "a/24", "a:b.test", "a:b.test/24//64", "mx", "mx:b.test", "ptr", "ptr:b.test"),
        *("ip4:192.0.2.1", "ip4:192.0.2.0/24", "ip6:2001:db8::/32", "ip6:2001:db8::1", "all"),
        *("include:_spf.b.test", "exists:%{i}._spf.b.test", "redirect=b.test", "exp=why.b.test"),
        *("-all", "~all", "?a", "+mx", "INCLUDE:b.test", "future=value", "a:b.test."),
    ],
)
def test_terms_of_the_grammar_are_valid(term):
    assert not parse(f"v=spf1 {term}").invalid


@pytest.mark.parametrize(
    "term",
    [
        *("inlcude:b.test", "ip4:192.0.2.300", "ip4:2001:db8::1", "ip6:192.0.2.1", "include:"),
        *("include", "include:b", "all:b.test", "all/24", "a/x", "192.0.2.1", "include=b.test"),
        *("ip4:", "redirect=", "ptr/24", "-include=b.test", "…", "include:b.test/24"),
    ],
)
def test_terms_outside_the_grammar_are_not(term):
    assert parse(f"v=spf1 {term}").invalid


@given(TERMS)
def test_any_record_is_read_and_mended_without_complaint(text):
    dns = FakeDns({f"{ZONE} TXT": [text], "b.test TXT": ["v=spf1 a -all"]})
    for finding in check_spf(dns, ZONE).findings:
        if finding.cure:
            assert not parse(finding.cure.value).invalid
            assert finding.cure.value.startswith("v=spf1 ")


@pytest.mark.parametrize(
    ("term", "mended"),
    [
        ("inlcude:b.test", "include:b.test"),
        ("include=b.test", "include:b.test"),
        ("ipv4:192.0.2.1", "ip4:192.0.2.1"),
        ("ip4=192.0.2.1", "ip4:192.0.2.1"),
        ("192.0.2.0/24", "ip4:192.0.2.0/24"),
        ("2001:db8::1", "ip6:2001:db8::1"),
    ],
)
def test_what_was_meant_by_a_slip_is_known(term, mended):
    (invalid,) = parse(f"v=spf1 {term}").invalid
    likely = meant(invalid)
    assert likely is not None
    assert likely.text == mended


@pytest.mark.parametrize("term", ["ip4:192.0.2.300", "xyzzy", "include:"])
def test_what_cannot_be_known_is_not_guessed(term):
    assert meant(parse(f"v=spf1 {term}").invalid[0]) is None


def test_several_records_become_one_that_permits_all_of_them():
    texts = ("v=spf1 mx -all", "v=spf1 mx include:b.test ~all", "v=spf1 redirect=c.test")
    assert merged(map(parse, texts)) == "v=spf1 mx include:b.test include:c.test ~all"
    assert merged(map(parse, ("v=spf1 a -all", "v=spf1 mx -all"))) == "v=spf1 a mx -all"


def cost(records: dict) -> tuple[int, int]:
    tree = grow(FakeDns(records), ZONE, parse(records[f"{ZONE} TXT"][0]))
    return tree.cost, tree.void


def test_each_term_that_asks_costs_one_and_so_do_those_below_it():
    text = "v=spf1 a mx ptr exists:%{i}.b.test ip4:192.0.2.1 include:b.test -all"
    records = {
        f"{ZONE} TXT": [text],
        f"{ZONE} A": ["192.0.2.1"],
        f"{ZONE} MX": ["10 mx.b.test"],
        "b.test TXT": ["v=spf1 include:c.test redirect=d.test"],
        "c.test TXT": ["v=spf1 -all"],
        "d.test TXT": ["v=spf1 a:e.test ?all"],
        "e.test A": ["192.0.2.2"],
    }
    assert cost(records) == (5 + 3, 0)


def test_what_stands_behind_all_costs_nothing():
    assert cost({f"{ZONE} TXT": ["v=spf1 -all include:b.test redirect=c.test"]}) == (0, 0)


def test_a_tree_without_end_is_not_climbed_for_ever():
    records = {f"{ZONE} TXT": ["v=spf1 include:n0.test -all"]}
    for number in range(200):
        following = " ".join(f"include:n{number * 2 + each}.test" for each in (1, 2))
        records[f"n{number}.test TXT"] = [f"v=spf1 {following} -all"]
    assert 10 < cost(records)[0] < 60
    assert Code.SPF_LOOKUPS in found(records)


@pytest.mark.parametrize("fault", Fault)
def test_a_service_that_does_not_answer_is_not_called_broken(fault):
    records = {f"{ZONE} TXT": ["v=spf1 include:b.test -all"], "b.test TXT": fault}
    assert found(records) == [Code(fault.value)]


def test_ten_look_ups_are_allowed():
    includes = " ".join(f"include:n{number}.test" for number in range(10))
    records = {f"n{number}.test TXT": ["v=spf1 -all"] for number in range(11)}
    assert found({**records, f"{ZONE} TXT": [f"v=spf1 {includes} -all"]}) == []
    more = f"v=spf1 {includes} include:n10.test -all"
    assert found({**records, f"{ZONE} TXT": [more]}) == [Code.SPF_LOOKUPS]


def test_text_records_of_others_are_left_alone():
    assert found({f"{ZONE} TXT": ["verification=123", "v=spf1 -all"]}) == []
    assert found({f"{ZONE} TXT": ["verification=123"]}) == [Code.SPF_NONE]


def test_an_explanation_may_stand_behind_all():
    assert found({f"{ZONE} TXT": ["v=spf1 ip4:192.0.2.1 -all exp=why.hotel-sol.test"]}) == []
    assert found({f"{ZONE} TXT": ["v=spf1 -all ip4:192.0.2.1"]}) == [Code.SPF_AFTER_ALL]


def test_a_record_that_ought_to_be_there_is_missing():
    assert found({}, absent="v=spf1 include:amazonses.com ~all") == [Code.RECORD_MISSING]
