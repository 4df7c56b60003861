"""The delivery dashboard. Its first row answers "is everything all right?"; the rest says why not.

One metric a line and neither SEARCH nor metric math: what it shows is then exactly what is emitted,
and the local world can draw it too.
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from bellhop.domain.counts import Count
from bellhop.domain.reasons import Reason
from bellhop.domain.stops import StopReason
from infra.alarms import HALF_OF_REVIEW
from infra.events import Events
from infra.metrics import Rate, emitted, oldest_message_age, reputation, visible_messages
from infra.onboarding import Onboarding
from infra.sending import Sending
from infra.stage import Stage

# CloudWatch divides a dashboard into 24 columns.
FULL, HALF, THIRD, QUARTER = 24, 12, 8, 6
# Rows of the widgets that are read at a glance.
TOP = 5

GUIDE = """\
# Bellhop, stage {stage}

Everything is all right when every alarm of the first row is green. Its numbers say how far off
trouble is: 0 dead letters, ages below a minute, nothing uncertain or unreadable. Dead letters and
ages are as of now, all other numbers sums over the chosen time. An alarm's description says what it
means and the first command to run.
- **Dead letters**: emails or events that nobody works on any more.
- **Silent**: emails that SES took in the chosen time, less those of which news came in it; those of
  the last minutes are on their way. `python -m ops silent` names the others.
- **Uncertain**: emails handed to SES without an answer; an event settles most of them, and the
  rest are sent again or end as unknown, as the CRM asked.
- **Unreadable**: events that lie in the events' dead-letter queue with their reason.
- **Reputation**: SES's own rates of this account in this region, over all stages. SES reviews an
  account at the red lines; the alarms rise at half of them.
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
        onboarding: Onboarding,
        alarms: Sequence[cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        guide = cloudwatch.TextWidget(markdown=GUIDE.format(stage=stage.name), width=FULL, height=6)
        self.dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            default_interval=Duration.days(1),
            widgets=[
                [_alarm_status(alarms), *self._health(sending, events, onboarding)],
                self._progress(),
                self._bounces(),
                self._stops(),
                _reputation(),
                self._troubles(),
                _queues(sending, events),
                [guide],
            ],
        )

    def _health(
        self, sending: Sending, events: Events, onboarding: Onboarding
    ) -> list[cloudwatch.IWidget]:
        lane, marketing = sending.transactional.queues, sending.marketing.queues
        dead_letters = [
            visible_messages(lane.dead_letters, label="emails"),
            visible_messages(marketing.dead_letters, label="marketing emails"),
            visible_messages(events.queues.dead_letters, label="events"),
            visible_messages(events.undelivered, label="events not delivered by SNS"),
            visible_messages(events.archive.unarchived, label="events not archived"),
            visible_messages(onboarding.queues.dead_letters, label="sending domains"),
        ]
        ages = [
            oldest_message_age(lane.queue, label="emails"),
            oldest_message_age(marketing.queue, label="marketing emails"),
            oldest_message_age(events.queues.queue, label="events"),
        ]
        doubts = [
            self._count(Count.EMAILS_SILENT, "silent emails"),
            self._count(Count.EMAILS_UNCERTAIN, "uncertain emails"),
            self._count(Count.EVENTS_UNREADABLE, "unreadable events"),
        ]
        return [
            _newest("Dead letters", dead_letters),
            _newest("Oldest message (seconds)", ages),
            _totals("Silent, uncertain, unreadable", doubts, width=QUARTER),
        ]

    def _progress(self) -> list[cloudwatch.IWidget]:
        metrics = [
            self._count(Count.EMAILS_ACCEPTED, "accepted"),
            self._count(Count.EMAILS_SENT, "sent"),
            self._count(Count.EMAILS_DELIVERED, "delivered"),
            self._count(Count.EMAILS_BOUNCED, "bounced"),
        ]
        events = self._count(Count.EVENTS_RECEIVED, "events of SES")
        return [
            _totals("Emails", metrics, width=HALF),
            _graph("Emails and events over time", [*metrics, events]),
        ]

    def _stops(self) -> list[cloudwatch.IWidget]:
        metrics = [
            self._count(Count.EMAILS_STOPPED, reason.value, reason=reason) for reason in StopReason
        ]
        return [_graph("Held back, by what stops them", metrics, width=FULL, stacked=True)]

    def _bounces(self) -> list[cloudwatch.IWidget]:
        metrics = [
            self._count(Count.EMAILS_BOUNCED, reason.value, reason=reason) for reason in Reason
        ]
        return [_graph("Bounced, by reason", metrics, width=FULL, stacked=True)]

    def _troubles(self) -> list[cloudwatch.IWidget]:
        complaints = [self._count(Count.EMAILS_COMPLAINED, "complaints")]
        unsent = [
            self._count(Count.EMAILS_SUPPRESSED, "suppressed"),
            self._count(Count.EMAILS_FAILED, "failed"),
            self._count(Count.EMAILS_LAPSED, "too late to send"),
            self._count(Count.EMAILS_UNKNOWN, "unknown whether sent"),
            self._count(Count.EMAILS_PARKED, "put aside for an operator"),
            self._count(Count.EMAILS_REJECTED, "rejected by SES after accepting"),
            self._count(Count.SENDS_RETRIED, "sends retried"),
            self._count(Count.EMAILS_STOPPED, "held back by a stop"),
        ]
        slow = [
            self._count(Count.EMAILS_DELAYED, "delayed by the recipient's server"),
            self._count(Count.EMAILS_AWAITING_EVENTS, "uncertain, and no events come"),
            self._count(Count.EVENTS_FOREIGN, "events of no email of ours"),
            self._count(Count.EVENTS_OF_EXPIRED, "events of expired records"),
            self._count(Count.EVENTS_OF_ERASED, "events of erased contacts"),
            self._count(Count.EVENTS_OF_GONE_TENANTS, "events of hotels that are gone"),
            self._count(Count.EVENTS_UNRECOGNISED, "events with unknown words"),
            self._count(Count.SENDERS_DEGRADED, "senders whose records are gone"),
        ]
        return [
            _graph("Complaints", complaints, width=THIRD),
            _graph("Not sent, or not yet", unsent, width=THIRD),
            _graph("Delays and strangers", slow, width=THIRD),
        ]

    def _count(
        self, count: Count, label: str, *, reason: Reason | StopReason | None = None
    ) -> cloudwatch.Metric:
        return emitted(count, self._stage, label=label, reason=reason)


