"""Every way to break a zone, over the local internet, as docs/dns-faults.md has it."""

from collections.abc import Iterator, Sequence

import pytest

from bellhop.domain.authentication.check import Evidence
from bellhop.domain.authentication.codes import CODES, Code, Weight
from bellhop.domain.authentication.findings import State
from bellhop.domain.authentication.wording import described
from local import REPOSITORY
from local.internet import Internet
from local.internet.broken_zones import load_broken_zones, publish_healthy_zone
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
