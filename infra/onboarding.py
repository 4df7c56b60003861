"""Hotels come at run time: senders' queue ─► `onboard` ─► SES's control plane."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from bellhop.domain.tenants import MADE_FOR, ses_tenants
from infra.functions import FunctionFactory, HandlerFunction
from infra.queues import QueueWithDeadLetters
from infra.senders import Senders
from infra.sending import Sending
from infra.stage import Stage

ONBOARD_TIMEOUT = Duration.seconds(60)
# A pending domain is looked at some ninety times in the 72 hours that SES waits for its records.
MAX_RECEIVE_COUNT = 150
# The fewest that an event source mapping can have: SES's control plane takes about one call a
# second. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
CONCURRENCY = 2


ANY_DOMAIN = (
    "No deployment knows the domains that come at run time; what is changed or deleted must carry"
    " the tag of this stage's tenants."
)
ANY_TENANT = "A tenant's ARN ends in an id of SES's; the pattern names this stage's tenants only."
NEW_TENANT = "A tenant has no ARN before it exists; making one gives nobody any right."


class Onboarding(Construct):
    """The function that sets senders up in SES and removes them, and the queue that wakes it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        functions: FunctionFactory,
        table: dynamodb.ITable,
        senders: Senders,
        sending: Sending,
    ) -> None:
        super().__init__(scope, construct_id)
        self.queues = QueueWithDeadLetters(
            self, "Jobs", function_timeout=ONBOARD_TIMEOUT, max_receive_count=MAX_RECEIVE_COUNT
        )
        self._configuration_sets = {
            name: lane.configuration_set_arn for name, lane in sending.lanes.items()
        }
        self.onboard = self._onboard(stage, functions, senders)
        self.onboard.allow(
            "KeepSenders",
            ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
            table.table_arn,
        )
        self._allow_identities(stage, senders)
        self._allow_tenants(stage, senders)

    @property
    def environment(self) -> dict[str, str]:
        """What functions are told of the queue."""
        return {"BELLHOP_SENDERS_QUEUE_URL": self.queues.queue.queue_url}

    def _onboard(
        self, stage: Stage, functions: FunctionFactory, senders: Senders
    ) -> HandlerFunction:
        configuration_sets = {
            f"BELLHOP_{name}_CONFIGURATION_SET_ARN": arn
            for name, arn in self._configuration_sets.items()
        }
        onboard = functions.make(
            self,
            "Onboard",
            name="onboard",
            description="Sets sending domains up in SES, and removes them",
            memory_size=256,
            timeout=ONBOARD_TIMEOUT,
            environment={
                **self.environment,
                **configuration_sets,
                "BELLHOP_IDENTITIES_ARN": senders.identities_arn,
                "BELLHOP_SES_CONTROL_RATE": str(stage.functions.ses_control_rate),
                "BELLHOP_SECONDS_BETWEEN_PROOFS": str(stage.functions.seconds_between_proofs),
            },
        )
        queue = self.queues.queue
        onboard.consume({"Queue": queue}, batch_size=1, max_concurrency=CONCURRENCY)
        onboard.allow("WaitForDns", ["sqs:ChangeMessageVisibility"], queue.queue_arn)
        # A message lives for fourteen days at most, and a verified sender is looked at for ever.
        onboard.allow("LookAgain", ["sqs:SendMessage"], queue.queue_arn)
        return onboard

    def _allow_identities(self, stage: Stage, senders: Senders) -> None:
        identities, tenants = f"{senders.identities_arn}*", ses_tenants(stage.name)
        self.onboard.allow(
            "LookAtIdentities", ["ses:GetEmailIdentity"], identities, wildcard_because=ANY_DOMAIN
        )
        self.onboard.allow(
            "MakeIdentities",
            ["ses:CreateEmailIdentity", "ses:TagResource"],
            identities,
            conditions={"StringLike": {f"aws:RequestTag/{MADE_FOR}": tenants}},
            wildcard_because=ANY_DOMAIN,
        )
        # The deployment's identities and other systems' lack the tag, and so stay as they are.
        self.onboard.allow(
            "ChangeOwnIdentities",
            [
                "ses:PutEmailIdentityFeedbackAttributes",
                "ses:PutEmailIdentityMailFromAttributes",
                "ses:DeleteEmailIdentity",
            ],
            identities,
            conditions={"StringLike": {f"aws:ResourceTag/{MADE_FOR}": tenants}},
            wildcard_because=ANY_DOMAIN,
        )

    def _allow_tenants(self, stage: Stage, senders: Senders) -> None:
        self.onboard.allow("MakeTenants", ["ses:CreateTenant"], "*", wildcard_because=NEW_TENANT)
        tenants = Stack.of(self).format_arn(
            service="ses", resource="tenant", resource_name=f"{ses_tenants(stage.name)}/*"
        )
        self.onboard.allow(
            "LookAtTenants", ["ses:ListTenantResources"], tenants, wildcard_because=ANY_TENANT
        )
        # Asked for on the tenant and on what it shall use.
        identities = f"{senders.identities_arn}*"
        self.onboard.allow(
            "Associate",
            ["ses:CreateTenantResourceAssociation"],
            tenants,
            identities,
            *self._configuration_sets.values(),
            wildcard_because=ANY_TENANT,
        )
        self.onboard.allow(
            "Dissociate",
            ["ses:DeleteTenantResourceAssociation"],
            tenants,
            identities,
            wildcard_because=ANY_TENANT,
        )
