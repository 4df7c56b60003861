"""The archive: every event as SES told it, in S3, for `python -m ops rebuild`.

Firehose is a subscriber of the topic beside the event queue. So neither way waits for the other:
what one loses, the other still has. docs/adr/0015 compares this with other ways.
"""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.findings import acknowledge
from infra.logs import removal_policy
from infra.queues import secure_queue
from infra.stage import Stage

# Objects of a day begin with events/<year>/<month>/<day>/, by the UTC time of arrival.
PREFIX = "events/"
# What Firehose could not write; nothing converts events, so only a fault of its own leads there.
FAILED_PREFIX = "failed/"
# An object is written when either is reached: at most 288 a day where few emails are sent.
BUFFER_TIME, BUFFER_MEBIBYTES = Duration.minutes(5), 64

# https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
ON_BUCKET = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
ON_OBJECTS = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
# PutRecord is what SNS needs at least; it may put several at once.
# https://docs.aws.amazon.com/sns/latest/dg/prereqs-kinesis-data-firehose.html
ON_STREAM = ["firehose:PutRecord", "firehose:PutRecordBatch"]


class Archive(Construct):
    """A bucket of events, and the stream that fills it from the topic."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = self._bucket(stage)
        self.stream = self._stream()
        # What SNS could not hand to Firehose; its events are recorded all the same.
        self.unarchived = secure_queue(self, "Unarchived")
        acknowledge(
            self.unarchived,
            "SQS3",
            reason="It is a dead-letter queue itself: of the topic's subscription.",
        )
        self._subscribe(topic)

    def _bucket(self, stage: Stage) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(stage.data.archive_days),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=removal_policy(stage),
        )
        acknowledge(
            bucket,
            "S1",
            reason=(
                "Only Firehose writes and only operators read; who did shows in CloudTrail where"
                " data events are on, without a second bucket of access logs."
            ),
        )
        return bucket

    def _stream(self) -> firehose.CfnDeliveryStream:
        # By this Firehose says for whom it works, so that it serves no other account with the role.
        # https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role
        account = {"StringEquals": {"sts:ExternalId": Stack.of(self).account}}
        service = iam.ServicePrincipal("firehose.amazonaws.com", conditions=account)
        role = iam.Role(self, "StreamRole", assumed_by=service)
        self._allow(role, "FindBucket", ON_BUCKET, self.bucket.bucket_arn)
        self._allow(role, "WriteEvents", ON_OBJECTS, self.bucket.arn_for_objects("*"))
        bucket = Stack.of(self).resolve(self.bucket.bucket_arn)["Fn::GetAtt"][0]
        acknowledge(
            role,
            f"IAM5[Resource::<{bucket}.Arn>/*]",
            reason="Firehose names each object itself; the bucket holds nothing else.",
        )
        stream = firehose.CfnDeliveryStream(
            self,
            "Stream",
            delivery_stream_type="DirectPut",
            delivery_stream_encryption_configuration_input=(
                firehose.CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty(
                    key_type="AWS_OWNED_CMK"
                )
            ),
            extended_s3_destination_configuration=(
                firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty(
                    bucket_arn=self.bucket.bucket_arn,
                    role_arn=role.role_arn,
                    prefix=PREFIX + "!{timestamp:yyyy/MM/dd}/",
                    error_output_prefix=FAILED_PREFIX + "!{firehose:error-output-type}/",
                    compression_format="GZIP",
                    file_extension=".jsonl.gz",
                    buffering_hints=firehose.CfnDeliveryStream.BufferingHintsProperty(
                        interval_in_seconds=int(BUFFER_TIME.to_seconds()),
                        size_in_m_bs=BUFFER_MEBIBYTES,
                    ),
                )
            ),
        )
        stream.node.add_dependency(role)  # with its policy: CloudFormation tries the role
        return stream

    def _subscribe(self, topic: sns.ITopic) -> None:
        # AWS documents no condition here; only who may pass the role can make SNS use it.
        service = iam.ServicePrincipal("sns.amazonaws.com")
        role = iam.Role(self, "SubscriptionRole", assumed_by=service)
        self._allow(role, "PutEvents", ON_STREAM, self.stream.attr_arn)
        subscription = sns.Subscription(
            self,
            "Subscription",
            topic=topic,
            protocol=sns.SubscriptionProtocol.FIREHOSE,
            endpoint=self.stream.attr_arn,
            subscription_role_arn=role.role_arn,
            dead_letter_queue=self.unarchived,
            # Inside SNS's envelope each event is one line of the object; raw ones are not promised
            # to be separated.
            # https://docs.aws.amazon.com/sns/latest/dg/firehose-archived-message-format-S3.html
            raw_message_delivery=False,
        )
        subscription.node.add_dependency(role)

    def _allow(self, role: iam.Role, sid: str, actions: list[str], resource: str) -> None:
        role.add_to_policy(iam.PolicyStatement(sid=sid, actions=actions, resources=[resource]))
