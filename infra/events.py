"""The way back: SES ─► topic ─► queue ─► `ingest` ─► the delivery record, and topic ─► archive.

SNS, because SES's way to EventBridge is best effort; a queue behind it, because SNS alone would
invoke a function for every single event and give up after three tries.
"""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.archive import Archive
from infra.findings import acknowledge
from infra.functions import FunctionFactory, HandlerFunction
from infra.logs import removal_policy
from infra.queues import QueueWithDeadLetters, secure_queue
from infra.stage import Stage

INGEST_TIMEOUT = Duration.seconds(30)
# Five tries, three minutes apart. What fails for ever is parked by `ingest` itself, so what SQS
# gives up waited for a table that did not answer for a quarter of an hour.
MAX_RECEIVE_COUNT = 5


class Events(Construct):
    """What SES says about emails, from the topic to the function that records it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        functions: FunctionFactory,
        table: dynamodb.ITable,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = self._topic(stage)
        self.queues = QueueWithDeadLetters(
            self, "Events", function_timeout=INGEST_TIMEOUT, max_receive_count=MAX_RECEIVE_COUNT
        )
        # What SNS could not put into the queue; without it SNS drops an event after 23 days of
        # trying.
        self.undelivered = secure_queue(self, "Undelivered")
        acknowledge(
            self.undelivered,
            "SQS3",
            reason="It is a dead-letter queue itself: of the topic's subscription.",
        )
        self.topic.add_subscription(
            subscriptions.SqsSubscription(
                self.queues.queue, raw_message_delivery=True, dead_letter_queue=self.undelivered
            )
        )
        self.archive = Archive(self, "Archive", stage=stage, topic=self.topic)
        self.ingest = self._ingest(stage, functions, table)

    def _topic(self, stage: Stage) -> sns.Topic:
        # A key of our own: the policy of the account's key aws/sns lets no service publish.
        key = kms.Key(
            self,
            "TopicKey",
            description="Encrypts the events of Bellhop's emails while SNS holds them",
            enable_key_rotation=True,
            removal_policy=removal_policy(stage),
        )
        # As AWS documents it, without a condition: who may publish is decided by the topic's
        # policy. https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowSesToEncryptEvents",
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                actions=["kms:GenerateDataKey", "kms:Decrypt"],
                resources=["*"],  # in a key's policy: this key
            )
        )
        return sns.Topic(self, "Topic", enforce_ssl=True, master_key=key)

    def _ingest(
        self, stage: Stage, functions: FunctionFactory, table: dynamodb.ITable
    ) -> HandlerFunction:
        dead_letters = self.queues.dead_letters
        ingest = functions.make(
            self,
            "Ingest",
            name="ingest",
            description="Records what SES says about emails",
            memory_size=256,
            timeout=INGEST_TIMEOUT,
            environment={"BELLHOP_EVENTS_DEAD_LETTER_QUEUE_URL": dead_letters.queue_url},
        )
        ingest.consume(
            {"Queue": self.queues.queue},
            batch_size=100,
            max_batching_window=Duration.seconds(2),
            max_concurrency=stage.functions.ingest_concurrency,
        )
        actions = [
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ]
        ingest.allow("RecordFacts", actions, table.table_arn)
        ingest.allow("ParkUnreadableEvents", ["sqs:SendMessage"], dead_letters.queue_arn)
        return ingest