def _queues(sending: Sending, events: Events) -> list[cloudwatch.IWidget]:
    queues = {
        "emails": sending.transactional.queues.queue,
        "marketing emails": sending.marketing.queues.queue,
        "events": events.queues.queue,
    }
    waiting = [visible_messages(queue, label=label) for label, queue in queues.items()]
    ages = [oldest_message_age(queue, label=label) for label, queue in queues.items()]
    return [
        _graph("Messages waiting", waiting),
        _graph("Age of the oldest message (seconds)", ages),
    ]


def _alarm_status(alarms: Sequence[cloudwatch.Alarm]) -> cloudwatch.IWidget:
    return cloudwatch.AlarmStatusWidget(
        title="Is everything all right?", alarms=list(alarms), width=QUARTER, height=TOP
    )


def _reputation() -> list[cloudwatch.IWidget]:
    return [
        _rate("Bounces of the account (1 = 100 %)", Rate.BOUNCES, "bounces"),
        _rate("Complaints about the account (1 = 100 %)", Rate.COMPLAINTS, "complaints"),
    ]


def _rate(title: str, rate: Rate, label: str) -> cloudwatch.IWidget:
    lines = {"alarm": HALF_OF_REVIEW[rate], "SES's review": 2 * HALF_OF_REVIEW[rate]}
    return cloudwatch.GraphWidget(
        title=title,
        left=[reputation(rate, label=label)],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        left_annotations=[
            cloudwatch.HorizontalAnnotation(value=value, label=name, color=cloudwatch.Color.RED)
            for name, value in lines.items()
        ],
        width=HALF,
        height=6,
    )


def _newest(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.IWidget:
    return cloudwatch.SingleValueWidget(
        title=title, metrics=list(metrics), width=QUARTER, height=TOP
    )


def _totals(title: str, metrics: Sequence[cloudwatch.IMetric], *, width: int) -> cloudwatch.IWidget:
    return cloudwatch.SingleValueWidget(
        title=title, metrics=list(metrics), width=width, height=TOP, set_period_to_time_range=True
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
