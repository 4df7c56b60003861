"""The alarms: what is stuck, what falls behind, what stays silent, and what SES soon punishes.

Each description says what has happened and the first command to run.
"""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from bellhop.domain.counts import Count
from infra.events import Events
from infra.functions import HandlerFunction
from infra.metrics import (
    Rate,
    archive_age,
    emitted,
    events_flow,
    oldest_message_age,
    reputation,
    visible_messages,
)
from infra.onboarding import Onboarding
from infra.sending import Sending
from infra.stage import Stage

# Half of the rates at which SES reviews an account: 5 % of bounces, 0.1 % of complaints.
# https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html
HALF_OF_REVIEW = {Rate.BOUNCES: 0.025, Rate.COMPLAINTS: 0.0005}

# An email and its first event may lie in two different hours, seconds apart; two such hours out of
# six are no coincidence.
SILENT_HOURS, WATCHED_HOURS = 2, 6

# Seconds. An event waits minutes for its batch; Firehose gives up after a day.
ARCHIVE_AGE = 3_600


class Alarms(Construct):
    """Every alarm of the stage; `all` holds them in the order in which they matter."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        sending: Sending,
        events: Events,
        onboarding: Onboarding,
    ) -> None:
        super().__init__(scope, construct_id)
        self.all: list[cloudwatch.Alarm] = []
        self._on_emails(stage, sending)
        self._on_sending(stage, sending)
        self._on_events(stage, events)
        self._dead_letters(
            "SendersDeadLetters",
            onboarding.queues.dead_letters,
            meaning="Sending domains were given up half way: SES refused a step again and again.",
        )
        self._count(
            "SendersDegraded",
            Count.SENDERS_DEGRADED,
            stage,
            onboarding.onboard,
            meaning="DNS records of a hotel are gone or changed: its marketing email has stopped.",
        )
        self._on_silence(stage, sending)
        self._on_reputation(events)
        self._tell(stage.alarms.topic_arns)

    def _on_emails(self, stage: Stage, sending: Sending) -> None:
        lane = sending.transactional
        self._dead_letters(
            "EmailsDeadLetters",
            lane.queues.dead_letters,
            meaning="Transactional emails were put aside that `send` could not work on.",
        )
        self._age(
            "EmailsQueueAge",
            lane.queues.queue,
            threshold=stage.alarms.transactional_queue_age_seconds,
            meaning="Transactional emails wait too long: SES throttles, or `send` fails.",
            function=sending.send,
        )
        self._dead_letters(
            "MarketingDeadLetters",
            sending.marketing.queues.dead_letters,
            meaning="Marketing emails were put aside that `send` could not work on.",
        )
        self._age(
            "MarketingQueueAge",
            sending.marketing.queues.queue,
            threshold=stage.alarms.marketing_queue_age_seconds,
            meaning="Marketing emails wait too long: SES throttles, or `send` fails.",
            function=sending.send,
        )

    def _on_sending(self, stage: Stage, sending: Sending) -> None:
        # A queue's age leaves out messages that were received three times: these alarms see them.
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
        self._count(
            "SendsRetried",
            Count.SENDS_RETRIED,
            stage,
            sending.send,
            periods=6,
            meaning="SES has refused emails for half an hour: a quota, a pause or a permission.",
        )
        self._count(
            "EmailsStopped",
            Count.EMAILS_STOPPED,
            stage,
            sending.send,
            periods=2,
            meaning=(
                "Emails wait because SES stopped the account, a hotel or a sender; GET /v1/account"
                " says which, since when and why."
            ),
        )
        self._count(
            "EmailsAwaitingEvents",
            Count.EMAILS_AWAITING_EVENTS,
            stage,
            sending.send,
            periods=3,
            meaning="Nobody knows whether emails went out, and no event comes that could tell.",
        )
        self._count(
            "EmailsUnknown",
            Count.EMAILS_UNKNOWN,
            stage,
            sending.send,
            meaning="Nobody will learn whether emails went out: SES's answers and events are lost.",
        )
        self._count(
            "EmailsFailed",
            Count.EMAILS_FAILED,
            stage,
            sending.send,
            meaning="SES refused emails for good: their records say why.",
        )

    def _count(
        self,
        construct_id: str,
        count: Count,
        stage: Stage,
        function: HandlerFunction,
        *,
        meaning: str,
        periods: int = 1,
    ) -> None:
        # A refusal of SES is a warning, an email that could not be built an error.
        look = _tail(function, since="1h", pattern="'?WARNING ?ERROR'")
        self._alarm(
            construct_id,
            emitted(count, stage),
            threshold=0,
            evaluation_periods=periods,
            description=f"{meaning} First run: {look}",
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
        self._dead_letters(
            "UnarchivedEvents",
            events.archive.unarchived,
            meaning="SNS could not reach Firehose: events are recorded, but not archived.",
        )
        self._alarm(
            "ArchiveAge",
            archive_age(events.archive.stream),
            threshold=ARCHIVE_AGE,
            description=(
                "Firehose cannot write to the archive: events are recorded, but after a day of"
                " trying the archive lacks them. First run: aws firehose describe-delivery-stream"
                f" --delivery-stream-name {events.archive.stream.ref}"
            ),
        )
        self._age(
            "EventsQueueAge",
            events.queues.queue,
            threshold=stage.alarms.events_queue_age_seconds,
            meaning="Events are recorded late: records show an older state than the truth.",
            function=events.ingest,
        )

    def _on_silence(self, stage: Stage, sending: Sending) -> None:
        name = sending.transactional.configuration_set.configuration_set_name
        look = f"aws sesv2 get-configuration-set-event-destinations --configuration-set-name {name}"
        self._alarm(
            "EventsSilence",
            events_flow(stage),
            threshold=0,
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=WATCHED_HOURS,
            datapoints_to_alarm=SILENT_HOURS,
            description=(
                f"Emails were sent in {SILENT_HOURS} of the last {WATCHED_HOURS} hours and no event"
                " came back: what became of them is unknown, and bounces suppress nobody."
                f" First run: {look}"
            ),
        )

    def _on_reputation(self, events: Events) -> None:
        self._rate(
            Rate.BOUNCES,
            Count.EMAILS_BOUNCED,
            events.ingest,
            meaning=(
                "The account's bounces reached 2.5 %; SES reviews it at 5 %, pauses it at 10 %."
            ),
        )
        self._rate(
            Rate.COMPLAINTS,
            Count.EMAILS_COMPLAINED,
            events.ingest,
            meaning=(
                "The account's complaints reached 0.05 %; SES reviews it at 0.1 %,"
                " pauses it at 0.5 %."
            ),
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
        look = _tail(function, since="30m", pattern="ERROR")
        metric = oldest_message_age(queue)
        self._alarm(
            construct_id, metric, threshold=threshold, description=f"{meaning} First run: {look}"
        )

    def _rate(self, rate: Rate, count: Count, function: HandlerFunction, *, meaning: str) -> None:
        self._alarm(
            rate.name.title() + "Rate",
            reputation(rate),
            threshold=HALF_OF_REVIEW[rate],
            comparison=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            description=f"{meaning} First run: {_tail(function, since='1d', pattern=count.value)}",
        )

    def _alarm(
        self,
        construct_id: str,
        metric: cloudwatch.Metric,
        *,
        threshold: float,
        description: str,
        comparison: cloudwatch.ComparisonOperator = (
            cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        ),
        evaluation_periods: int = 1,
        datapoints_to_alarm: int | None = None,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            comparison_operator=comparison,
            evaluation_periods=evaluation_periods,
            datapoints_to_alarm=datapoints_to_alarm,
            # Missing is good news: SQS stops reporting about a queue that nobody used for six
            # hours, nothing sent awaits no events, and no bounce yet means no rate.
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


def _tail(function: HandlerFunction, *, since: str, pattern: str) -> str:
    """The command that shows the newest lines of a function's log that contain a word."""
    name = function.log_group.log_group_name
    return f"aws logs tail {name} --since {since} --filter-pattern {pattern}"
