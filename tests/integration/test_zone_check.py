"""Every way to break a zone, over the local internet, as docs/dns-faults.md has it."""

from collections.abc import Iterator, Sequence

import pytest

from bellhop.domain.authentication.check import Evidence, PartName
from bellhop.domain.authentication.codes import CODES, Code, Weight
from bellhop.domain.authentication.findings import State
from bellhop.domain.authentication.wording import described
from local import REPOSITORY
from local.internet import Internet
from local.internet.broken_zones import (
    ORIGIN,
    break_zone,
    load_broken_zones,
    mend_zone,
    publish_healthy_zone,
)
from local.internet.dmarc import evaluate
from local.internet.lookup import txt_records
from local.internet.sender_policy import check_sender_policy
from local.zone_check.survey import Result, checked, findings, promised, survey
from local.zone_check.table import page


@pytest.fixture(scope="module")
def internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    with Internet.start(tmp_path_factory.mktemp("zones")) as internet:
        publish_healthy_zone(internet.dns)
        yield internet


@pytest.fixture(scope="module")
def results(internet: Internet) -> Sequence[Result]:
    return tuple(survey(internet.dns))


def test_nothing_is_found_in_a_healthy_zone(internet: Internet) -> None:
    report = checked(internet.dns)
    assert findings(report) == []
    assert (report.state, report.evidence) == (State.WORKS, Evidence.FOR)


def test_each_broken_zone_gives_the_code_that_its_row_promises(results: Sequence[Result]) -> None:
    assert [each.broken.name for each in results if each.finding is None] == []


def test_a_mended_zone_is_healthy_again(results: Sequence[Result]) -> None:
    assert [each.broken.name for each in results if findings(each.mended)] == []


def test_every_code_has_a_zone() -> None:
    assert {each.finds for each in load_broken_zones()} == set(Code)


def test_the_page_shows_what_was_found(results: Sequence[Result]) -> None:
    written = (REPOSITORY / "docs/dns-faults.md").read_text(encoding="utf-8")
    assert page(results) == written, "run python -m local.zone_check and look at the difference"


def test_the_records_to_paste_mend_what_they_are_for(results: Sequence[Result]) -> None:
    pasted = [each for each in results if each.pasted and each.broken.finds != Code.SPREADING]
    assert len(pasted) > 40
    for result in pasted:
        assert result.pasted is not None
        assert promised(result.broken, result.pasted) is None, result.broken.name
        assert result.pasted.state in {State.WORKS, result.report.state}, result.broken.name


def test_a_fault_of_the_dns_is_held_against_nobody(results: Sequence[Result]) -> None:
    faults = [each for each in results if CODES[Code(each.broken.finds)].weight is Weight.UNCLEAR]
    assert len(faults) >= 8
    assert {each.report.evidence for each in faults} == {Evidence.NONE}
    assert {each.report.state for each in faults} == {State.UNCLEAR}


def test_what_breaks_is_evidence_of_the_zones_own_name_servers(results: Sequence[Result]) -> None:
    for result in results:
        counted = [f for part in result.report.parts if part.counts for f in part.findings]
        broken = [f for f in counted if f.weight in {Weight.BREAKS, Weight.MISSING}]
        assert all(finding.authoritative for finding in broken), result.broken.name
        assert (result.report.evidence is Evidence.AGAINST) == bool(broken), result.broken.name


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_report_can_be_told(results: Sequence[Result], language: str) -> None:
    for result in results:
        told = described(result.report, language)
        assert [part["said"] for part in told["parts"]]


# What RFC 7208 calls a permanent error; the servers of the local internet judge it with a library.
PERMANENT = {
    *(
        Code.SPF_UNREADABLE,
        Code.SPF_MULTIPLE,
        Code.SPF_SYNTAX,
        Code.SPF_LOOKUPS,
        Code.SPF_VOID_LOOKUPS,
    ),
    *(Code.SPF_MANY_MX, Code.SPF_INCLUDE_BROKEN, Code.SPF_LOOP),
}


def test_receivers_agree_about_spf(internet: Internet, results: Sequence[Result]) -> None:
    for result in _about(results, "spf_"):
        break_zone(internet.dns, result.broken)
        verdict = check_sender_policy(
            client="203.0.113.9",
            helo="mx.example",
            mail_from=f"recepcion@{ORIGIN}",
            resolver=internet.resolver(),
        )
        mend_zone(internet.dns, result.broken)
        codes = {finding.code for finding in result.report.parts[-1].findings}
        assert (verdict == "permerror") == bool(codes & PERMANENT), f"{result}: {verdict}"


def test_receivers_agree_about_dmarc(internet: Internet, results: Sequence[Result]) -> None:
    """The servers of the local internet find a policy just where the check finds no breakage.

    They read RFC 7489, to which a record without a policy is none, and they don't look at `sp`.
    """
    differs = {Code.DMARC_NO_POLICY, Code.DMARC_SUBDOMAIN_POLICY_UNKNOWN}
    for result in _about(results, "dmarc_"):
        if result.broken.checks or result.broken.finds in differs:
            continue
        break_zone(internet.dns, result.broken)
        judged = evaluate(
            ORIGIN,
            spf_domain="",
            dkim_domains=[ORIGIN],
            txt_records=lambda name: txt_records(internet.resolver(), name),
        )
        mend_zone(internet.dns, result.broken)
        state = next(part.state for part in result.report.parts if part.name is PartName.DMARC)
        assert (judged.result == "pass") == (state is State.WORKS), f"{result}: {judged}"


def _about(results: Sequence[Result], prefix: str) -> list[Result]:
    found = [each for each in results if each.broken.finds.startswith(prefix)]
    assert len(found) > 15
    return found
