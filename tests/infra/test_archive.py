"""The archive of events: who fills it, who may, and when it forgets."""

from typing import Any

from infra.archive import ON_BUCKET, ON_OBJECTS, ON_STREAM
from tests.infra.stages import read_stage
from tests.infra.templates import (
    Template,
    arn,
    events_topic,
    only,
    resources,
    role_statements,
    subscription,
    target,
    text,
)


def stream(template: Template) -> tuple[str, dict[str, Any]]:
    return only(template, "AWS::KinesisFirehose::DeliveryStream")


def test_the_topic_fills_the_archive_beside_the_queue_and_keeps_what_it_cannot(
    template: Template,
) -> None:
    _, archived = subscription(template, "firehose")
    _, recorded = subscription(template, "sqs")
    assert archived["TopicArn"] == recorded["TopicArn"] == {"Ref": events_topic(template)}
    assert archived["Endpoint"] == arn(stream(template)[0])
    # In the envelope: one line an event.
    assert archived.get("RawMessageDelivery", False) is False
    assert archived["RedrivePolicy"] != recorded["RedrivePolicy"]
    assert "FilterPolicy" not in archived


def test_events_are_written_in_compressed_batches_by_the_day_of_their_arrival(
    template: Template,
) -> None:
    _, properties = stream(template)
    destination = properties["ExtendedS3DestinationConfiguration"]
    assert properties["DeliveryStreamType"] == "DirectPut"
    assert properties["DeliveryStreamEncryptionConfigurationInput"] == {"KeyType": "AWS_OWNED_CMK"}
    assert destination["BucketARN"] == arn(only(template, "AWS::S3::Bucket")[0])
    assert destination["Prefix"] == "events/!{timestamp:yyyy/MM/dd}/"
    assert destination["CompressionFormat"] == "GZIP"
    assert destination["BufferingHints"] == {"IntervalInSeconds": 300, "SizeInMBs": 64}


def test_firehose_may_write_to_the_archive_and_sns_to_firehose(template: Template) -> None:
    bucket, _ = only(template, "AWS::S3::Bucket")
    logical_id, properties = stream(template)
    writer = target(properties["ExtendedS3DestinationConfiguration"]["RoleARN"])
    found, written = role_statements(template, writer)
    assert (found["Action"], found["Resource"]) == (ON_BUCKET, arn(bucket))
    assert (written["Action"], text(written["Resource"])) == (ON_OBJECTS, f"${{{bucket}.Arn}}/*")
    subscribed, archived = subscription(template, "firehose")
    feeder = target(archived["SubscriptionRoleArn"])
    (put,) = role_statements(template, feeder)
    assert (put["Action"], put["Resource"]) == (ON_STREAM, arn(logical_id))
    # Both are tried when the resource is made: the roles have to be whole by then.
    for resource, role in ((logical_id, writer), (subscribed, feeder)):
        policies = {
            name
            for name, policy in resources(template, "AWS::IAM::Policy").items()
            if {"Ref": role} in policy["Roles"]
        }
        assert policies <= set(template["Resources"][resource]["DependsOn"])


def test_the_archive_is_private_encrypted_and_refuses_plain_http(template: Template) -> None:
    bucket, properties = only(template, "AWS::S3::Bucket")
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    _, policy = only(template, "AWS::S3::BucketPolicy")
    (denied,) = policy["PolicyDocument"]["Statement"]
    assert policy["Bucket"] == {"Ref": bucket}
    assert (denied["Effect"], denied["Action"], denied["Principal"]) == (
        "Deny",
        "s3:*",
        {"AWS": "*"},
    )
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert [text(each) for each in denied["Resource"]] == [
        f"${{{bucket}.Arn}}",
        f"${{{bucket}.Arn}}/*",
    ]


def test_the_archive_forgets_when_the_stage_says(tmp_path, synthesise, template: Template) -> None:
    for each, days in (
        (template, 30),
        (synthesise(read_stage(tmp_path, "[data]\narchive_days = 7"))["trial"], 7),
    ):
        _, bucket = only(each, "AWS::S3::Bucket")
        (rule,) = bucket["LifecycleConfiguration"]["Rules"]
        assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", days)
        assert "Prefix" not in rule
        # Nothing outlives its deletion as an older version.
        assert "VersioningConfiguration" not in bucket
