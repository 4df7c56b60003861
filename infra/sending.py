"""The way out: lane queue ─► `send` ─► SES, with the lane's configuration set.

A lane is a purpose of sending with a reputation and a queue of its own, so that a booking
confirmation never waits behind a campaign.
"""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from bellhop.domain.tenants import ses_tenants
from infra.functions import FunctionFactory, HandlerFunction
from infra.queues import QueueWithDeadLetters
from infra.senders import Senders
from infra.stage import Stage, TlsPolicy

SEND_TIMEOUT = Duration.seconds(60)
# A claim outlives the function that made it, so that two workers never hold one email.
LEASE = Duration.seconds(90)
# Where SES tells of each email that it took, it does so within seconds.
SEND_EVENT_WINDOW = Duration.minutes(15)
# A throttle or a spent daily quota hands an email back without fault of its own, again and again.
MAX_RECEIVE_COUNT = 100

# Not all of them, which is the CDK's default: asking for opens and clicks puts a pixel into the
# email and rewrites its links.
TRANSACTIONAL_EVENTS = [
    ses.EmailSendingEvent.SEND,
    ses.EmailSendingEvent.DELIVERY,
    ses.EmailSendingEvent.BOUNCE,
    ses.EmailSendingEvent.COMPLAINT,
    ses.EmailSendingEvent.DELIVERY_DELAY,
    ses.EmailSendingEvent.REJECT,
    ses.EmailSendingEvent.RENDERING_FAILURE,
]

# Of a campaign the outcome counts; that SES took an email is known from its answer, and each event
# costs.
MARKETING_EVENTS = [
    event for event in TRANSACTIONAL_EVENTS if event is not ses.EmailSendingEvent.SEND
]

_TLS_POLICY = {
    TlsPolicy.REQUIRE: ses.ConfigurationSetTlsPolicy.REQUIRE,
    TlsPolicy.OPTIONAL: ses.ConfigurationSetTlsPolicy.OPTIONAL,
}


