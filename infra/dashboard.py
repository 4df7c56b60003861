"""The delivery dashboard. Its first row answers "is everything all right?"; the rest says why not.

One metric a line and neither SEARCH nor metric math: what it shows is then exactly what is emitted,
and the local world can draw it too.
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from bellhop.domain.reasons import Reason
from infra.events import Events
from infra.metrics import emitted, oldest_message_age, visible_messages
from infra.sending import Sending
from infra.stage import Stage

# CloudWatch divides a dashboard into 24 columns.
FULL, HALF, THIRD = 24, 12, 8

GUIDE = """\
# Bellhop, stage {stage}

Everything is all right when the numbers of the first row are 0 and the ages stay below a minute.
Dead letters and ages are as of now, all other numbers sums over the chosen time.
- **Dead letters**: emails or events that nobody works on any more.
- **Uncertain**: emails handed to SES without an answer; an event settles most of them.
- **Unreadable**: events that lie in the events' dead-letter queue with their reason.
"""


class DeliveryDashboard(Construct):
    """How the stage's emails fare."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        sending: Sending,
        events: Events,
        alarms: Sequence[cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        guide = cloudwatch.TextWidget(markdown=GUIDE.format(stage=stage.name), width=FULL, height=5)
        self.dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            default_interval=Duration.days(1),
            widgets=[
                self._health(sending, events),
                [
                    cloudwatch.AlarmStatusWidget(
                        title="Alarms", alarms=list(alarms), width=FULL, height=3
                    )
                ],
                self._progress(),
                self._bounces(),
                self._troubles(),
                _queues(sending, events),
                [guide],
            ],
        )

    def _health(self, sending: Sending, events: Events) -> list[cloudwatch.IWidget]:
        lane = sending.transactional.queues
        dead_letters = [
            visible_messages(lane.dead_letters, label="emails"),
            visible_messages(events.queues.dead_letters, label="events"),
            visible_messages(events.undelivered, label="events not delivered by SNS"),
        ]
        ages = [
            oldest_message_age(lane.queue, label="emails"),
            oldest_message_age(events.queues.queue, label="events"),
        ]
        doubts = [
            self._count("EmailsUncertain", "uncertain emails"),
            self._count("EventsUnreadable", "unreadable events"),
        ]
        return [
            _newest("Dead letters", dead_letters),
            _newest("Oldest message (seconds)", ages),
            _totals("Uncertain and unreadable", doubts, width=THIRD),
        ]

    def _progress(self) -> list[cloudwatch.IWidget]:
        metrics = [
            self._count("EmailsAccepted", "accepted"),
            self._count("EmailsSent", "sent"),
            self._count("EmailsDelivered", "delivered"),
            self._count("EmailsBounced", "bounced"),
        ]
        return [_totals("Emails", metrics, width=HALF), _graph("Emails over time", metrics)]

    def _bounces(self) -> list[cloudwatch.IWidget]:
        metrics = [self._count("EmailsBounced", reason.value, reason=reason) for reason in Reason]
        return [_graph("Bounced, by reason", metrics, width=FULL, stacked=True)]

    def _troubles(self) -> list[cloudwatch.IWidget]:
        complaints = [self._count("EmailsComplained", "complaints")]
        unsent = [
            self._count("EmailsSuppressed", "suppressed"),
            self._count("EmailsFailed", "failed"),
            self._count("EmailsLapsed", "too late to send"),
            self._count("EmailsRejected", "rejected by SES after accepting"),
            self._count("SendsRetried", "sends retried"),
        ]
        slow = [
            self._count("EmailsDelayed", "delayed by the recipient's server"),
            self._count("EventsUnmatched", "events of no email of ours"),
            self._count("EventsUnrecognised", "events of unknown types"),
        ]
        return [
            _graph("Complaints", complaints, width=THIRD),
            _graph("Not sent, or not yet", unsent, width=THIRD),
            _graph("Delays and strangers", slow, width=THIRD),
        ]

    def _count(self, name: str, label: str, *, reason: Reason | None = None) -> cloudwatch.Metric:
        return emitted(name, self._stage, label=label, reason=reason)


def _queues(sending: Sending, events: Events) -> list[cloudwatch.IWidget]:
    queues = {"emails": sending.transactional.queues.queue, "events": events.queues.queue}
    waiting = [visible_messages(queue, label=label) for label, queue in queues.items()]
    ages = [oldest_message_age(queue, label=label) for label, queue in queues.items()]
    return [
        _graph("Messages waiting", waiting),
        _graph("Age of the oldest message (seconds)", ages),
    ]


def _newest(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.IWidget:
    return cloudwatch.SingleValueWidget(title=title, metrics=list(metrics), width=THIRD, height=4)


def _totals(title: str, metrics: Sequence[cloudwatch.IMetric], *, width: int) -> cloudwatch.IWidget:
    return cloudwatch.SingleValueWidget(
        title=title, metrics=list(metrics), width=width, height=4, set_period_to_time_range=True
    )


def _graph(
    title: str, metrics: Sequence[cloudwatch.IMetric], *, width: int = HALF, stacked: bool = False
) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=title,
        left=list(metrics),
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        width=width,
        height=6,
        stacked=stacked,
    )
