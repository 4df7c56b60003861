"""What AWS limits, and how far the stack stays from it: half of every quota is headroom."""

import json
from typing import Any

import pytest

from infra.stage_file import MOST_IDENTITIES, STAGES
from tests.infra.conftest import Synthesise
from tests.infra.stages import read_stage
from tests.infra.templates import Template, resources, statements, variables

FUNCTIONS = ["api", "send", "ingest", "onboard", "handover"]
# Longer than any name, URL or ARN that CloudFormation puts in the place of a reference.
TOKEN = "x" * 160
PSEUDO = {
    "AWS::Partition": "aws-us-gov",
    "AWS::AccountId": "1" * 12,
    "AWS::Region": "ap-southeast-1",
}


@pytest.fixture(scope="module")
def crowded(synthesise: Synthesise, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The largest stage: every setting, a long name, and many domains with long names."""
    example = (STAGES / "production.example.toml").read_text(encoding="utf-8")
    there = example.count("\n[[senders]]")
    blocks = "".join(
        f"\n[[senders]]\ndomain = 'a-hotel-with-quite-a-long-name-{number}.example'\n"
        f"tenant = 'a-hotel-with-quite-a-long-name-{number:09}'\n"
        for number in range(MOST_IDENTITIES - there)
    )
    name = "a" * 15
    stage = read_stage(tmp_path_factory.mktemp("stages"), example + blocks, name=name)
    assert len(stage.senders) == MOST_IDENTITIES
    return synthesise(stage)[name]


def written(value: Any) -> Any:
    """A part of the template as CloudFormation will write it, every reference at its longest."""
    if isinstance(value, dict):
        if set(value) & {"Ref", "Fn::GetAtt"}:
            return PSEUDO.get(value.get("Ref", ""), TOKEN)
        if "Fn::Join" in value:
            separator, parts = value["Fn::Join"]
            return separator.join(written(part) for part in parts)
        return {key: written(each) for key, each in value.items()}
    return [written(each) for each in value] if isinstance(value, list) else value


def size(value: Any) -> int:
    """Bytes of JSON without spaces, which AWS does not count."""
    return len(json.dumps(written(value), separators=(",", ":")).encode())


def test_the_template_is_far_from_cloudformations_limits(crowded: Template) -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    assert len(crowded["Resources"]) < 500 / 2
    assert len(crowded["Outputs"]) < 200 / 2
    assert len(json.dumps(crowded)) < 1024 * 1024 / 2
    descriptions = [
        each["Description"] for each in crowded["Outputs"].values() if "Description" in each
    ]
    assert max(map(len, [crowded["Description"], *descriptions])) < 1024 / 2


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_roles_policy_is_far_from_iams_limit(crowded: Template, name: str) -> None:
    # Of all inline policies together, without white space.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    document = {"Version": "2012-10-17", "Statement": statements(crowded, name)}
    assert size(document) < 10_240 * 0.6


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_environment_is_far_from_lambdas_limit(crowded: Template, name: str) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    assert size(variables(crowded, name)) < 4096 / 2


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        # A topic's policy 30 KB: https://docs.aws.amazon.com/general/latest/gr/sns.html
        ("AWS::SNS::TopicPolicy", 30_720),
        # A queue's attributes, of which the policy is one, fit into a message.
        ("AWS::SQS::QueuePolicy", 8_192),
    ],
)
def test_a_resources_policy_is_far_from_its_limit(crowded: Template, kind: str, limit: int) -> None:
    for policy in resources(crowded, kind).values():
        assert size(policy["PolicyDocument"]) < limit / 2


def test_the_topics_key_has_a_short_policy(crowded: Template) -> None:
    # https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
    (key,) = resources(crowded, "AWS::KMS::Key").values()
    assert size(key["KeyPolicy"]) < 32_768 / 2


def test_the_dashboard_and_alarms_are_far_from_cloudwatchs_limits(crowded: Template) -> None:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
    (dashboard,) = resources(crowded, "AWS::CloudWatch::Dashboard").values()
    body = written(dashboard["DashboardBody"])
    widgets = json.loads(body)["widgets"]
    assert len(widgets) < 500 / 2
    drawn = [len(widget["properties"].get("metrics", [])) for widget in widgets]
    assert max(drawn) < 500 / 2
    assert sum(drawn) < 2_500 / 2
    for alarm in resources(crowded, "AWS::CloudWatch::Alarm").values():
        assert len(written(alarm["AlarmDescription"])) <= 1_024