class Lane(Construct):
    """A configuration set whose events go to the topic, and the queue of the emails that use it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        events_topic: sns.ITopic,
        events: Sequence[ses.EmailSendingEvent],
    ) -> None:
        super().__init__(scope, construct_id)
        # How long to wait for news of an email of which SES's answer was lost: where Send is not
        # asked for, the first event may come as late as SES tries to deliver.
        self.window = (
            SEND_EVENT_WINDOW
            if ses.EmailSendingEvent.SEND in events
            else Duration.seconds(stage.sending.max_delivery_seconds)
        )
        self.configuration_set = ses.ConfigurationSet(
            self,
            "ConfigurationSet",
            tls_policy=_TLS_POLICY[stage.sending.tls_policy],
            max_delivery_duration=Duration.seconds(stage.sending.max_delivery_seconds),
            reputation_metrics=True,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
        )
        # This also lets SES publish: the topic's policy names the account and this configuration
        # set.
        self.configuration_set.add_event_destination(
            "Events", destination=ses.EventDestination.sns_topic(events_topic), events=list(events)
        )
        self.queues = QueueWithDeadLetters(
            self, "Emails", function_timeout=SEND_TIMEOUT, max_receive_count=MAX_RECEIVE_COUNT
        )

    @property
    def configuration_set_arn(self) -> str:
        """The ARN, which CloudFormation does not offer as an attribute."""
        name = self.configuration_set.configuration_set_name
        return Stack.of(self).format_arn(
            service="ses", resource="configuration-set", resource_name=name
        )


class Sending(Construct):
    """The lanes, and the function that hands their emails to SES."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        functions: FunctionFactory,
        table: dynamodb.ITable,
        senders: Senders,
        events_topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self.transactional = Lane(
            self,
            "Transactional",
            stage=stage,
            events_topic=events_topic,
            events=TRANSACTIONAL_EVENTS,
        )
        self.marketing = Lane(
            self, "Marketing", stage=stage, events_topic=events_topic, events=MARKETING_EVENTS
        )
        self.send = self._send(stage, functions)
        self._allow_claims(table)
        self._allow_ses(stage, senders)

    @property
    def lanes(self) -> dict[str, Lane]:
        """Every lane by its class of email, as the functions' environment names it."""
        return {"TRANSACTIONAL": self.transactional, "MARKETING": self.marketing}

    @property
    def queue_urls(self) -> dict[str, str]:
        """What functions are told of the lanes' queues."""
        return {
            f"BELLHOP_{name}_QUEUE_URL": lane.queues.queue.queue_url
            for name, lane in self.lanes.items()
        }

    @property
    def configuration_set_names(self) -> dict[str, str]:
        """What functions are told of the lanes' configuration sets."""
        return {
            f"BELLHOP_{name}_CONFIGURATION_SET": lane.configuration_set.configuration_set_name
            for name, lane in self.lanes.items()
        }

    def _send(self, stage: Stage, functions: FunctionFactory) -> HandlerFunction:
        by_lane: dict[str, str] = {}
        for name, lane in self.lanes.items():
            by_lane |= {
                f"BELLHOP_{name}_DEAD_LETTER_QUEUE_URL": lane.queues.dead_letters.queue_url,
                f"BELLHOP_{name}_WINDOW_SECONDS": str(lane.window.to_seconds()),
            }
        send = functions.make(
            self,
            "Send",
            name="send",
            description="Hands emails to SES, each after a claim",
            memory_size=256,
            timeout=SEND_TIMEOUT,
            environment={
                **by_lane,
                **self.queue_urls,
                **self.configuration_set_names,
                "BELLHOP_CONCURRENCY": str(stage.functions.send_concurrency),
                "BELLHOP_LEASE_SECONDS": str(LEASE.to_seconds()),
            },
        )
        # Each lane is polled for itself: a full marketing lane takes no place of a confirmation's.
        queues = {
            "Queue": self.transactional.queues.queue,
            "MarketingQueue": self.marketing.queues.queue,
        }
        send.consume(queues, batch_size=10, max_concurrency=stage.functions.send_concurrency)
        # An email that SES throttled comes back later than the queue's visibility timeout says.
        arns = [queue.queue_arn for queue in queues.values()]
        send.allow("DelayRetry", ["sqs:ChangeMessageVisibility"], *arns)
        # What keeps failing is put aside with its reason, before SQS would move it without one.
        dead_letters = [lane.queues.dead_letters.queue_arn for lane in self.lanes.values()]
        send.allow("ParkEmails", ["sqs:SendMessage"], *dead_letters)
        return send

    def _allow_claims(self, table: dynamodb.ITable) -> None:
        actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        self.send.allow("ClaimEmails", actions, table.table_arn)
        stops = ["dynamodb:Query", "dynamodb:DeleteItem"]
        self.send.allow("LiftStops", stops, table.table_arn)

    def _allow_ses(self, stage: Stage, senders: Senders) -> None:
        # SendEmail (API v2) with raw content is authorised as ses:SendRawEmail, not as
        # ses:SendEmail: see "Confusing IAM error messages" in
        # https://anymail.dev/en/stable/esps/amazon_ses/#iam-permissions. SES asks twice, for the
        # identity and for the configuration set.
        resources = [
            *senders.identity_arns,
            *senders.sandbox_recipient_arns,
            *(lane.configuration_set_arn for lane in self.lanes.values()),
        ]
        self.send.allow("SendEmails", ["ses:SendRawEmail"], *resources)
        self.send.allow(
            "AskForRate",
            ["ses:GetAccount"],
            "*",
            conditions={"StringEquals": {"ses:ApiVersion": "2"}},
            wildcard_because="SES's account has no ARN; it is asked for the rate that it grants.",
        )
        # Hotels that are onboarded at run time have identities that no deployment knows. SES lets
        # a tenant use what is associated with it only, so this opens no other system's identity.
        any_identity = f"{senders.identities_arn}*"
        # How a sender's email is authenticated, which is kept with the email.
        self.send.allow(
            "AskForIdentities",
            ["ses:GetEmailIdentity"],
            any_identity,
            wildcard_because="It only reads, and of domains that come at run time.",
        )
        self.send.allow(
            "SendEmailsOfTenants",
            ["ses:SendRawEmail"],
            any_identity,
            conditions={"StringLike": {"ses:TenantName": ses_tenants(stage.name)}},
            wildcard_because=(
                "No deployment knows the domains that come at run time; the condition limits the"
                " grant to this stage's tenants, and SES a tenant to its own identities."
            ),
        )
