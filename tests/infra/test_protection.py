"""What is stored is encrypted, what travels uses TLS, and data survives mistakes."""

from typing import Any

import pytest

from infra.stage import Encryption
from tests.infra.stages import read_stage
from tests.infra.templates import Template, arn, only, resources, target

INSECURE = {"Bool": {"aws:SecureTransport": "false"}}


def denials(template: Template, kind: str, members: str) -> dict[str, dict[str, Any]]:
    """The statement that refuses plain HTTP, by the logical id of what it protects."""
    found = {}
    for policy in resources(template, kind).values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Deny" and statement.get("Condition") == INSECURE:
                found.update({target(each): statement for each in policy[members]})
    return found


def test_every_queue_is_encrypted_and_refuses_plain_http(template: Template) -> None:
    queues = resources(template, "AWS::SQS::Queue")
    denied = denials(template, "AWS::SQS::QueuePolicy", "Queues")
    assert set(denied) == set(queues)
    for logical_id, queue in queues.items():
        assert queue["SqsManagedSseEnabled"] is True
        assert denied[logical_id]["Action"] == "sqs:*"
        assert denied[logical_id]["Principal"] in ("*", {"AWS": "*"})
        assert denied[logical_id]["Resource"] == arn(logical_id)


def test_the_topic_is_encrypted_and_refuses_plain_http(template: Template) -> None:
    topic, properties = only(template, "AWS::SNS::Topic")
    key, _ = only(template, "AWS::KMS::Key")
    assert properties["KmsMasterKeyId"] == arn(key)
    denied = denials(template, "AWS::SNS::TopicPolicy", "Topics")
    assert denied[topic]["Action"] == "sns:Publish"
    assert denied[topic]["Principal"] == "*"


def test_ses_alone_may_use_the_topics_key_beside_the_account(template: Template) -> None:
    _, key = only(template, "AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    _account, ses = key["KeyPolicy"]["Statement"]
    assert ses["Principal"] == {"Service": "ses.amazonaws.com"}
    assert ses["Action"] == ["kms:GenerateDataKey", "kms:Decrypt"]


def test_the_table_is_on_demand_recoverable_and_forgets(template: Template) -> None:
    _, table = only(template, "AWS::DynamoDB::Table")
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    recovery = table["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize(
    ("stage", "protected"), [("production", True), ("dev", False), ("local", False)]
)
def test_the_stage_decides_whether_data_survives(
    templates: dict[str, Template], stage: str, protected: bool
) -> None:
    stored = {
        "AWS::DynamoDB::Table",
        "AWS::Logs::LogGroup",
        "AWS::KMS::Key",
        "AWS::S3::Bucket",
    }
    policies = {
        resource["Type"]: resource["DeletionPolicy"]
        for resource in templates[stage]["Resources"].values()
        if resource["Type"] in stored
    }
    assert policies == dict.fromkeys(stored, "Retain" if protected else "Delete")
    _, table = only(templates[stage], "AWS::DynamoDB::Table")
    assert table["DeletionProtectionEnabled"] is protected


def test_the_stage_decides_whose_key_encrypts_the_table(tmp_path, synthesise) -> None:
    managed = read_stage(tmp_path, '[data]\nencryption = "aws_managed"')
    assert managed.data.encryption is Encryption.AWS_MANAGED
    _, table = only(synthesise(managed)["trial"], "AWS::DynamoDB::Table")
    assert table["SSESpecification"] == {"SSEEnabled": True}


def test_every_log_ends(template: Template) -> None:
    for log in resources(template, "AWS::Logs::LogGroup").values():
        assert log["RetentionInDays"] == 30
