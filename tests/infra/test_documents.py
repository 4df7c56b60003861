"""The documents name tests, files and settings that exist."""

import re
from pathlib import Path

import pytest

from infra import ROOT
from tests.infra.stages import read_stage
from tests.infra.templates import Template, resources

DIFFERENCES = ROOT / "docs" / "aws-differences.md"
GUIDE = ROOT / "docs" / "deploy.md"
NAMED_TEST = re.compile(r"`((?:end_to_end|infra|integration|unit)/test_\w+\.py)(?:::(test_\w+))?`")


def test_every_test_that_covers_a_difference_exists() -> None:
    named = NAMED_TEST.findall(DIFFERENCES.read_text(encoding="utf-8"))
    assert len(named) > 30
    for path, test in named:
        source = (ROOT / "tests" / path).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in source, f"{path} has no {test}"


def test_every_difference_says_what_covers_it_or_what_remains() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DIFFERENCES.read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and not line.startswith(("|---", "| Differs"))
    ]
    assert rows
    for difference, cover, risk in rows:
        assert difference
        assert cover == "same test" or cover == "nothing" or NAMED_TEST.search(cover), cover
        assert risk
        assert not (cover == "nothing" and risk.startswith("none known")), difference


@pytest.mark.parametrize("document", [DIFFERENCES, GUIDE], ids=lambda each: each.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    written = document.read_text(encoding="utf-8")
    named = re.findall(r"\b(?:docs|infra|local|ops|tests|lambdas)/[\w./-]*\w", written)
    assert named
    invented = {"infra/stages/production.toml"}  # the reader writes it
    places = (ROOT, ROOT / "tests")
    assert [
        each
        for each in named
        if not any((place / each).exists() for place in places) and each not in invented
    ] == []


def test_the_guides_stage_file_can_be_deployed(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    stage = read_stage(tmp_path, "\n".join(blocks), name="production")
    assert [sender.domain for sender in stage.senders] == ["hotel.example"]
    assert stage.sending.sandbox_recipients == ("you@hotel.example",)
    assert stage.data.protected


def test_the_guide_counts_alarms_and_dead_letter_queues_right(template: Template) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    alarms = resources(template, "AWS::CloudWatch::Alarm")
    on_dead_letters = [
        each
        for each in alarms.values()
        if each["MetricName"] == "ApproximateNumberOfMessagesVisible"
    ]
    assert f"{len(alarms)} alarms ${len(alarms) / 10:.2f}" in guide
    assert f"dead letters ({len(on_dead_letters)})" in guide
