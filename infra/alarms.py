"""The alarms: on every dead-letter queue, and on every queue that has fallen behind.

Each description says what has happened and the first command to run.
"""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.events import Events
from infra.functions import HandlerFunction
from infra.metrics import oldest_message_age, visible_messages
from infra.sending import Sending
from infra.stage import Stage


class Alarms(Construct):
    """Every alarm of the stage; `all` holds them in the order in which they matter."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, sending: Sending, events: Events
    ) -> None:
        super().__init__(scope, construct_id)
        self.all: list[cloudwatch.Alarm] = []
        self._on_emails(stage, sending)
        self._on_events(stage, events)
        self._tell(stage.alarms.topic_arns)

    def _on_emails(self, stage: Stage, sending: Sending) -> None:
        lane = sending.transactional
        self._dead_letters(
            "EmailsDeadLetters",
            lane.queues.dead_letters,
            meaning="The queue gave transactional emails up: unsent, and no record says why.",
        )
        self._age(
            "EmailsQueueAge",
            lane.queues.queue,
            threshold=stage.alarms.transactional_queue_age_seconds,
            meaning="Transactional emails wait too long: SES throttles, or `send` fails.",
            function=sending.send,
        )

    def _on_events(self, stage: Stage, events: Events) -> None:
        self._dead_letters(
            "EventsDeadLetters",
            events.queues.dead_letters,
            meaning="Events could not be recorded: their emails' records are out of date.",
        )
        self._dead_letters(
            "UndeliveredEvents",
            events.undelivered,
            meaning="SNS could not reach the event queue: the queue or its policy changed.",
        )
        self._age(
            "EventsQueueAge",
            events.queues.queue,
            threshold=stage.alarms.events_queue_age_seconds,
            meaning="Events are recorded late: records show an older state than the truth.",
            function=events.ingest,
        )

    def _dead_letters(self, construct_id: str, queue: sqs.Queue, *, meaning: str) -> None:
        # --visibility-timeout 0 only looks: the message stays where it is.
        look = (
            f"aws sqs receive-message --queue-url {queue.queue_url} --max-number-of-messages 10"
            " --visibility-timeout 0 --message-attribute-names All"
        )
        metric = visible_messages(queue)
        self._alarm(construct_id, metric, threshold=0, description=f"{meaning} First run: {look}")

    def _age(
        self,
        construct_id: str,
        queue: sqs.Queue,
        *,
        threshold: int,
        meaning: str,
        function: HandlerFunction,
    ) -> None:
        look = (
            f"aws logs tail {function.log_group.log_group_name} --since 30m --filter-pattern ERROR"
        )
        metric = oldest_message_age(queue)
        self._alarm(
            construct_id, metric, threshold=threshold, description=f"{meaning} First run: {look}"
        )

    def _alarm(
        self, construct_id: str, metric: cloudwatch.Metric, *, threshold: int, description: str
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            # SQS stops reporting about a queue that nobody used for six hours.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=description,
        )
        self.all.append(alarm)

    def _tell(self, topic_arns: Sequence[str]) -> None:
        for index, arn in enumerate(topic_arns):
            topic = sns.Topic.from_topic_arn(self, f"Topic{index}", arn)
            action = actions.SnsAction(topic)
            for alarm in self.all:
                alarm.add_alarm_action(action)
                alarm.add_ok_action(action)
