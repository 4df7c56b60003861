"""The door for the CRM: HTTP API ─► `api`.

There is no authorizer: `api` checks the key itself, because it answers with problem+json, which the
gateway cannot. What the gateway answers on its own (413, 429, 5xx) stays as AWS words it.
"""

import json

import jsii
from aws_cdk import Duration
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.findings import acknowledge
from infra.functions import FunctionFactory, HandlerFunction
from infra.logs import log_group
from infra.onboarding import Onboarding
from infra.sending import Sending
from infra.stage import Stage

# The gateway gives up after 30 seconds; the function ends before, so that it can still answer
# itself. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
API_TIMEOUT = Duration.seconds(29)

# No address, no path: a path holds ids of contacts and emails, which are pseudonymous personal
# data. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
ACCESS_LOG_FORMAT = {
    "time": "$context.requestTime",
    "request_id": "$context.requestId",
    "method": "$context.httpMethod",
    "status": "$context.status",
    "response_bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "error": "$context.error.message",
    "integration_error": "$context.integrationErrorMessage",
}


@jsii.implements(apigateway.IAccessLogSettings)
class _AccessLog:
    """Tells the gateway's stage where its access log goes and what a line holds."""

    def __init__(self, target: logs.ILogGroup) -> None:
        self._target = target

    @property
    def destination(self) -> apigateway.IAccessLogDestination:
        return apigateway.LogGroupLogDestination(self._target)

    @property
    def format(self) -> rest.AccessLogFormat:
        return rest.AccessLogFormat.custom(json.dumps(ACCESS_LOG_FORMAT))


class Api(Construct):
    """The HTTP API and the function behind every route of it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        functions: FunctionFactory,
        table: dynamodb.ITable,
        sending: Sending,
        onboarding: Onboarding,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = self._function(stage, functions, sending, onboarding)
        self.function.allow(
            "ReadAndAcceptRequests",
            [
                "dynamodb:BatchGetItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ],
            table.table_arn,
        )
        arns = [lane.queues.queue.queue_arn for lane in sending.lanes.values()]
        self.function.allow("EnqueueEmails", ["sqs:SendMessage"], *arns)
        self.function.allow(
            "EnqueueSenders", ["sqs:SendMessage"], onboarding.queues.queue.queue_arn
        )
        self.function.allow(
            "LiftSuppressions",
            ["ses:DeleteSuppressedDestination"],
            "*",
            conditions={"StringEquals": {"ses:ApiVersion": "2"}},
            wildcard_because=(
                "SES's suppression list has no ARN: IAM knows the action on the account as a whole"
                " only. It is named, and bound to the one version of SES's API that has it."
            ),
        )
        self.http_api = self._http_api(stage)
        # Private links begin with it.
        self.function.function.add_environment("BELLHOP_PUBLIC_URL", self.http_api.api_endpoint)
        acknowledge(
            self.http_api,
            "APIG4",
            reason=(
                "The function behind every route checks a hashed key and its scopes itself; the"
                " gateway's authorizers cannot answer with problem+json."
            ),
        )

    def _function(
        self,
        stage: Stage,
        functions: FunctionFactory,
        sending: Sending,
        onboarding: Onboarding,
    ) -> HandlerFunction:
        return functions.make(
            self,
            "Api",
            name="api",
            description="Answers the CRM",
            memory_size=512,
            timeout=API_TIMEOUT,
            environment={
                **sending.queue_urls,
                **sending.configuration_set_names,
                **onboarding.environment,
                "BELLHOP_QUEUE_MESSAGE_LIMIT": str(stage.functions.queue_message_limit),
                "BELLHOP_ALLOW_RESERVED_DOMAINS": str(stage.allow_reserved_domains).lower(),
            },
        )

    def _http_api(self, stage: Stage) -> apigateway.HttpApi:
        http_api = apigateway.HttpApi(
            self,
            "HttpApi",
            api_name=stage.stack_name,
            description="Where the CRM sends email and asks what became of it",
            create_default_stage=False,
            default_integration=HttpLambdaIntegration("Function", self.function.function),
        )
        http_api.add_stage(
            "Stage",
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=stage.api.throttle_rate, burst_limit=stage.api.throttle_burst
            ),
            access_log_settings=_AccessLog(log_group(self, "AccessLog", stage)),
        )
        return http_api
