"""Firehose takes what a topic says and writes it in compressed batches, as two roles allow."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator
from tests.integration.emulator_stack import eventually

BUCKET = "archive"


class Subscribed:
    """A topic with a stream, whose roles may do nothing until they are told."""

    def __init__(self, emulator: Emulator) -> None:
        self.client = emulator.session.client
        self.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        self.topic = self.client("sns").create_topic(Name="events")["TopicArn"]
        self.stream = self._stream(self._role("writer", "firehose.amazonaws.com"))
        feeder = self._role("feeder", "sns.amazonaws.com")
        self.client("sns").subscribe(
            TopicArn=self.topic,
            Protocol="firehose",
            Endpoint=self.stream,
            Attributes={"SubscriptionRoleArn": feeder},
        )

    def _role(self, name: str, service: str) -> str:
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        answer = self.client("iam").create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
        return str(answer["Role"]["Arn"])

    def _stream(self, role: str) -> str:
        answer = self.client("firehose").create_delivery_stream(
            DeliveryStreamName="archive",
            ExtendedS3DestinationConfiguration={
                "BucketARN": f"arn:aws:s3:::{BUCKET}",
                "RoleARN": role,
                "Prefix": "events/!{timestamp:yyyy/MM/dd}/",
                "ErrorOutputPrefix": "failed/!{firehose:error-output-type}/",
                "CompressionFormat": "GZIP",
                "FileExtension": ".jsonl.gz",
            },
        )
        return str(answer["DeliveryStreamARN"])

    def allow(self, role: str, action: str, resource: str) -> None:
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        self.client("iam").put_role_policy(
            RoleName=role,
            PolicyName=role,
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def publish(self, *messages: str) -> None:
        for message in messages:
            self.client("sns").publish(TopicArn=self.topic, Message=message)

    def objects(self) -> list[list[Any]]:
        """The messages that each object holds."""
        s3 = self.client("s3")
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        assert all(key.startswith("events/2") and key.endswith(".jsonl.gz") for key in keys)
        bodies = [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys]
        return [
            [json.loads(line)["Message"] for line in gzip.decompress(body).splitlines()]
            for body in bodies
        ]


@pytest.fixture(scope="module")
def subscribed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subscribed]:
    directory: Path = tmp_path_factory.mktemp("emulator")
    with Emulator.start(directory) as emulator:
        yield Subscribed(emulator)


def test_a_topics_messages_reach_a_streams_bucket_as_its_roles_allow(
    subscribed: Subscribed,
) -> None:
    subscribed.publish("lost")  # SNS's role may not put it
    subscribed.allow("feeder", "firehose:PutRecord", subscribed.stream)
    subscribed.publish("one", "two\nlines", "three")
    assert subscribed.objects() == []  # Firehose's role may not write yet; it tries again
    subscribed.allow("writer", "s3:PutObject", f"arn:aws:s3:::{BUCKET}/*")
    (batch,) = eventually(subscribed.objects)
    assert batch == ["one", "two\nlines", "three"]
