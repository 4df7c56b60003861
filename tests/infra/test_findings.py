"""AWS's own rules about the templates: cdk-nag's AwsSolutions, and cfn-lint with its schemas."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from constructs import Construct

from infra import ROOT, api, archive, events, findings, functions
from infra.findings import CFN_LINT, PACK
from infra.stack import BellhopStack
from infra.stage import Stage
from tests.infra.templates import Template

Finding = tuple[str, str]
"""A rule such as SQS3, and the path of the construct that breaks it."""


def checked(stage: Stage, directory: Path) -> set[Finding]:
    """What cdk-nag finds in a stage, past what is acknowledged."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(
        analytics_reporting=False,
        outdir=str(directory),
        context={**context, "aws:cdk:bundling-stacks": []},
    )
    BellhopStack(app, stage=stage)
    Validations.of(app).add_plugins(AwsSolutionsChecks())
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):  # which findings: the report says
            raise
    return set(_violations(directory / "validation-report.json"))


def _violations(report: Path) -> Iterator[Finding]:
    (pack,) = json.loads(report.read_text())["pluginReports"]
    assert pack["pluginName"] == PACK
    for violation in pack["violations"]:
        for construct in violation["violatingConstructs"]:
            yield violation["ruleName"].removeprefix(f"{PACK}-"), construct["constructPath"]


def test_cdk_nag_finds_nothing_that_is_not_acknowledged(production: Stage, tmp_path: Path) -> None:
    assert checked(production, tmp_path) == set()


def test_what_is_acknowledged_is_found_without_it_and_has_a_reason(
    production: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged: dict[Finding, str] = {}

    def note(construct: Construct, rule: str, *, reason: str) -> None:
        acknowledged[rule, construct.node.path] = reason

    for module in (api, archive, events, functions):
        monkeypatch.setattr(module, findings.acknowledge.__name__, note)
    found = checked(production, tmp_path)
    assert all(reason.endswith(".") and " " in reason for reason in acknowledged.values())
    covered = {
        finding: {key for key in acknowledged if key[0] == finding[0] and _inside(finding, key)}
        for finding in found
    }
    assert all(covered.values()), covered
    assert set().union(*covered.values()) == set(acknowledged)


def _inside(finding: Finding, acknowledged: Finding) -> bool:
    return f"{finding[1]}/".startswith(f"{acknowledged[1]}/")


@pytest.mark.parametrize("stage", ["dev", "production"])
def test_cfn_lint_finds_nothing_that_has_no_reason(
    templates: dict[str, Template], stage: str
) -> None:
    regions = ["eu-west-1", "us-east-1"]
    options = ManualArgs(regions=regions)
    matches = lint(json.dumps(templates[stage]), config=options)
    unexplained = [str(each) for each in matches if each.rule.id not in CFN_LINT]
    assert unexplained == []
    assert {each.rule.id for each in matches} == set(CFN_LINT)
